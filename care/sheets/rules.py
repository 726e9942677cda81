"""What would follow from a sheet: one post for its alerts and photos, tasks, measures. Said before sending, and then done."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from care.measures.enums import MeasureKind as Kind
from care.measures.units import UNITS, impossible_values
from care.sheets.enums import Acting, ItemType
from care.sheets.questionnaire import MeasureKind, Rule
from care.sheets.scoring import Outcome, Score
from care.sheets.writing import number
from people.circles.enums import Audience, Role

_MOST_WORDS, _MOST_TITLE = 4000, 200
MOST_FILES = 20  # as a message takes them


@dataclass(frozen=True)
class Todo:
    """A task that a rule makes."""

    title: str
    to: tuple[str, ...]
    due: int | None  # hours


@dataclass(frozen=True)
class Following:
    """All that follows: the post's words ("" without one), whether it is urgent and for whom; tasks; measures by kind."""

    words: str
    urgent: bool
    to: tuple[str, ...]
    media: tuple[UUID, ...]
    tasks: tuple[Todo, ...]
    measures: tuple[tuple[str, dict[str, Decimal]], ...]

    @property
    def posts(self) -> bool:
        """Whether something is written into the journal."""
        return self.urgent or bool(self.media)


def following(outcome: Outcome, audience: Audience, language: str, media: Iterable[UUID] = ()) -> Following:
    """What follows from a sheet for these readers; who would not read it is asked nothing."""
    alerts = [rule for rule in outcome.rules if rule.act is Acting.ALERT]
    files = tuple(dict.fromkeys([*outcome.filled.media, *media]))
    to = tuple(dict.fromkeys(role for rule in alerts for role in _reading(rule, audience)))
    tasks = tuple(Todo(rule.words.told(language)[:_MOST_TITLE], _reading(rule, audience), rule.due) for rule in outcome.rules
                  if rule.act is Acting.TASK)  # fmt: skip
    return Following(_words(outcome, alerts, language), bool(alerts), to, files, tasks, tuple(_measures(outcome).items()))


def _reading(rule: Rule, audience: Audience) -> tuple[str, ...]:
    return tuple(role for role in rule.to if Role(role).standing in audience.readers)


def _words(outcome: Outcome, alerts: list[Rule], language: str) -> str:
    title = outcome.filled.form.title.told(language)
    lines = [title, *dict.fromkeys(rule.words.told(language) for rule in alerts), *(_score(score, language) for score in outcome.scores)]
    return "\n".join(lines)[:_MOST_WORDS]


def _score(score: Score, language: str) -> str:
    value = str(number(score.value))
    if language.startswith("fr"):
        value = value.replace(".", ",")
    said = {"name": score.item.text.told(language) or score.item.link_id, "value": value}
    if score.band is None:
        return _("%(name)s: %(value)s") % said
    return _("%(name)s: %(value)s (%(meaning)s)") % {**said, "meaning": score.band.label.told(language)}


def _measures(outcome: Outcome) -> dict[str, dict[str, Decimal]]:
    """The answers that are measures too, by kind and part; a measure of which a part is missing is none."""
    found: dict[str, dict[str, Decimal]] = {}
    for link_id, values in outcome.filled.values.items():
        kind: MeasureKind | None = outcome.filled.form.by_id[link_id].measure
        if kind is not None and isinstance(values[0], Decimal):
            found.setdefault(kind.kind, {})[kind.part] = values[0]
    return {kind: values for kind, values in found.items() if len(values) == len(UNITS[Kind(kind)].parts)}


def impossible_measures(outcome: Outcome, follows: Following) -> dict[str, str]:
    """By linkId what can't have been measured."""
    wrong = {(kind, part) for kind, values in follows.measures for part in (*impossible_values(Kind(kind), values), *_crossed(values))}
    items = outcome.filled.form.by_id.values()
    return {item.link_id: _("This can't be: check the number and its unit.") for item in items
            if item.measure and (item.measure.kind, item.measure.part) in wrong}  # fmt: skip


def _crossed(values: Mapping[str, Decimal]) -> list[str]:
    """A diastolic pressure is below the systolic one, as they are kept: whole."""
    both = "diastolic" in values and "systolic" in values
    return ["diastolic"] if both and round(values["diastolic"]) >= round(values["systolic"]) else []


def too_many_files(outcome: Outcome, follows: Following) -> dict[str, str]:
    """By linkId where a photo was sent that has no place in the message any more; "media" for those of no question."""
    if len(follows.media) <= MOST_FILES:
        return {}
    sentence = _("No more than %(most)d files go with a message.") % {"most": MOST_FILES}
    items = outcome.filled.form.by_id
    asked = [link for link in outcome.filled.values if items[link].type is ItemType.ATTACHMENT]
    return dict.fromkeys(asked or ["media"], sentence)


def following_item(follows: Following) -> list[dict[str, Any]]:
    """What would follow, for who is about to send."""
    told: list[dict[str, Any]] = []
    if follows.posts:
        told.append({"act": "alert" if follows.urgent else "post", "text": follows.words, "to": list(follows.to)})
    told += [{"act": "task", "text": task.title, "to": list(task.to), "due": task.due} for task in follows.tasks]
    told += [{"act": "measure", "kind": kind, "values": {part: number(value) for part, value in values.items()}}
             for kind, values in follows.measures]  # fmt: skip
    return told
