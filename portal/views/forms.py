"""Forms of a structure, for who administers it: bringing one in, looking at it as it will be filled, versions, taking it out of use."""
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from care.sheets import forming
from care.sheets.errors import Malformed
from care.sheets.questionnaire import Questionnaire
from care.sheets.reading import read_questionnaire
from care.sheets.understood import questionnaire_of
from care.sheets.writing import written
from people.accounts.enums import Duty
from people.accounts.models import Administrator
from portal.queries import forms as told
from portal.queries.form_drafts import draft_of
from portal.views.administration import administering, back_to, shown

_MOST_BYTES = 1024 * 1024


@require_GET
@administering(Duty.CHANGE_SETTINGS)
def forms(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """The structure's forms, those in use first."""
    return shown(request, actor, "forms", "forms", {"forms": told.drawn_forms(actor.structure_id)})


@require_http_methods(["GET", "POST"])
@administering(Duty.CHANGE_SETTINGS)
def bring_in(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """A Questionnaire as a file or pasted: looked at first, kept at the second press. What was pasted stays whatever is wrong."""
    return _brought(request, actor, None)


@require_http_methods(["GET", "POST"])
@administering(Duty.CHANGE_SETTINGS)
def replace(request: HttpRequest, actor: Administrator, form_id: UUID) -> HttpResponse:
    """A new version of a form, as JSON."""
    return _brought(request, actor, form_id)


def _brought(request: HttpRequest, actor: Administrator, form: UUID | None) -> HttpResponse:
    current = forming.version_of(actor.structure_id, form) if form else None
    context: dict[str, Any] = {"form": told.drawn_form(current) if current else None, "text": told.exported(current) if current else ""}
    if request.method == "POST":
        context |= _looked_at(_text(request))
        if context["found"] and request.POST.get("act") == "keep":
            return _kept(request, actor, form, context["text"])
    return shown(request, actor, "form_import", "forms", context, 422 if context.get("wrong") else 200)


def _text(request: HttpRequest) -> str:
    """The file where one was chosen, else what was pasted. A file that is no text stays as what is wrong with it."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("text", "")
    text: str = file.read(_MOST_BYTES + 1).decode("utf-8", "replace")  # larger than any form may be: refused by its reader
    return text


def _looked_at(text: str) -> dict[str, Any]:
    """What a text says: the form as it will look, or what is wrong with it and where."""
    try:
        form = read_questionnaire(text)
    except Malformed as malformed:
        line = _line_of(text, malformed.place)
        return {"text": text[:_MOST_BYTES], "found": None, "wrong": str(malformed.sentence), "place": malformed.place, "line": line}
    return {"text": text, "found": form.title.text, "ignored": told.ignored_in(form), **_preview(form)}


def _line_of(text: str, place: str) -> int | None:
    """About where in the text a place stands, for who looks for it: by counting linkIds. None where that says nothing."""
    if not place.startswith("item["):
        return None
    first = place.removeprefix("item[").partition("]")[0]
    lines = [number for number, line in enumerate(text.splitlines(), 1) if '"linkId"' in line]
    return lines[int(first)] if first.isdigit() and int(first) < len(lines) and place.count("item[") == 1 and "." not in place else None


def _preview(form: Questionnaire) -> dict[str, Any]:
    return {"questionnaire": written(form), "rules": form.rules}


def _kept(request: HttpRequest, actor: Administrator, form: UUID | None, text: str) -> HttpResponseRedirect:
    version = forming.change_form(actor, form=form, questionnaire=text) if form else forming.add_form(actor, questionnaire=text)
    messages.success(request, _("Kept. Whoever works here can fill it now, in every circle of theirs."))
    return back_to(actor, f"forms/{version.form_id}")


@require_GET
@administering(Duty.CHANGE_SETTINGS)
def form(request: HttpRequest, actor: Administrator, form_id: UUID) -> HttpResponse:
    """A form as it will be filled, its versions and what can be done with it."""
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None
    version = forming.version_of(actor.structure_id, form_id, number)
    questionnaire = questionnaire_of(version)
    context = {
        "form": told.drawn_form(version), "versions": told.versions_of(form_id), "editable": draft_of(questionnaire) is not None,
        **_preview(questionnaire),
    }  # fmt: skip
    return shown(request, actor, "form", "forms", context)


@require_GET
@administering(Duty.CHANGE_SETTINGS)
def export(request: HttpRequest, actor: Administrator, form_id: UUID) -> HttpResponse:
    """The form as a file."""
    text = told.exported(forming.version_of(actor.structure_id, form_id))
    answer = HttpResponse(text, content_type="application/fhir+json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="questionnaire-{form_id}.json"'
    return answer


@require_POST
@administering(Duty.CHANGE_SETTINGS)
def withdraw(request: HttpRequest, actor: Administrator, form_id: UUID) -> HttpResponse:
    """Out of use, or in use again. What was filled stays."""
    withdrawn = request.POST.get("withdrawn") == "1"
    forming.withdraw_form(actor, form=form_id, withdrawn=withdrawn)
    said = _("Out of use: nobody fills it any more. What was filled stays.") if withdrawn else _("In use again.")
    messages.success(request, said)
    return back_to(actor, f"forms/{form_id}")
