"""The caller's private calendar link over HTTP."""
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Status

from care.agenda.protocol import CalendarBody
from care.agenda.subscriptions import end_link, link_of, make_link
from foundation.clock import rfc3339
from people.accounts.models import Person
from people.circles.access import SignedIn

router = Router(tags=["agenda"])


def _person(request: HttpRequest) -> Person:
    person: Person = request.auth  # type: ignore[attr-defined]
    return person


@router.get("me/calendar", auth=SignedIn(), response=dict[str, Any])
def shown(request: HttpRequest) -> dict[str, Any]:
    """Whether there is a link, since when, and whether it names patients; never its address."""
    link = link_of(_person(request))
    return {"made_at": rfc3339(link.made_at) if link else None, "names": bool(link and link.names)}


@router.post("me/calendar", auth=SignedIn(), response={201: dict[str, Any]})
def make(request: HttpRequest, body: CalendarBody) -> Status[dict[str, Any]]:
    """A new address instead of the one before; it is shown this once."""
    person = _person(request)
    secret = make_link(person, names=body.names)
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    return Status(201, {"url": f"{base}/calendar/{secret}.ics", "names": body.names})


@router.delete("me/calendar", auth=SignedIn(), response={204: None})
def end(request: HttpRequest) -> Status[None]:
    """Revokes the address."""
    end_link(_person(request))
    return Status(204, None)
