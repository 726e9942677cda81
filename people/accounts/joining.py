"""The way into a structure by an e-mailed link: what is posted out of the link, who accepts it, with which account."""
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from foundation.errors import CercleError
from people.accounts.access import caller
from people.accounts.forms import Invited
from people.accounts.invitations import NewColleague, accept_as, accept_as_new
from people.accounts.models import Person, TeamInvitation
from people.accounts.queries import has_account, open_invitation

_SECRET = "cercle_invitation"  # noqa: S105  -- where a session keeps the secret of the link that was followed
_LONGEST_SECRET = 100
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_POST
@never_cache
def follow_invitation(request: HttpRequest) -> HttpResponse:
    """What stands behind the # of an e-mail's link, posted by the page's script. Nothing is used up by looking."""
    secret = request.POST.get("token", "")[:_LONGEST_SECRET]
    if open_invitation(secret) is None:
        return _gone(request)
    request.session[_SECRET] = secret
    return HttpResponseRedirect(reverse("accounts_join"))


@require_http_methods(["GET", "POST"])
@never_cache
def join(request: HttpRequest) -> HttpResponse:
    """Accepts the invitation whose link was followed: as who is signed in, or with an account made here."""
    secret = request.session.get(_SECRET, "")
    invitation = open_invitation(secret) if secret else None
    if invitation is None:
        request.session.pop(_SECRET, None)
        return _gone(request) if secret or request.method == "POST" else render(request, "accounts/join_blank.html")
    person = caller(request)
    if person is not None:
        return _join_as(request, invitation, person, secret)
    if has_account(invitation):
        return render(request, "accounts/join_sign_in.html", {"invitation": invitation})
    form = Invited(request.POST or None, email=invitation.email, professional=True)
    if request.method == "POST" and form.is_valid():
        return _join_as_new(request, invitation, form, secret)
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/join_new.html", {"invitation": invitation, "form": form}, status=status)


def _join_as(request: HttpRequest, invitation: TeamInvitation, person: Person, secret: str) -> HttpResponse:
    if request.method == "GET":
        return render(request, "accounts/join_as.html", {"invitation": invitation, "person": person})
    try:
        accept_as(person, secret=secret)
    except CercleError as refused:
        return render(request, "accounts/join_refused.html", {"sentence": refused.detail}, status=refused.status)
    return _joined(request, invitation)


def _join_as_new(request: HttpRequest, invitation: TeamInvitation, form: Invited, secret: str) -> HttpResponse:
    said = form.cleaned_data
    language = get_language() or settings.LANGUAGE_CODE
    who = NewColleague(said["given_name"], said["family_name"], said["password"], said["profession"], language)
    try:
        person = accept_as_new(secret=secret, who=who)
    except CercleError as refused:
        return render(request, "accounts/join_refused.html", {"sentence": refused.detail}, status=refused.status)
    login(request, person, backend=_BACKEND)
    record_authentication(request, person, "password")  # so that a passkey may be added at once
    return _joined(request, invitation)


def _joined(request: HttpRequest, invitation: TeamInvitation) -> HttpResponse:
    request.session.pop(_SECRET, None)
    messages.success(request, _("You have joined %(structure)s.") % {"structure": invitation.structure.name})
    return HttpResponseRedirect(reverse("me"))


def _gone(request: HttpRequest) -> HttpResponse:
    """An unknown, used, revoked or expired link: the same page for all."""
    return render(request, "accounts/join_gone.html", status=404)
