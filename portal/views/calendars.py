"""Calendars in and out: an invitation is looked at and then added, and my agenda has a private address for my telephone."""
import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from care.agenda.enums import AppointmentKind
from care.agenda.importing import Proposal, bring_in, proposals
from care.agenda.reading_ics import MOST_BYTES, Invited, read_invitation
from care.agenda.subscriptions import end_link, link_of, make_link
from care.agenda.timing import timing
from foundation.errors import CercleError, Conflict, Invalid
from people.circles.access import require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act
from portal.queries.agenda_repeats import repeat_words
from portal.queries.room import readers_for, room_context
from portal.templatetags.times import full_moment
from portal.views.door import acting, member, page, reader


@dataclass(frozen=True)
class Proposed:
    """What an invitation would do, in words."""

    number: int
    title: str
    when: str
    repeats: str
    place: str
    known: str
    possible: bool


@require_http_methods(["GET", "POST"])
@page
@acting(Act.ADD_APPOINTMENT)
def invitation(request: HttpRequest, circle_id: str) -> HttpResponse:
    """Choosing a calendar file; sent, what it says, before anything is added."""
    actor = member(request, circle_id)
    require(actor, Act.ADD_APPOINTMENT)
    if request.method != "POST":
        return _drawn(request, actor)
    file = request.FILES.get("file")
    if file is None:
        return _drawn(request, actor, wrong=_("Choose a file that ends in .ics."))
    raw = bytes(file.read(MOST_BYTES + 1))
    try:
        found = proposals(actor, read_invitation(raw))
    except CercleError as error:
        return _drawn(request, actor, wrong=str(error.detail))
    return _drawn(request, actor, raw=raw, found=found)


@require_POST
@page
@acting(Act.ADD_APPOINTMENT)
def add_invitation(request: HttpRequest, circle_id: str) -> HttpResponse:
    """Adds what was chosen of the file that was looked at."""
    actor = member(request, circle_id)
    require(actor, Act.ADD_APPOINTMENT)
    raw, taken = _sent(request.POST.get("file", "")), set(request.POST.getlist("take"))
    found: list[Proposal] = []
    try:
        events = read_invitation(raw)
        found = proposals(actor, events)
        chosen = {one.main.uid for number, one in enumerate(found) if str(number) in taken}
        audience = request.POST.get("audience", "")
        if not chosen or audience not in Audience.values:
            return _drawn(request, actor, raw=raw, found=found, wrong=_("Choose what is added, and who reads it."))
        wanted: list[Invited] = [event for event in events if event.uid in chosen]
        bring_in(actor, wanted, audience=Audience(audience), kind=AppointmentKind.APPOINTMENT)
    except (Invalid, Conflict) as error:
        return _drawn(request, actor, raw=raw, found=found, wrong=str(error.detail))
    return HttpResponseRedirect(f"/circles/{actor.circle_id}/agenda?view=list&said=taken")


def _sent(text: str) -> bytes:
    try:
        return base64.b64decode(text[: 2 * MOST_BYTES], validate=True)
    except (binascii.Error, ValueError):
        return b""


def _drawn(
    request: HttpRequest, actor: Membership, *, raw: bytes = b"", found: Sequence[Proposal] = (), wrong: str = ""
) -> HttpResponse:
    readers = readers_for(actor, Act.ADD_APPOINTMENT)
    zone = actor.circle.zone
    context: dict[str, Any] = {
        **room_context(actor, "agenda"), "base": f"/circles/{actor.circle_id}/agenda", "wrong": wrong, "readers": readers,
        "proposals": [_proposed(number, one, zone) for number, one in enumerate(found)], "file": base64.b64encode(raw).decode(),
        "audience": _chosen(found, [str(one.audience) for one in readers]),
    }  # fmt: skip
    return render(request, "portal/pages/agenda_invitation.html", context, status=422 if wrong else 200)


def _chosen(found: Sequence[Proposal], readers: Sequence[str]) -> str:
    """Who reads it unless somebody else is chosen: those who read what is there already."""
    known = [str(one.known.audience) for one in found if one.known and one.change == "update"]
    return next((one for one in [*known, *readers] if one in readers), "")


def _readers(one: Proposal) -> str:
    """Who reads what is there already."""
    return str(Audience(one.known.audience).label) if one.known else ""


def _proposed(number: int, one: Proposal, zone: str) -> Proposed:
    known = {
        "update": _("Changes what an earlier invitation brought, read by: %(audience)s.") % {"audience": _readers(one)},
        "cancel": _("Cancels what an earlier invitation brought."),
        "none": _("There is nothing in it that is not known already."),
    }.get(one.change, "")  # fmt: skip
    start, rule = one.main.start.at(zone), ""
    if one.said:
        kept = timing(one.said, zone)
        start, rule = kept.start, repeat_words(kept.when.rule, kept.start.date(), kept.when.zone)
    title = one.main.title or pgettext("agenda", "Appointment")
    return Proposed(number, title, full_moment(start, zone), rule, one.main.place, known, one.change != "none")


@require_http_methods(["GET", "POST"])
@page
def calendar_link(request: HttpRequest) -> HttpResponse:
    """My private address: `act` make (with `names` 1 or 0), then it is shown this once, or revoke."""
    person, act = reader(request), request.POST.get("act", "")
    context: dict[str, Any] = {"zone": settings.CIRCLE_TIME_ZONE}
    if request.method == "POST" and act == "make":
        base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
        address = f"{base}/calendar/{make_link(person, names=request.POST.get('names') == '1')}.ics"
        context |= {"address": address, "webcal": f"webcal:{address.partition(':')[2]}"}
    elif request.method == "POST" and act == "revoke":
        end_link(person)
        return HttpResponseRedirect("/me/calendar?ended")
    link = link_of(person)
    ended = "ended" in request.GET and link is None
    context |= {"link": link, "said": _("The address has ended. Calendars that had it get nothing more.") if ended else ""}
    return render(request, "portal/pages/calendar_link.html", context)
