"""HTTP at the edge: problem documents (RFC 9457), one translator of errors, strict JSON, security headers."""
import json
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from foundation.errors import Away, CercleError, Invalid, NotFound, TooFast, TooLarge
from foundation.lines import places
from foundation.metrics import refused
from foundation.retries import PASSING

log = logging.getLogger("cercle.http")
_TITLES = {401: "Not signed in", 403: "Not allowed", 404: "Not found", 409: "Conflict", 413: "Too large", 415: "Unsupported media type",
           422: "Invalid", 429: "Too fast", 500: "Server error", 503: "Away"}
_TOO_DEEP = 64
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class ContentSecurityPolicy:
    """Middleware: the page runs only what this server serves as files, and an answer with data is not kept by any cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "geolocation=(), payment=(), usb=()")
        return response


def problem(error: CercleError) -> HttpResponse:
    """The answer to an error: `type`, `title`, `status`, `code`, `detail` in the caller's language, `errors` by field."""
    refused.add(error.code)
    body: dict[str, Any] = {"type": f"urn:cercle:{error.code}", "title": _TITLES.get(error.status, "Error"), "status": error.status,
                            "code": error.code, "detail": str(error.detail), **error.extra}
    if error.errors:
        body["errors"] = error.errors
    response = HttpResponse(json.dumps(body, ensure_ascii=False, default=str), status=error.status, content_type="application/problem+json")
    if isinstance(error, TooFast | Away):
        response["Retry-After"] = str(error.retry_after)
    return response


def failure(error: Exception) -> HttpResponse:
    """The answer to what nobody foresaw; where the database is away, when to come back."""
    log_unexpected(error)
    if isinstance(error, PASSING):
        return problem(Away())
    unforeseen = CercleError("http.failure", _("Something failed here. What you wrote is kept on your side: send it again."))
    unforeseen.status = 500
    return problem(unforeseen)


def log_unexpected(error: BaseException) -> None:
    """Logs a failure by place and class only: messages and variables may hold words of a patient."""
    log.error("http.unexpected error=%s at=%s", type(error).__name__, places(error.__traceback__))


def not_found(request: HttpRequest, exception: Exception | None = None, **others: Any) -> HttpResponse:
    """What does not exist answers with the door's bytes."""
    return problem(NotFound())


def too_large() -> TooLarge:
    """413."""
    return TooLarge("http.too_large", _("This is more than the service takes at once."))


def parse_json(request: HttpRequest) -> Any:
    """The request's JSON. Raises TooLarge, `http.unsupported_media_type` (415) or Invalid `http.bad_json`."""
    raw = request.body
    if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:  # in pieces, so without a length that Django could have refused
        raise too_large()
    if not raw:
        return {}
    if request.content_type != "application/json":
        unsupported = CercleError("http.unsupported_media_type", _("Send JSON: Content-Type application/json."))
        unsupported.status = 415
        raise unsupported
    return parsed_json(raw)


def parsed_json(raw: bytes | str) -> Any:
    """Strict JSON: UTF-8, no NaN, no lone surrogates, no NUL, not deeper than 64. Raises Invalid `http.bad_json`."""
    try:
        value = json.loads(raw if isinstance(raw, str) else raw.decode("utf-8"), parse_constant=_refuse)
        _check(value, 0)
    except (ValueError, RecursionError):
        raise Invalid("http.bad_json", _("This is not JSON that the service can read.")) from None
    return value


def _refuse(constant: str) -> Any:
    raise ValueError("not a JSON number")


def _check(value: Any, depth: int) -> None:
    if depth > _TOO_DEEP:
        raise ValueError("too deep")
    if isinstance(value, str):
        value.encode("utf-8")  # raises on a lone surrogate
        if "\x00" in value:
            raise ValueError("NUL")
    elif isinstance(value, dict):
        for key, member in value.items():
            _check(key, depth)
            _check(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth + 1)


def page_limit(asked: int) -> int:
    """How many a page holds: what was asked for, between 1 and 500."""
    return max(1, min(asked, 500))


MOST = 2**53 - 1  # the largest whole number that every client's JSON can hold


def whole_number(text: object, field: str, code: str = "http.bad_cursor") -> int | None:
    """A cursor from a query string or a frame: None where absent. Raises Invalid for negative, fractional or huge ones."""
    if text is None or text == "":
        return None
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 16:
        text = int(text)
    if isinstance(text, bool) or not isinstance(text, int) or not 0 <= text <= MOST:
        raise Invalid(code, _("This is not a place in the list."), errors={field: _("A whole number from 0.")})
    return text
