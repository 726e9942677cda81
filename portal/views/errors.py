"""Errors as pages."""
import sys
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from foundation.errors import CercleError, NotFound
from foundation.http import failure, not_found
from foundation.retries import PASSING


def error_page(request: HttpRequest, error: CercleError) -> HttpResponse:
    """An error as a page. It carries nothing of the request, so absent and forbidden are the same bytes."""
    titles = {403: _("Not for your role"), 404: _("Nothing here"), 429: _("Too fast")}
    title = titles.get(error.status, _("That did not work"))
    return render(request, "portal/pages/message.html", {"title": title, "sentence": error.detail}, status=error.status)


def page_not_found(request: HttpRequest, exception: Exception | None = None, **where: Any) -> HttpResponse:
    """Unknown addresses: the same page as behind a closed door."""
    page = "text/html" in request.headers.get("Accept", "")
    return error_page(request, NotFound()) if page else not_found(request)


def failed(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw, called while it is being handled; a program is told in its own words."""
    error = sys.exc_info()[1]
    if isinstance(error, Exception) and request.path.startswith("/api/"):
        return failure(error)
    sentence = _("What you had written is kept on this device. Reload the page in a moment.")
    context = {"title": _("Something failed here"), "sentence": sentence}
    away = isinstance(error, PASSING)
    status = HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.INTERNAL_SERVER_ERROR
    # Without the request: what fails may be what would be asked about it, the session.
    return HttpResponse(render_to_string("portal/pages/message.html", context), status=status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came from a page of another sign-in."""
    context = {"title": _("This page is too old"), "sentence": _("Go back, reload the page and send again.")}
    return render(request, "portal/pages/message.html", context, status=HTTPStatus.FORBIDDEN)
