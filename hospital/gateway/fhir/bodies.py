"""Bodies in: their size, their format, JSON that can be read in bounded memory; and the formats that a caller may ask for."""
from typing import Any

from django.http import HttpRequest
from django.http.request import UnreadablePostError

from foundation.errors import Invalid
from foundation.http import parsed_json
from hospital.gateway.fhir.outcomes import refused

LARGEST = 2 * 1024 * 1024  # bytes
LARGEST_DOCUMENT = 24 * 1024 * 1024  # of what may carry a document
_WITH_DOCUMENTS = {"", "Bundle", "Binary", "DocumentReference"}
_MOST_PARTS = 200_000  # braces, brackets and commas: a value costs memory however short it is
_JSON = {"application/fhir+json", "application/json", "text/json", "json"}
_ANY = {"", "*/*", "application/*"}


def body_of(request: HttpRequest, kind: str) -> Any:
    """The request's JSON. `kind` is the resource of the address, "" for a bundle. Raises FhirRefused (413, 415, 400)."""
    if request.content_type not in _JSON:
        raise refused(415, "not-supported", "Send JSON: Content-Type application/fhir+json.")
    most = LARGEST_DOCUMENT if kind in _WITH_DOCUMENTS else LARGEST
    try:
        raw = b"" if _announced(request) > most else request.read(most + 1)
    except UnreadablePostError:
        raise refused(400, "incomplete", "The body ended before its announced length.") from None
    if _announced(request) > most or len(raw) > most:
        raise refused(413, "too-long", f"At most {most // (1024 * 1024)} MB are taken at once.")
    if sum(raw.count(sign) for sign in (b"{", b"[", b",")) > _MOST_PARTS:
        raise refused(413, "too-costly", f"At most {_MOST_PARTS} values are taken at once.")
    try:
        return parsed_json(raw)
    except Invalid:
        raise refused(400, "structure", "This is not JSON that the service can read: UTF-8, no NaN, not deeper than 64.") from None


def _announced(request: HttpRequest) -> int:
    text = request.headers.get("Content-Length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def refuse_other_formats(request: HttpRequest) -> None:
    """XML and anything else but JSON is answered with 406. `_format` goes before the header. Raises FhirRefused."""
    asked = request.GET.get("_format", "")
    wanted = [asked] if asked else [one.partition(";")[0].strip().lower() for one in request.headers.get("Accept", "*/*").split(",")]
    if not any(one in _JSON | _ANY for one in wanted):
        raise refused(406, "not-supported", "JSON only: Accept application/fhir+json.")
