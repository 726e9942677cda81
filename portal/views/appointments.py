"""Appointments on pages: one of them, adding, changing, cancelling with its undo, and saying how a visit went. All work without script."""
import datetime as dt
import uuid
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from care.agenda import reporting, services
from care.agenda.enums import Outcome
from care.agenda.protocol import AppointmentBody, AppointmentChange, OccurrenceChange, ReportBody
from foundation import clock, ids
from foundation.errors import Conflict, Invalid, NotFound
from people.circles.access import require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act
from portal.queries.agenda_repeats import CHOICES, DAY_NAMES, KEPT
from portal.queries.agenda_words import KINDS, kind_choices
from portal.queries.appointments import One, fields_of, half_hour, may_come, one_of, said_in
from portal.queries.room import readers_for, room_context
from portal.queries.stretches import today
from portal.views.agenda import SAID
from portal.views.appointment_form import Times, Typed, members_in, rule_in, times_of, typed
from portal.views.door import acting, member, page


@require_GET
@page
@acting(Act.READ)
def appointment(request: HttpRequest, circle_id: str, appointment_id: str) -> HttpResponse:
    """One occurrence: `at` names which."""
    actor = member(request, circle_id)
    return _one(request, actor, one_of(actor, ids.parse(appointment_id), request.GET.get("at", "")))


def _one(request: HttpRequest, actor: Membership, one: One, *, wrong: str = "", status: int = 200) -> HttpResponse:
    base = f"/circles/{actor.circle_id}/agenda"
    by = one.row.author
    context = {
        **room_context(actor, "agenda"), "base": base, "one": one.entry, "when": one.when, "repeats": one.often,
        "note": one.row.said()["note"],
        "audience_words": Audience(one.row.audience).label, "written": by.person.name if by else "", "wrong": wrong,
        "here": one.entry.page, "said": SAID.get(request.GET.get("said", ""), "") if not wrong else "",
    }  # fmt: skip
    return render(request, "portal/pages/appointment.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page
@acting(Act.ADD_APPOINTMENT)
def new_appointment(request: HttpRequest, circle_id: str) -> HttpResponse:
    """The empty form: `on` a day, `post` what it is made from; sent, it is added or says beside each field what is wrong."""
    actor = member(request, circle_id)
    require(actor, Act.ADD_APPOINTMENT)
    if request.method != "POST":
        return _form(request, actor, _begun(request, actor))
    said = typed(request.POST)
    times = times_of(said)
    rule = rule_in(said, times.start.date()) if times else ""
    if not said["title"]:
        said.wrong("title", _("Say in a few words what it is, for example “Blood test”."))
    if said["audience"] not in Audience.values:
        said.wrong("audience", _("Choose who reads it."))
    if times is None or said.errors:
        return _form(request, actor, said)
    body = AppointmentBody.model_validate({**_said(said, times, rule), "audience": said["audience"]})
    try:
        services.add_appointment(actor, key=ids.parse(said["key"]), body=body)
    except Invalid as error:
        said.refuse(error.errors, str(error.detail))
        return _form(request, actor, said)
    return HttpResponseRedirect(f"/circles/{actor.circle_id}/agenda?on={said['day']}&said=added")


def _begun(request: HttpRequest, actor: Membership) -> Typed:
    """What a new appointment starts with; from a post its first words and its readers."""
    zone, post = actor.circle.zone, ids.parse(request.GET.get("post"))
    title, audience = said_in(actor, post) if post else ("", "")
    readers = [one.audience for one in readers_for(actor, Act.ADD_APPOINTMENT)]
    try:
        day = dt.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        day = today(zone)
    begins = half_hour(clock.now(), zone)
    return Typed({
        "kind": "visit" if not post else "appointment", "title": title, "day": day.isoformat(), "from": begins, "days": [], "coming": [],
        "audience": audience if audience in readers else (readers[0] if readers else ""), "key": str(uuid.uuid4()), "post": str(post or ""),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@page
@acting(Act.CHANGE_APPOINTMENT)
def change_appointment(request: HttpRequest, circle_id: str, appointment_id: str) -> HttpResponse:
    """The form with what holds now; `which` says whether this occurrence alone or all of them change."""
    actor = member(request, circle_id)
    one = one_of(actor, ids.parse(appointment_id), request.GET.get("at", ""))
    if not one.entry.may_change:
        require(actor, Act.CHANGE_APPOINTMENT, audience=Audience(one.row.audience), **_whose(one, actor))
    if request.method != "POST":
        return _form(request, actor, Typed({**fields_of(one), "which": "one" if one.often else "all"}), one)
    said = typed(request.POST)
    said.values["audience"] = one.row.audience
    alone = bool(one.often) and said["which"] == "one"
    times = times_of(said)
    if not alone and not said["title"]:
        said.wrong("title", _("Say in a few words what it is, for example “Blood test”."))
    if times is None or said.errors:
        return _form(request, actor, said, one)
    try:
        if alone:
            _change_one(actor, one, said, times)
        else:
            _change_all(actor, one, said, times)
    except (Invalid, Conflict) as error:
        said.refuse(error.errors if isinstance(error, Invalid) else None, str(error.detail))
    if said.errors:
        return _form(request, actor, said, one)
    return HttpResponseRedirect(f"/circles/{actor.circle_id}/agenda?on={said['day']}&said=changed")


def _whose(one: One, actor: Membership) -> dict[str, Any]:
    found = one.row.circumstances(actor, Act.CHANGE_APPOINTMENT)
    return {"own": found["own"], "owner": found["owner"]}


def _change_one(actor: Membership, one: One, said: Typed, times: Times) -> None:
    end = times.end + dt.timedelta(days=1) if times.all_day else times.end  # the agenda takes the day after the last
    body = OccurrenceChange(start=times.start, end=end, attendees=members_in(said))
    services.change_occurrence(actor, appointment=one.row.pk, occurrence=one.time.original, body=body)


def _change_all(actor: Membership, one: One, said: Typed, times: Times) -> None:
    """A series is moved as this occurrence was: so many days and minutes earlier or later."""
    shown = times_of(Typed({**fields_of(one)}))
    first = dt.datetime.fromisoformat(one.row.wall_start)
    if shown is None or not one.often or shown.all_day != times.all_day:
        moved, before = times, None
    else:
        moved, before = times.moved(first - shown.start), shown.start.date()
    rule = rule_in(said, times.start.date(), before=before)
    if said.errors:
        return
    body = AppointmentChange.model_validate(_said(said, moved, rule))
    services.change_appointment(actor, appointment=one.row.pk, body=body)


def _said(said: Typed, times: Times, rule: str) -> dict[str, Any]:
    """What was typed as the agenda takes it."""
    words = {name: said[name] for name in ("title", "place", "note", "with_name")}
    kind = said["kind"] if said["kind"] in KINDS else "appointment"
    return {**words, **times.body, "kind": kind, "rrule": rule, "attendees": members_in(said)}


@require_POST
@page
@acting(Act.CHANGE_APPOINTMENT)
def cancel(request: HttpRequest, circle_id: str, appointment_id: str) -> HttpResponse:
    """`which` one or all; `undo` takes it back."""
    actor, wanted = member(request, circle_id), ids.parse(appointment_id)
    if wanted is None:
        raise NotFound
    at, alone = _moment(request.POST.get("at", "")), request.POST.get("which") == "one"
    base = f"/circles/{actor.circle_id}/agenda"
    if "undo" in request.POST:
        _bring_back(actor, wanted, at if alone else None)
        return HttpResponseRedirect(f"{base}/{wanted}?at={request.POST.get('at', '')[:40]}")
    day = request.POST.get("on", "")[:10]
    if alone and at is None:  # an address that names none does not stand for all of them
        raise NotFound
    if alone and at is not None:
        services.cancel_occurrence(actor, appointment=wanted, occurrence=at)
    else:
        services.cancel_appointment(actor, appointment=wanted)
    which = "one" if alone else "all"
    return HttpResponseRedirect(f"{base}?said=cancelled&on={day}&gone={wanted}&which={which}&at={request.POST.get('at', '')[:40]}")


def _bring_back(actor: Membership, wanted: UUID, at: dt.datetime | None) -> None:
    if at is None:
        services.change_appointment(actor, appointment=wanted, body=AppointmentChange(cancelled=False))
    else:
        services.change_occurrence(actor, appointment=wanted, occurrence=at, body=OccurrenceChange(restored=True))


@require_POST
@page
@acting(Act.REPORT_VISIT)
def report(request: HttpRequest, circle_id: str, appointment_id: str) -> HttpResponse:
    """How a visit went: `outcome` done or missed, `text` for the journal; back to where it was said."""
    actor, wanted = member(request, circle_id), ids.parse(appointment_id)
    at, outcome = _moment(request.POST.get("at", "")), request.POST.get("outcome", "")
    if wanted is None or at is None or outcome not in Outcome.values:
        raise NotFound
    body = ReportBody(outcome=Outcome(outcome), text=request.POST.get("text", "").strip()[:12_000])
    try:
        reporting.report_visit(actor, appointment=wanted, occurrence=at, body=body)
    except (Invalid, Conflict) as error:
        return _one(request, actor, one_of(actor, wanted, request.POST.get("at", "")), wrong=str(error.detail), status=error.status)
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = f"/circles/{actor.circle_id}/agenda?view=day"
    return HttpResponseRedirect(f"{back}{'&' if '?' in back else '?'}said=reported")


def _moment(raw: str) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(raw)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _form(request: HttpRequest, actor: Membership, said: Typed, one: One | None = None) -> HttpResponse:
    base, audience = f"/circles/{actor.circle_id}/agenda", Audience(one.row.audience) if one else None
    choices = [*CHOICES, *([(KEPT, pgettext("repeat", "As it is now"))] if said["repeat"] == KEPT else [])]
    people = may_come(actor, audience, said["coming"])
    context = {
        **room_context(actor, "agenda"), "base": base, "said": said, "kinds": kind_choices(), "choices": choices, "day_names": DAY_NAMES,
        "first": [one for one in people if one.chosen or one.me], "others": [one for one in people if not (one.chosen or one.me)],
        "readers": [] if one else readers_for(actor, Act.ADD_APPOINTMENT),
        "audience": audience, "audience_words": audience.label if audience else "", "occurrence": one,
        "repeats": one.often if one else "", "this_one": one.when if one else "", "which": said["which"],
        "back": one.entry.page if one else base,
    }  # fmt: skip
    return render(request, "portal/pages/appointment_form.html", context, status=422 if said.errors else 200)
