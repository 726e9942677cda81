"""How somebody is alerted: their devices, and the line that says that there is none."""
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from people.accounts.access import session_key_of
from portal.queries.devices import held_devices, is_alerted
from portal.views.door import page, reader

LATER = "cercle-unalerted-later"  # the cookie of a device whose reader wants to hear of it next week
_WEEK_S = 7 * 24 * 3600
_BACK = frozenset({"/", "/?all", "/new"})


@require_GET
@page
def notifications(request: HttpRequest) -> HttpResponse:
    """Switching alerts on for this device, the other devices, a test of each. What the browser can do only its scripts know."""
    return render(request, "portal/pages/notifications.html", _devices(request))


@require_GET
@page
def devices(request: HttpRequest) -> HttpResponse:
    """The list of devices as it is now, as a fragment."""
    return render(request, "portal/fragments/devices.html", _devices(request))


def _devices(request: HttpRequest) -> dict[str, object]:
    person = reader(request)
    return {"devices": held_devices(person, session_key_of(request)), "address": person.email}


def says_unalerted(request: HttpRequest) -> bool:
    """Whether a page says that nothing alerts the reader: not within a week of their having put it off on this device."""
    return LATER not in request.COOKIES and not is_alerted(reader(request))


@require_POST
@page
def later(request: HttpRequest) -> HttpResponse:
    """The line is not shown on this device for a week."""
    back = request.POST.get("back", "")
    answer = HttpResponseRedirect(back if back in _BACK else "/")
    answer.set_cookie(LATER, "1", max_age=_WEEK_S, samesite="Lax", httponly=True, secure=settings.PRODUCTION)
    return answer
