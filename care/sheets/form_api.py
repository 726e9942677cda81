"""Forms over HTTP: those that a person may fill in, and those of a structure for who administers it."""
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Status

from care.sheets import forming, queries
from care.sheets.items import form_item
from care.sheets.models import Form, FormVersion
from care.sheets.protocol import FormBody
from care.sheets.understood import questionnaire_of
from care.sheets.writing import written
from foundation import clock, ids
from foundation.errors import NotFound
from people.accounts.access import administer
from people.accounts.enums import Duty
from people.accounts.models import Administrator, Person
from people.accounts.queries import structures_of
from people.circles.access import Door, Own, SignedIn
from people.circles.models import Membership
from people.circles.policy import Act

router = Router(tags=["sheets"])


class Drawing(Own):
    """Route authentication for `structures/{id}/forms…`: for the structure's administrators; for others there is no such page.

    `request.auth` is the Administrator.
    """

    def __call__(self, request: HttpRequest) -> Administrator:  # type: ignore[override]
        person = super().__call__(request)
        match = request.resolver_match
        return administer(person, ids.parse(match.kwargs.get("structure_id")) if match else None, Duty.CHANGE_SETTINGS)


def _administrator(request: HttpRequest) -> Administrator:
    actor: Administrator = request.auth  # type: ignore[attr-defined]
    return actor


def _exported(version: FormVersion) -> dict[str, Any]:
    """The FHIR Questionnaire of a version."""
    status = "retired" if version.form.withdrawn_at else "active"
    return written(questionnaire_of(version), identifier=str(version.form_id), version=version.number, status=status)


def _of_person(person: Person) -> Any:
    mine = structures_of(person, clock.now()).order_by().values("pk")
    return Form.objects.filter(Q(structure=None) | Q(structure__in=mine), withdrawn_at=None)


@router.get("forms", auth=SignedIn(), response=dict[str, Any])
def forms(request: HttpRequest) -> dict[str, Any]:
    """The forms that Cercle ships and those of the caller's structures."""
    person: Person = request.auth  # type: ignore[attr-defined]
    return {"items": [form_item(version) for version in queries.newest(_of_person(person))], "next": None}


@router.get("forms/{form_id}", auth=Own(), response=dict[str, Any])
def one(request: HttpRequest, form_id: str) -> dict[str, Any]:
    """One of them as a FHIR Questionnaire."""
    person: Person = request.auth  # type: ignore[attr-defined]
    wanted = ids.parse(form_id)
    version = queries.newest(_of_person(person).filter(pk=wanted)).first() if wanted else None
    if version is None:
        raise NotFound
    return _exported(version)


@router.get("circles/{circle_id}/sheets/forms/{form_id}", auth=Door(Act.READ, opens=True), response=dict[str, Any])
def in_circle(request: HttpRequest, circle_id: str, form_id: str) -> dict[str, Any]:
    """A form that is offered to the caller in this circle, as a FHIR Questionnaire."""
    member: Membership = request.auth  # type: ignore[attr-defined]
    wanted = ids.parse(form_id)
    version = queries.offered_version(member, wanted) if wanted else None
    if version is None:
        raise NotFound
    return _exported(version)


@router.get("structures/{structure_id}/forms", auth=Drawing(), response=dict[str, Any])
def of_structure(request: HttpRequest, structure_id: str) -> dict[str, Any]:
    """The structure's forms in their newest version, withdrawn ones last."""
    rows = queries.forms_of_structure(_administrator(request).structure_id)
    return {"items": [form_item(version) for version in rows], "next": None}


@router.post("structures/{structure_id}/forms/check", auth=Drawing(), response=dict[str, Any])
def check(request: HttpRequest, structure_id: str, body: FormBody) -> dict[str, Any]:
    """Whether a form is understood, and what of it is not; else 422 with the place. Nothing is kept."""
    form = forming.checked_form(body.questionnaire)
    return {
        "title": form.title.text, "items": len(form.by_id), "scores": [item.link_id for item in form.scores], "rules": len(form.rules),
        "ignored": list(form.ignored), "questionnaire": written(form),
    }  # fmt: skip


@router.post("structures/{structure_id}/forms", auth=Drawing(), response={201: dict[str, Any]})
def add(request: HttpRequest, structure_id: str, body: FormBody) -> Status[dict[str, Any]]:
    """A new form."""
    return Status(201, form_item(forming.add_form(_administrator(request), questionnaire=body.questionnaire)))


@router.put("structures/{structure_id}/forms/{form_id}", auth=Drawing(), response=dict[str, Any])
def change(request: HttpRequest, structure_id: str, form_id: str, body: FormBody) -> dict[str, Any]:
    """A new version; what was answered stays with the version it was answered to."""
    return form_item(forming.change_form(_administrator(request), form=ids.parse(form_id), questionnaire=body.questionnaire))


@router.get("structures/{structure_id}/forms/{form_id}/questionnaire", auth=Drawing(), response=dict[str, Any])
def questionnaire(request: HttpRequest, structure_id: str, form_id: str, version: int | None = None) -> dict[str, Any]:
    """A form of the structure as a FHIR Questionnaire, the newest version unless another is asked for."""
    return _exported(forming.version_of(_administrator(request).structure_id, ids.parse(form_id), version))


@router.post("structures/{structure_id}/forms/{form_id}/withdrawal", auth=Drawing(), response=dict[str, Any])
def withdraw(request: HttpRequest, structure_id: str, form_id: str) -> dict[str, Any]:
    """From now on nobody fills it in; what was answered stays."""
    return form_item(forming.withdraw_form(_administrator(request), form=ids.parse(form_id), withdrawn=True))


@router.delete("structures/{structure_id}/forms/{form_id}/withdrawal", auth=Drawing(), response=dict[str, Any])
def bring_back(request: HttpRequest, structure_id: str, form_id: str) -> dict[str, Any]:
    """It is filled in again."""
    return form_item(forming.withdraw_form(_administrator(request), form=ids.parse(form_id), withdrawn=False))
