"""Forms of a structure, drawn up by who administers it: versions are only added, a withdrawn form is filled in no more."""
import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import transaction

from care.sheets import errors
from care.sheets.errors import Malformed
from care.sheets.models import Form, FormVersion
from care.sheets.questionnaire import Questionnaire
from care.sheets.reading import read_questionnaire, understood
from care.sheets.writing import Json, written
from foundation import clock, ids
from foundation.errors import NotFound
from people.accounts.access import require_still
from people.accounts.appointments import note
from people.accounts.enums import Done
from people.accounts.locks import locked_structure
from people.accounts.models import Administrator


def checked_form(questionnaire: Any) -> Questionnaire:
    """A form from JSON or its text. Raises Invalid `sheets.bad_form` with the place of what is wrong."""
    try:
        return read_questionnaire(questionnaire) if isinstance(questionnaire, str) else understood(questionnaire)
    except Malformed as malformed:
        raise errors.bad_form(malformed) from None


def add_form(actor: Administrator, *, questionnaire: Any) -> FormVersion:
    """A new form of the actor's structure. Raises NotFound, Invalid `sheets.bad_form`."""
    form = checked_form(questionnaire)
    with transaction.atomic():
        _locked(actor)
        row = Form.objects.create(structure_id=actor.structure_id, made_at=clock.now())
        return _kept(actor, row, form, 1)


def change_form(actor: Administrator, *, form: UUID | None, questionnaire: Any) -> FormVersion:
    """A new version; the same as the last one is none. Raises NotFound, Invalid."""
    changed = checked_form(questionnaire)
    with transaction.atomic():
        row = _own(actor, form)
        last = row.versions.order_by("-number").select_related("form__structure").first()
        number = last.number if last else 0
        if last is not None and bytes(last.digest) == digest_of(written(changed)):
            return last
        return _kept(actor, row, changed, number + 1)


def withdraw_form(actor: Administrator, *, form: UUID | None, withdrawn: bool) -> FormVersion:
    """From now on nobody fills it in, or they do again. What was answered stays. Raises NotFound."""
    with transaction.atomic():
        row = _own(actor, form)
        row.withdrawn_at = clock.now() if withdrawn else None
        row.save(update_fields=["withdrawn_at"])
        note(actor.person, Done.SETTINGS, structure=actor.structure_id)
        return row.versions.select_related("form__structure").order_by("-number")[0]


def version_of(structure: UUID, form: UUID | None, number: int | None = None) -> FormVersion:
    """A version of a structure's form, the newest unless another is asked for. Raises NotFound."""
    rows = FormVersion.objects.filter(form=form, form__structure=structure).select_related("form__structure").order_by("-number")
    found = (rows.filter(number=number) if number is not None else rows).first() if form else None
    if found is None:
        raise NotFound
    return found


def digest_of(questionnaire: Json) -> bytes:
    """Tells equal forms from unequal ones."""
    return hashlib.sha256(json.dumps(questionnaire, sort_keys=True).encode("utf-8", "surrogatepass")).digest()


def new_version(form: Form, questionnaire: Questionnaire, number: int) -> FormVersion:
    """A version, not saved yet. What is kept is what was understood, written anew."""
    kept = written(questionnaire)
    return FormVersion(id=ids.new(), form=form, number=number, questionnaire=kept, digest=digest_of(kept), made_at=clock.now())


def _locked(actor: Administrator) -> None:
    require_still(actor)
    locked_structure(actor.structure_id)


def _own(actor: Administrator, form: UUID | None) -> Form:
    _locked(actor)
    row = Form.objects.filter(pk=form, structure=actor.structure_id).first() if form else None
    if row is None:
        raise NotFound
    return row


def _kept(actor: Administrator, row: Form, form: Questionnaire, number: int) -> FormVersion:
    version = new_version(row, form, number)
    version.made_by = actor.person
    version.save(force_insert=True)
    note(actor.person, Done.SETTINGS, structure=actor.structure_id)
    return version
