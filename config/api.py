"""The API under /api/v1/: every room's routes, one way to parse, one translator of errors."""
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from care.agenda.api import router as agenda
from care.agenda.calendar_api import router as calendar
from care.agenda.invitation_api import router as invitations
from care.exports.api import router as exports
from care.measures.api import router as measures
from care.plan.plan_api import router as plan
from care.plan.stay_api import router as asked_stays
from care.sheets.api import router as sheets
from care.sheets.form_api import router as forms
from care.tasks.api import router as tasks
from config.openapi import completed
from foundation.errors import CercleError, Invalid, NotFound
from foundation.http import failure, parse_json, problem, too_large
from hospital.gateway.document_api import router as documents
from hospital.stays.api import router as stays
from journal.api import router as journal
from media.api import router as media
from messaging.live.api import router as live
from notifications.api import router as notifications
from notifications.choice_api import router as choices
from notifications.ladder_api import router as ladders
from people.accounts.access import person_of
from people.circles.access import Refused, leave_refusal, session_mark
from people.circles.api import router as circles
from people.circles.delegation_api import router as delegations
from people.circles.entrance import router as entrance
from people.circles.life_api import router as life
from people.contacts.api import router as contacts
from people.duty.api import router as duty
from portal.api import router as portal
from portal.summary_api import router as summary


class StrictJson(Parser):
    """Bodies as `foundation.http` reads them."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The parsed body."""
        return parse_json(request)


class DescribedAPI(NinjaAPI):
    """The framework's, with a description that says what it can't read off the code."""

    def get_openapi_schema(self, **where: Any) -> Any:
        """OpenAPI 3.1."""
        return completed(super().get_openapi_schema(**where))


api = DescribedAPI(title="Cercle", version="1", urls_namespace="api", openapi_url="openapi.json", docs_url=None, parser=StrictJson())
_ROOMS = (  # an address is looked for in this order, and most are a post's
    journal, circles, delegations, documents, entrance, contacts, duty, ladders, life, live, media, notifications, choices, portal, stays,
    invitations, agenda, asked_stays, calendar, exports, measures, plan, summary, sheets, forms, tasks,
)  # fmt: skip
for router in _ROOMS:
    api.add_router("", router)


@api.exception_handler(CercleError)
def translate(request: HttpRequest, error: Any) -> HttpResponse:
    """Everything that has a name; a refused act leaves its line in the trail before it is answered."""
    if isinstance(error, Refused):
        leave_refusal(error, session_mark(request))
    return problem(error)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """A body or query of the wrong shape, by field."""
    fields = {".".join(str(part) for part in one["loc"][1:] if part not in {"body", "data"}) or "body": one["msg"] for one in error.errors}
    return problem(Invalid("http.invalid", "Some of this is not as it should be.", errors=fields))


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: Any) -> HttpResponse:
    """A body whose announced length is too much is not read."""
    return problem(too_large())


@api.exception_handler(MultiPartParserError)
@api.exception_handler(TooManyFieldsSent)
@api.exception_handler(TooManyFilesSent)
def bad_form(request: HttpRequest, error: Any) -> HttpResponse:
    """A form that can't be read; the check of its token may be the first to try."""
    return problem(Invalid("http.bad_form", _("This is not a form that the service can read.")))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """What the framework itself refuses is not found or malformed; what our parser refused it has wrapped."""
    if isinstance(error.__cause__, CercleError):
        return problem(error.__cause__)
    return problem(NotFound() if error.status_code in {404, 405} else Invalid("http.bad_request", str(error)))


@api.exception_handler(Exception)
def unforeseen(request: HttpRequest, error: Any) -> HttpResponse:
    """What nobody foresaw."""
    return failure(error)


@csrf_exempt  # checked in its turn, and answered as everywhere
def elsewhere(request: HttpRequest) -> HttpResponse:
    """A path, or a method of a path, that does not exist: in the order of answers of every other call."""
    try:
        person_of(request)
        raise NotFound
    except CercleError as error:
        return problem(error)


class OtherMethods:
    """Middleware: a method that a path has not is not found either."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        return elsewhere(request) if response.status_code == 405 and request.path.startswith("/api/") else response
