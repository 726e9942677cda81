"""Sheets of a circle: what may be filled, filling, reading one, and how it went over time."""
import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from care.records.access import visible_record
from care.sheets.models import Answered, FormVersion
from care.sheets.queries import may_fill, offered_version
from care.sheets.understood import questionnaire_of
from care.sheets.writing import written
from foundation import ids
from foundation.errors import NotFound
from people.circles.enums import Role
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.sentences import refusal
from portal.queries import sheets as told
from portal.queries.room import readers_for, room_context
from portal.queries.sheet_plots import plots_of
from portal.queries.sheet_words import language
from portal.views.door import acting, member, page

_PLAIN = frozenset({Role.PATIENT, Role.RELATIVE, Role.TRUSTED_PERSON})


def _context(inside: Membership) -> dict[str, Any]:
    """What each of these pages carries; `plain`: the large letters of those who are no professionals here."""
    return {**room_context(inside, "sheets"), "plain": inside.role == Role.PATIENT, "family": inside.role in _PLAIN}


@require_GET
@page
@acting(Act.READ)
def sheets(request: HttpRequest, circle_id: str) -> HttpResponse:
    """Forms and what was filled; `?part=list` the latter alone."""
    inside = member(request, circle_id)
    rows, following = told.sheet_rows(inside, _moment(request.GET.get("before")))
    listed = {"rows": rows, "next": following, "circle_id": inside.circle_id, "zone": inside.circle.zone}
    if request.GET.get("part") == "list":
        return render(request, "portal/fragments/sheets.html", listed)
    may = bool(readers_for(inside, Act.FILL_SHEET))
    forms = told.form_rows(inside) if may else []
    used = [form for form in forms if form.count]
    context = {
        **_context(inside), **listed, "may_fill": may, "forms": forms, "used": used, "others": [form for form in forms if not form.count],
        "why_not": "" if may else refusal(f"circle_{inside.circle.state}"),
    }  # fmt: skip
    return render(request, "portal/pages/sheets.html", context)


def _moment(text: str | None) -> dt.datetime | None:
    """Where a page begins; what is no moment begins at the newest."""
    try:
        moment = dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _asked(request: HttpRequest, inside: Membership) -> FormVersion:
    """The form that the address names, in its newest version. Raises NotFound where the member may not fill it."""
    wanted = ids.parse(request.GET.get("form"))
    version = offered_version(inside, wanted) if wanted else None
    if version is None:
        raise NotFound
    return version


@require_GET
@page
@acting(Act.READ)
def fill(request: HttpRequest, circle_id: str) -> HttpResponse:
    """A form to fill in. The browser draws it and sends it by the API."""
    inside = member(request, circle_id)
    version = _asked(request, inside)
    form = questionnaire_of(version)
    may = may_fill(inside, form)
    readers = readers_for(inside, Act.FILL_SHEET) if may else []
    context = {
        **_context(inside), "form": {"title": form.title.told(language()), "description": form.description.told(language())},
        "questionnaire": written(form), "about": {"circle": str(inside.circle_id), "form": str(version.form_id), "version": version.number},
        "readers": readers, "audience": readers[0].audience if len(readers) == 1 else _usual(inside, readers), "may_fill": may,
        "why_not": "" if may else refusal(f"circle_{inside.circle.state}"), "media_most": settings.MEDIA_MOST_BYTES,
    }  # fmt: skip
    return render(request, "portal/pages/sheet_fill.html", context)


def _usual(inside: Membership, readers: list[Any]) -> str:
    """The narrowest audience is chosen beforehand; the patient's and the family's reaches their care team and nobody else."""
    return readers[0].audience if readers else ""


@require_GET
@page
@acting(Act.READ)
def sheet(request: HttpRequest, circle_id: str, sheet_id: str) -> HttpResponse:
    """One sheet in words; `?part=sheet` alone."""
    inside = member(request, circle_id)
    record = visible_record(inside, Answered, ids.parse(sheet_id))
    shown = {
        "sheet": told.read_sheet(inside, record), "may_withdraw": told.may_withdraw(inside, record), "circle_id": inside.circle_id,
        "zone": inside.circle.zone,
    }  # fmt: skip
    if request.GET.get("part") == "sheet":
        return render(request, "portal/fragments/sheet.html", shown)
    return render(request, "portal/pages/sheet.html", {**_context(inside), **shown, "sent": "sent" in request.GET})


@require_GET
@page
@acting(Act.READ)
def over_time(request: HttpRequest, circle_id: str) -> HttpResponse:
    """Plots of a form's numbers; `?part=plots` alone."""
    inside = member(request, circle_id)
    wanted: UUID | None = ids.parse(request.GET.get("form"))
    found = plots_of(inside, wanted) if wanted else None
    if found is None:
        raise NotFound
    shown = {"series": found.plots, "lines": found.lines, "form": found, "circle_id": inside.circle_id, "zone": inside.circle.zone}
    if request.GET.get("part") == "plots":
        return render(request, "portal/fragments/sheet_plots.html", shown)
    return render(request, "portal/pages/sheets_over_time.html", {**_context(inside), **shown})
