"""How somebody is alerted: their devices."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from people.accounts.access import session_key_of
from portal.queries.devices import held_devices
from portal.views.door import page, reader


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
