"""Pages of the account that allauth has not: the language, and one session or all of them ended."""
from typing import cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from people.accounts import services
from people.accounts.access import caller
from people.accounts.forms import Language
from people.accounts.models import Person
from people.accounts.sessions import end_sessions


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the choice with the person, or in a cookie before they sign in."""
    form = Language(request.POST)
    answer = HttpResponseRedirect(_back(request))
    if form.is_valid():
        person, language = caller(request), form.cleaned_data["language"]
        if person:
            services.change_language(person=person, language=language)
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
    return answer


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
    end_sessions(cast(Person, request.user))
    return HttpResponseRedirect(reverse("account_login"))


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if here else "/"
