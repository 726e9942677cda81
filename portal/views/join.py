"""The page that an invitation's link opens: who invites, then one form or one tap, then the thread.

The link's secret stands behind the # of the address, so it is in no log; a script posts it, and the sealed session keeps its hash.
"""
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.errors import CercleError
from people.accounts.access import caller
from people.accounts.forms import Invited
from people.accounts.models import Person
from people.accounts.services import NewPerson, create_person
from people.audit.services import record_access
from people.circles.access import access_of, session_mark
from people.circles.enums import FITTING
from people.circles.invitations import accept_invitation, meant_for, pending_by_token, secret_digest
from people.circles.models import Invitation
from people.circles.words import titled
from portal.views.door import View, page, reader

_HELD = "invitation"
_HERE = "/join"


def _shown(view: View) -> View:
    """A step of the way in: what services refuse stands on the same page."""

    @never_cache
    @wraps(view)
    def behind(request: HttpRequest, **where: Any) -> HttpResponse:
        try:
            return view(request, **where)
        except CercleError as error:
            return _page(request, wrong=str(error.detail), status=error.status)

    return behind


@require_safe
@_shown
def join(request: HttpRequest) -> HttpResponse:
    """Where the link leads."""
    return _page(request)


@require_POST
@_shown
def open_link(request: HttpRequest) -> HttpResponse:
    """Takes the secret out of the link (`token`). Nothing is used up by looking."""
    request.session[_HELD] = secret_digest(request.POST.get("token", "")[:200]).hex()
    return HttpResponseRedirect(_HERE)


@require_POST
@page
@_shown
def enter_circle(request: HttpRequest) -> HttpResponse:
    """Comes in, as the person who is signed in."""
    return _in(request, reader(request))


@require_POST
@_shown
def make_account(request: HttpRequest) -> HttpResponse:
    """A new account for the invited address, which the link has verified; signed in, and straight into the circle."""
    found = pending_by_token(_held(request))
    form = _form(found, request.POST)
    if found is None or form is None or caller(request) or not form.is_valid():
        return _page(request, form=form)
    data = form.cleaned_data
    try:
        person = create_person(
            NewPerson(
                given_name=data["given_name"], family_name=data["family_name"], email=found.mail_address(), password=data["password"],
                profession=data.get("profession", ""), language=get_language() or "fr",
            )
        )
    except IntegrityError:  # made in another window meanwhile: it is asked to sign in
        return HttpResponseRedirect(_HERE)
    try:
        where = str(_in(request, person).headers["Location"])
    except CercleError:  # the profession is to be confirmed first, or the circle waits: the page says which
        where = _HERE
    answer: HttpResponse = perform_password_login(request, {"email": person.email}, Login(user=person, redirect_url=where))
    return answer


def _in(request: HttpRequest, person: Person) -> HttpResponse:
    member = accept_invitation(person, token=_held(request))
    request.session.pop(_HELD, None)
    record_access(access_of(member, "invitation.accepted", session_mark(request)))
    return HttpResponseRedirect(f"/circles/{member.circle_id}")


def _held(request: HttpRequest) -> bytes:
    return bytes.fromhex(str(request.session.get(_HELD, "")))


def _form(found: Invitation | None, data: Any = None) -> Invited | None:
    """The form of a new account, where nobody has the invited address."""
    address = found.mail_address() if found else ""
    if found is None or not address or Person.objects.filter(email=address).exists():
        return None
    return Invited(data, email=address, professional=found.into in FITTING)


def _page(request: HttpRequest, *, wrong: str = "", form: Invited | None = None, status: int = 200) -> HttpResponse:
    """The page at its present stage: `blank`, `over`, `enter`, `elsewhere`, `account`, `sign_in` or `code`."""
    found, person = pending_by_token(_held(request)), caller(request)
    context: dict[str, Any] = {"stage": "over" if _held(request) else "blank", "wrong": wrong}
    if found is not None:
        form = form or _form(found)
        stage = "account" if form else "sign_in" if found.sealed_address else "code"
        if person is not None:
            stage = "enter" if meant_for(found, person) else "elsewhere"
        inviter = titled(found.by.person, found.by.role)
        context |= {"stage": stage, "form": form, "inviter": inviter, "role": found.into.label, "me": person}
        context["address"] = found.mail_address()
    return render(request, "portal/pages/join.html", context, status=status)
