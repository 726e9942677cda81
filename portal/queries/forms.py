"""The forms of a structure, for who administers it: which there are, their versions, and how one is exported."""
import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from care.sheets.models import FormVersion
from care.sheets.queries import forms_of_structure
from care.sheets.questionnaire import Questionnaire
from care.sheets.understood import questionnaire_of
from care.sheets.writing import written
from portal.queries.sheet_words import language


@dataclass(frozen=True)
class DrawnForm:
    """A form in its newest version: counts of its questions, scores and rules."""

    id: UUID
    title: str
    description: str
    version: int
    made_at: dt.datetime
    withdrawn: bool
    questions: int
    scores: int
    rules: int


def drawn_form(version: FormVersion) -> DrawnForm:
    """A form as its administrator's pages name it."""
    form = questionnaire_of(version)
    asked = [item for item in form.by_id.values() if item.type.asks and not item.formula]
    return DrawnForm(
        version.form_id, form.title.told(language()), form.description.told(language()), version.number, version.made_at,
        version.form.withdrawn_at is not None, len(asked), len(form.scores), len(form.rules),
    )  # fmt: skip


def drawn_forms(structure: UUID) -> list[DrawnForm]:
    """The forms of a structure, those in use first."""
    return [drawn_form(version) for version in forms_of_structure(structure)]


def versions_of(form: UUID) -> list[FormVersion]:
    """All versions of a form, the newest first."""
    return list(FormVersion.objects.filter(form=form).select_related("made_by").order_by("-number"))


def exported(version: FormVersion) -> str:
    """The FHIR Questionnaire of a version, as the text of a file."""
    status = "retired" if version.form.withdrawn_at else "active"
    return as_text(written(questionnaire_of(version), identifier=str(version.form_id), version=version.number, status=status))


def as_text(questionnaire: dict[str, Any]) -> str:
    """A Questionnaire as one reads it."""
    return json.dumps(questionnaire, ensure_ascii=False, indent=2)


def ignored_in(form: Questionnaire) -> tuple[str, ...]:
    """The places of what an imported form says and this house does not understand."""
    return form.ignored
