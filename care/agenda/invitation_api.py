"""An invitation (RFC 5545) over HTTP: what is in it, then added."""
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from care.agenda.enums import AppointmentKind
from care.agenda.importing import Proposal, bring_in, proposals
from care.agenda.items import render
from care.agenda.reading_ics import MOST_BYTES, Invited, bad, read_invitation
from care.agenda.timing import timing
from foundation.clock import rfc3339
from foundation.errors import UnsupportedType
from foundation.http import too_large
from people.circles.access import Door, reader_of
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act

router = Router(tags=["agenda"])
Answer = dict[str, Any]


@router.post("circles/{circle_id}/appointments/invitation", auth=Door(Act.ADD_APPOINTMENT), response={200: Answer, 201: Answer})
def invitation(
    request: HttpRequest, circle_id: str, audience: Audience | None = None, kind: AppointmentKind = AppointmentKind.APPOINTMENT
) -> Status[Answer]:
    """A calendar file, as the body (`text/calendar`) or as `file` of a form. Without `audience` it says what the file would do;
    with it that is done."""
    member: Membership = request.auth  # type: ignore[attr-defined]
    events = read_invitation(_sent(request))
    if audience is None:
        return Status(200, {"items": [_proposed(one, member.circle.zone) for one in proposals(member, events)]})
    touched = bring_in(member, events, audience=audience, kind=kind)
    written, reader = render(touched), reader_of(member)
    return Status(201, {"items": [written(one, reader) for one in touched]})


def _sent(request: HttpRequest) -> bytes:
    if request.content_type == "multipart/form-data":
        file = request.FILES.get("file")
        if file is None:
            raise bad(_("Choose a calendar file."))
        if file.size is None or file.size > MOST_BYTES:
            raise too_large()
        return bytes(file.read())
    if request.content_type != "text/calendar":
        raise UnsupportedType("http.unsupported_media_type", _("Send a calendar file: Content-Type text/calendar."))
    return request.body


def _proposed(one: Proposal, zone: str) -> Answer:
    known = str(one.known.pk) if one.known else None
    audience = one.known.audience if one.known else None
    words = {name: getattr(one.main, name) for name in ("title", "place", "note", "with_name")}
    if not one.said:
        return {"change": one.change, "appointment": known, "audience": audience, **words, **_times(one.main, zone)}
    kept = timing(one.said, zone)
    return {
        "change": one.change, "appointment": known, "audience": audience, **words, "start": rfc3339(kept.start), "end": rfc3339(kept.end),
        "all_day": kept.when.all_day, "zone": kept.when.zone, "rrule": kept.when.rule,
    }  # fmt: skip


def _times(event: Invited, zone: str) -> Answer:
    start = event.start.at(zone)
    return {"start": rfc3339(start), "end": rfc3339(event.end.at(zone) if event.end else start), "zone": event.start.zone or zone,
            "all_day": event.start.whole_day, "rrule": ""}
