"""What was answered to a form, in the reader's words: questions with their answers, scores with what they mean."""
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import dateformat, formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from care.sheets.enums import ItemType
from care.sheets.questionnaire import Item, Questionnaire
from portal.templatetags.times import local

Values = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Told:
    """A question with its answers. `kind` is "head" for a group, "score", "photos" or "answer"; `tone` and `meaning` are a score's."""

    kind: str
    text: str
    answers: list[str] = field(default_factory=list)
    meaning: str = ""
    tone: str = ""


def language() -> str:
    """The reader's language, as forms name theirs."""
    return get_language() or "en"


def figure(value: Any) -> str:
    """72,5 in French; no zeros behind the comma."""
    number = Decimal(str(value))
    text = format(number.normalize(), "f")
    return text.replace(".", formats.get_format("DECIMAL_SEPARATOR"))


def with_unit(item: Item, value: Any) -> str:
    """72,5 kg."""
    return f"{figure(value)} {item.unit[1] or item.unit[0]}" if item.unit else figure(value)


def score_words(item: Item, value: Any) -> tuple[str, str, str]:
    """(figure with its unit, what it means, its tone)."""
    band = item.band_of(Decimal(str(value)))
    return with_unit(item, value), band.label.told(language()) if band else "", str(band.tone) if band else ""


def answers_of(form: Questionnaire, answers: Values, scores: Mapping[str, Any], zone: str) -> list[Told]:
    """Everything that was answered, in the order of the form; groups in which nothing was are left out."""
    return list(_within(form.items, answers, scores, zone))


def _within(items: Sequence[Item], answers: Values, scores: Mapping[str, Any], zone: str) -> Iterator[Told]:
    for item in items:
        below = list(_within(item.items, answers, scores, zone))
        if item.type is ItemType.GROUP and below and item.text:
            yield Told("head", item.text.told(language()))
        elif item.formula and item.link_id in scores:
            value, meaning, tone = score_words(item, scores[item.link_id])
            yield Told("score", item.text.told(language()), [value], meaning, tone)
        elif answers.get(item.link_id):
            yield _answered(item, answers[item.link_id], zone)
        yield from below


def _answered(item: Item, values: Sequence[Any], zone: str) -> Told:
    text = item.text.told(language())
    if item.type is ItemType.ATTACHMENT:
        return Told("photos", text, [str(value) for value in values])
    return Told("answer", text, [answer_words(item, value, zone) for value in values])


def answer_words(item: Item, value: Any, zone: str = "") -> str:
    """One answer as one reads it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return str(value.get("text", ""))
    if item.type.counts:
        return with_unit(item, value)
    if item.type.chooses:
        option = item.option(str(value))
        return option.label.told(language()) if option else str(value)
    if item.type is ItemType.DATE:
        return day_words(dt.date.fromisoformat(str(value)))
    if item.type is ItemType.DATE_TIME:
        return moment_words(dt.datetime.fromisoformat(str(value).replace("Z", "+00:00")), zone)
    return str(value)


def day_words(day: dt.date) -> str:
    """24 novembre 2026."""
    return dateformat.format(day, "j F Y")


def moment_words(at: dt.datetime, zone: str) -> str:
    """24 novembre 2026, 9:05."""
    here = local(at, zone)
    return f"{day_words(here.date())}, {here.hour}:{here.minute:02}"
