"""How sheets and forms are written for the API and the socket."""
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from care.records.items import record_item, who
from care.sheets.models import Answered, FormVersion
from care.sheets.queries import Offered
from care.sheets.questionnaire import Questionnaire, Said
from care.sheets.scoring import Score
from care.sheets.series import Line
from care.sheets.understood import questionnaire_of
from care.sheets.writing import number
from foundation.clock import rfc3339
from messaging.feed.items import Item, Reader


def words(said: Said, language: str) -> dict[str, str]:
    """Words by language, the form's own under its own: a frame is made once for readers of every language."""
    return {language or "fr": said.text, **dict(said.others)} if said else {}


def sheets_written(sheets: Sequence[Answered]) -> Callable[[Answered, Reader], Item]:
    """How each of some sheets is written for a reader."""
    return sheet_item


def sheet_item(sheet: Answered, reader: Reader) -> Item:
    """A sheet as it is now. A withdrawn one has no answers, no scores; what followed from it is still named."""
    form = questionnaire_of(sheet.version_of)
    kept = sheet.words()
    gone = sheet.withdrawn_at is not None
    followed = {"post": str(sheet.post) if sheet.post else None, "tasks": sheet.tasks, "measures": sheet.measures}
    return {
        **record_item(sheet, reader),
        "form": {"id": str(sheet.form_id), "version": sheet.version_of.number, "titles": words(form.title, form.language)},
        "answers": {} if gone else answers_item(form, kept["answers"]), "scores": [] if gone else list(_scores(form, kept["scores"])),
        "followed": followed,
        "withdrawn": {"by": who(sheet.withdrawn_by), "at": rfc3339(sheet.withdrawn_at), "reason": kept.get("reason", "")} if gone else None,
    }  # fmt: skip


def answers_item(form: Questionnaire, answers: dict[str, list[Any]]) -> dict[str, Any]:
    """Answers as they are sent: a value, or a list where the item repeats."""
    return {link: values if form.by_id[link].repeats else values[0] for link, values in answers.items()}


def _scores(form: Questionnaire, scores: dict[str, Any]) -> Sequence[Item]:
    rows = ((form.by_id[link], Decimal(str(value))) for link, value in scores.items())
    return [score_item(Score(item, value, item.band_of(value)), form.language) for item, value in rows]


def score_item(score: Score, language: str) -> Item:
    """A score and what it means."""
    band, unit = score.band, score.item.unit
    return {
        "linkId": score.item.link_id, "value": number(score.value), "unit": unit[1] if unit else None,
        "names": words(score.item.text, language), "labels": words(band.label, language) if band else {},
        "tone": band.tone.value if band else None,
    }  # fmt: skip


def form_item(version: FormVersion) -> Item:
    """A form in one version, its words in the caller's language."""
    form, language = questionnaire_of(version), get_language() or "fr"
    structure = version.form.structure
    return {
        "id": str(version.form_id), "key": version.form.key, "version": version.number, "title": form.title.told(language),
        "description": form.description.told(language),
        "structure": {"id": str(structure.pk), "name": structure.name} if structure else None,
        "filled_by": list(form.filled_by), "scores": [score.link_id for score in form.scores], "made_at": rfc3339(version.made_at),
        "withdrawn_at": rfc3339(version.form.withdrawn_at),
    }  # fmt: skip


def offered_item(one: Offered) -> Item:
    """A form as it is offered to a member."""
    return {**form_item(one.version), "may_fill": one.may_fill}


def line_item(line: Line) -> Item:
    """A series of an item."""
    language, unit = get_language() or "fr", line.item.unit
    return {
        "linkId": line.item.link_id, "text": line.item.text.told(language), "unit": unit[1] if unit else None,
        "score": line.item.formula is not None, "about": line.about or None,
        "points": [{"at": rfc3339(point.at), "value": point.value, "sheet": str(point.sheet)} for point in line.points],
    }  # fmt: skip
