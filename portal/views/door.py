"""What stands before every page: sign-in, the door of a circle, and errors as pages."""
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from foundation import ids
from foundation.errors import CercleError, NotFound
from foundation.http import limited
from people.accounts.models import Person
from people.circles.access import Refused, enter, leave_refusal, opened, session_mark
from people.circles.models import Membership

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page for whoever is signed in; what services refuse becomes a page too."""

    @never_cache
    @login_required
    @wraps(view)
    def behind(request: HttpRequest, **where: Any) -> HttpResponse:
        try:
            limited(request, reader(request).pk)
            return view(request, **where)
        except Refused as refused:
            leave_refusal(refused, session_mark(request))
            return error_page(request, refused)
        except CercleError as error:
            return error_page(request, error)

    return behind


def reader(request: HttpRequest) -> Person:
    """Who is signed in."""
    person: Person = request.user  # type: ignore[assignment]
    return person


def member(request: HttpRequest, circle_id: str) -> Membership:
    """The reader's membership; leaves the trail's line of an opening. Raises NotFound."""
    membership = enter(reader(request), ids.parse(circle_id))
    opened(membership, session_mark(request))
    return membership


def error_page(request: HttpRequest, error: CercleError) -> HttpResponse:
    """An error as a page. It carries nothing of the request, so absent and forbidden are the same bytes."""
    titles = {403: _("Not for your role"), 404: _("Nothing here"), 429: _("Too fast")}
    title = titles.get(error.status, _("That did not work"))
    return render(request, "portal/pages/message.html", {"title": title, "sentence": error.detail}, status=error.status)


def not_found(request: HttpRequest, exception: Exception | None = None, **where: Any) -> HttpResponse:
    """Unknown addresses: the same page as behind a closed door."""
    return error_page(request, NotFound())


def failed(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw."""
    context = {"title": _("Something failed here"), "sentence": _("What you had written is kept on this device. Reload the page in a moment.")}
    return render(request, "portal/pages/message.html", context, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came from a page of another sign-in."""
    context = {"title": _("This page is too old"), "sentence": _("Go back, reload the page and send again.")}
    return render(request, "portal/pages/message.html", context, status=HTTPStatus.FORBIDDEN)
