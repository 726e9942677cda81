"""Pages of the account that allauth has not: the language, and one session or all of them ended."""
from typing import cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from people.accounts import services
from people.accounts.access import caller, session_key_of
from people.accounts.forms import Language
from people.accounts.models import Person
from people.accounts.queries import sessions_of
from people.accounts.sessions import WARD, end_sessions

_YEAR_S = 365 * 24 * 3600


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the choice with the person, or in a cookie before they sign in."""
    form = Language(request.POST)
    answer = HttpResponseRedirect(_back(request))
    if form.is_valid():
        person, language = caller(request), form.cleaned_data["language"]
        if person:
            services.change_language(person=person, language=language)
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=_YEAR_S, samesite="Lax", secure=request.is_secure())
    return answer


@require_POST
def set_ward(request: HttpRequest) -> HttpResponse:
    """Marks this device as a ward's, or takes that back: known to the device, and to the session that runs."""
    ward, answer = request.POST.get("ward") == "on", HttpResponseRedirect(_back(request))
    if caller(request):
        request.session[WARD] = ward
    if ward:
        answer.set_cookie(settings.WARD_COOKIE_NAME, "1", max_age=_YEAR_S, samesite="Lax", httponly=True, secure=settings.PRODUCTION)
    else:
        answer.delete_cookie(settings.WARD_COOKIE_NAME, samesite="Lax")
    return answer


@require_GET
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the caller is signed in: each device with its last use, this one first."""
    listed = sessions_of(person_of_page(request), session_key_of(request))
    return render(request, "usersessions/usersession_list.html", {"sessions": listed})


@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends one of the caller's sessions."""
    get_object_or_404(UserSession, pk=pk, user=request.user).end()
    return HttpResponseRedirect(reverse("usersessions_list"))


@require_POST
@login_required
def end_all_sessions(request: HttpRequest) -> HttpResponse:
    """Ends every session of the caller, this one included: signed out everywhere."""
    end_sessions(person_of_page(request))
    return HttpResponseRedirect(reverse("account_login"))


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Ends every session of the caller but this one."""
    end_sessions(person_of_page(request), but=request.session.session_key)
    return HttpResponseRedirect(reverse("usersessions_list"))


def person_of_page(request: HttpRequest) -> Person:
    """Who is signed in; the view stands behind login_required."""
    return cast(Person, request.user)


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if here else "/"
