"""Two pages of the demo: who lives in the region, and signing in as one of them by one click. Neither is there in production."""

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from people.accounts.models import Person
from portal.demo.cast import read_cast
from portal.demo.context import persona_of
from portal.demo.story import standing_of

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_GET
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who has an address of their own, and how to get there."""
    _only_in_demo()
    port = request.get_host().rpartition(":")[2]
    cast = read_cast()
    standings = {seat.person: standing_of(seat.role) for patient in cast.patients.values() for seat in patient.seats}
    hosts = [
        {"persona": persona, "standing": standings[persona.key], "address": f"{request.scheme}://{persona.host}.localhost:{port}/"}
        for persona in cast.people.values()
        if persona.host
    ]
    return render(request, "portal/demo/people.html", {"hosts": hosts})


@require_POST
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Signs the browser in as the person whose address this is; to a page of the same host, where one was asked for."""
    _only_in_demo()
    persona = persona_of(request)
    person = Person.objects.filter(email=persona.email, is_active=True).first() if persona else None
    if person is None:
        raise Http404
    login(request, person, backend=_BACKEND)
    record_authentication(request, person, "demo")  # so that a passkey may be added at once
    wanted = request.POST.get("next", "")
    return redirect(wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/")


def _only_in_demo() -> None:
    if settings.PRODUCTION or not settings.DEMO:
        raise Http404
