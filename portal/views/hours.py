"""My working hours: when urgent messages may call me, for everything and for each structure, and when I am away."""
import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.errors import Invalid
from people.accounts.models import Person, Structure
from people.accounts.queries import structures_of
from people.duty.api import said_by
from people.duty.protocol import MOST_A_DAY, MOST_ABSENCES, HoursBody
from people.duty.queries import duty_of
from people.duty.services import set_hours
from people.duty.week import DAYS
from portal.queries.hours import EVERYWHERE, absences_in, sheets_of
from portal.views.door import page, reader

_BEFORE = "hours_before"


@require_http_methods(["GET", "POST"])
@page
def hours(request: HttpRequest) -> HttpResponse:
    """The sheet; sent, all of it takes the place of what was said before. What is wrong is said beside its field."""
    person = reader(request)
    before = said_by(person)
    if request.method != "POST":
        return _drawn(request, person, before)
    if "undo" in request.POST:
        return _undone(request, person)
    works = list(structures_of(person, clock.now()))
    said = _read(request.POST, works, before["zone"])
    try:
        set_hours(person, said=HoursBody.model_validate(said))
    except Invalid as refused:
        return _drawn(request, person, said, refused)
    except ValueError:
        return _drawn(request, person, said, _half_said(said["absences"]))
    request.session[_BEFORE] = before  # sealed, as all of a session
    return HttpResponseRedirect("/me/hours?saved")


def _half_said(absences: list[dict[str, str]]) -> Invalid:
    sentence = _("An absence has a beginning and an end.")
    half = [n for n, away in enumerate(absences) if not (away["since"] and away["until"])]
    return Invalid("duty.bad_hours", sentence, errors={f"absences.{n}.until": sentence for n in half})


def _undone(request: HttpRequest, person: Person) -> HttpResponse:
    """What was said before the last save holds again; a second time changes nothing."""
    before = request.session.pop(_BEFORE, None)
    if before is None:
        return HttpResponseRedirect("/me/hours")
    try:
        set_hours(person, said=HoursBody.model_validate(before))
    except Invalid as refused:  # the work in a structure has ended since
        return _drawn(request, person, before, refused)
    return HttpResponseRedirect("/me/hours?undone")


def _drawn(request: HttpRequest, person: Person, said: dict[str, Any], refused: Invalid | None = None) -> HttpResponse:
    now, errors, zone = clock.now(), refused.errors if refused else None, said.get("zone", settings.CIRCLE_TIME_ZONE)
    context = {
        "sheets": sheets_of(said, structures_of(person, now), errors), "absences": absences_in(said, zone, errors), "zone": zone,
        "duty": duty_of([(person.pk, None)], now)[person.pk, None], "saved": "saved" in request.GET and not refused,
        "undone": "undone" in request.GET and not refused, "may_undo": _BEFORE in request.session,
        "wrong": str(refused.detail) if refused else "",
    }  # fmt: skip
    return render(request, "portal/pages/hours.html", context, status=refused.status if refused else 200)


def _read(form: QueryDict, works: list[Structure], zone: str) -> dict[str, Any]:
    """What was filled in, as `PUT me/hours` takes it. Whoever chose no hours for a place has none there."""
    own = [str(structure.pk) for structure in works if form.get(f"{structure.pk}.said") == "week"]
    weeks = [{**_week(form, structure), "structure": structure} for structure in own]
    everywhere = _week(form, EVERYWHERE) if form.get(f"{EVERYWHERE}.said") == "week" else None
    away = [(form.get(f"away.{n}.since", ""), form.get(f"away.{n}.until", "")) for n in range(MOST_ABSENCES)]
    absences = [{"since": _moment(since, zone), "until": _moment(until, zone)} for since, until in away if since or until]
    return {"zone": zone, "everywhere": everywhere, "structures": weeks, "absences": absences}


def _week(form: QueryDict, place: str) -> dict[str, Any]:
    weekly = {}
    for day in DAYS:
        fields = (f"{place}.{day}.{n}" for n in range(MOST_A_DAY))
        stretches = [(form.get(f"{field}.from", "")[:5], form.get(f"{field}.to", "")[:5]) for field in fields]
        weekly[day] = [list(one) for one in stretches if any(one)]
    return {"weekly": weekly, "on_holidays": form.get(f"{place}.holidays") == "1"}


def _moment(raw: str, zone: str) -> str:
    """A local time of a field as the API takes it; "" for what is none."""
    try:
        return dt.datetime.fromisoformat(raw[:16]).replace(tzinfo=ZoneInfo(zone)).isoformat()
    except ValueError:
        return ""
