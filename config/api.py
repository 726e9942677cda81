"""The API under /api/v1/: every room's routes, one way to parse, one translator of errors."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from foundation.errors import CercleError, Invalid, NotFound
from foundation.http import failure, parse_json, problem
from journal.api import router as journal
from messaging.live.api import router as live
from people.circles.access import Refused, leave_refusal, session_mark
from people.circles.api import router as circles
from portal.api import router as portal


class StrictJson(Parser):
    """Bodies as `foundation.http` reads them."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The parsed body."""
        return parse_json(request)


api = NinjaAPI(title="Cercle", version="1", urls_namespace="api", openapi_url="openapi.json", docs_url=None, parser=StrictJson())
for router in (circles, journal, live, portal):
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


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """What the framework itself refuses is not found or malformed."""
    return problem(NotFound() if error.status_code in {404, 405} else Invalid("http.bad_request", str(error)))


@api.exception_handler(Exception)
def unforeseen(request: HttpRequest, error: Any) -> HttpResponse:
    """What nobody foresaw."""
    return failure(error)
