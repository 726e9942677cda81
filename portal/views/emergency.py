"""Coming in by force of an emergency: whom one looks for, is it them and why, then the thread. What is typed stands in no address."""
import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation import ids
from foundation.errors import CercleError, Conflict, Invalid, NotFound
from hospital.stays.enums import GlassReason
from hospital.stays.glass import Why, break_glass, look_up, require_emergency_staff
from hospital.stays.seeking import Sought
from people.circles.access import session_mark
from portal.views.door import page, reader

_FIELDS = ("ins", "family_name", "given_names", "birth_date")
_LONGEST = 100


@require_GET
@page
def seek(request: HttpRequest) -> HttpResponse:
    """Whom one looks for. Raises Forbidden for who is no confirmed professional of a hospital."""
    require_emergency_staff(reader(request))
    return render(request, "portal/pages/glass_seek.html", {"typed": {}})


@require_POST
@page
def found(request: HttpRequest) -> HttpResponse:
    """The identity that was found, to be confirmed, and the form that asks why."""
    require_emergency_staff(reader(request))
    return _confirm(request, _typed(request))


@require_POST
@page
def enter(request: HttpRequest) -> HttpResponse:
    """Breaks the glass and leads into the thread. Without a reason the identity is shown again, for it must not be confirmed unseen."""
    person, typed = reader(request), _typed(request)
    why = Why(request.POST.get("reason_code", ""), request.POST.get("reason", ""))
    try:
        glass = break_glass(
            person, sought=_sought(typed), why=why, hospital=ids.parse(request.POST.get("hospital")), session=session_mark(request)
        )
    except Invalid as refused:
        if refused.code == "hospital.no_reason":
            return _confirm(request, typed, wrong=refused, why=why)
        return _again(request, typed, refused)
    except (NotFound, Conflict) as refused:
        return _again(request, typed, refused)
    return HttpResponseRedirect(f"/circles/{glass.membership.circle_id}")


def _confirm(request: HttpRequest, typed: dict[str, str], *, wrong: Invalid | None = None, why: Why | None = None) -> HttpResponse:
    """Who was found, and the form that asks why. Each time that it shows somebody is a look-up of its own, written down as such."""
    try:
        circle = look_up(reader(request), sought=_sought(typed), session=session_mark(request))
    except (Invalid, NotFound, Conflict) as refused:
        return _again(request, typed, refused)
    context = {"patient": circle.patient.traits, "wrong": wrong, "why": why, **_asked(request, typed)}
    return render(request, "portal/pages/glass_confirm.html", context, status=422 if wrong else 200)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip()[:_LONGEST] for name in _FIELDS}


def _sought(typed: dict[str, str]) -> Sought:
    """Raises Invalid `hospital.whom` where it names nobody."""
    if typed["ins"]:
        return Sought(ins=typed["ins"])
    if not (typed["family_name"] and typed["given_names"] and typed["birth_date"]):
        raise Invalid("hospital.whom", _("Give the INS, or family name, given name and birth date."))
    return Sought("", typed["family_name"], (typed["given_names"],), _day(typed["birth_date"]))


def _day(text: str) -> str:
    """The date that a browser's field gives, or one as it stands in papers."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 -- a birth date has no time zone
        except ValueError:
            continue
    raise Invalid("hospital.whom", _("This day does not exist. Write it for example 09/03/1941."))


def _asked(request: HttpRequest, typed: dict[str, str]) -> dict[str, Any]:
    return {"typed": typed, "reasons": GlassReason.choices, "hospitals": require_emergency_staff(reader(request))}


def _again(request: HttpRequest, typed: dict[str, str], refused: CercleError) -> HttpResponse:
    nobody = isinstance(refused, NotFound)
    nothing = _("Nobody of this identity has a circle. Check each letter and the birth date, or use the INS.")
    sentence = nothing if nobody else refused.detail
    return render(request, "portal/pages/glass_seek.html", {"typed": typed, "wrong": sentence}, status=404 if nobody else 422)
