"""Whether a resource is one: its shape by `fhir.resources` (R4B), and what that library lets pass by tables of our own.

Every fault found is told, with its place as FHIRPath.
"""
import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import ValidationError

from hospital.gateway.fhir.codes import CLOSED, KNOWN, TARGETS
from hospital.gateway.fhir.outcomes import FhirRefused, Issue, Resource, refused

_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_KIND = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/[^/]+(?:/_history/[^/]+)?$")
_MOST_FAULTS = 20
_LONGEST_REFERENCE = 2048
_BINARY = {"data", "hash"}


def check_resource(body: Any, place: str, *, kind: str = "") -> Resource:
    """The resource, of the kind where one is named. Raises FhirRefused: 400 for what is none, 422 for a wrong one."""
    name = body.get("resourceType") if isinstance(body, dict) else None
    if not isinstance(name, str):
        raise refused(400, "structure", "A resource is a JSON object with resourceType.", place)
    if kind and name != kind:
        raise refused(400, "invalid", f"This address takes {kind}, not {name[:64]}.", f"{place}.resourceType")
    if name not in KNOWN:
        raise refused(422, "not-supported", f"{name[:64]} is nothing that is taken here.", f"{place}.resourceType")
    body = _padded(body)
    faults = list(_faults(body, name, place))[:_MOST_FAULTS]
    if faults:
        raise FhirRefused(422, *faults)
    resource: Resource = body
    return resource


def _faults(body: Resource, name: str, place: str) -> Iterator[Issue]:
    plain = list(_plain_faults(body, name, "", place))
    yield from plain
    try:
        _model(name).model_validate(body)
    except ValidationError as error:
        for each in error.errors():
            where = _path(each["loc"])
            if not _is_echo(each, body, plain):
                code = "structure" if each["type"] == "extra_forbidden" else "invalid"
                yield Issue(code, each["msg"], f"{place}.{where}" if where else place)


@cache
def _model(name: str) -> Any:
    from fhir.resources.R4B import get_fhir_model_class  # late: half a second, and most processes never need it

    return get_fhir_model_class(name)


def _path(loc: tuple[str | int, ...]) -> str:
    found = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc)
    return found.lstrip(".")


def _is_echo(fault: Any, body: Resource, told: list[Issue]) -> bool:
    """The library says of whatever follows a fault that it is missing, present or not."""
    return "missing" in fault["type"] and len(fault["loc"]) == 1 and fault["loc"][0] in body


def _plain_faults(value: Any, kind: str, element: str, place: str) -> Iterator[Issue]:
    """Faults of one value and of all below it. `element` is its path without indices, within the resource `kind`."""
    if value is None or value in ("", [], {}):
        yield Issue("invalid", "Nothing may be null or empty in FHIR: leave it out.", place)
    elif isinstance(value, dict):
        kind, element = (value["resourceType"], "") if isinstance(value.get("resourceType"), str) else (kind, element)
        for name, member in value.items():
            yield from _plain_faults(member, kind, f"{element}.{name}".lstrip("."), f"{place}.{name}")
        yield from _reference_faults(value, kind, element, place)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            if not (member is None and place.rpartition(".")[2].startswith("_")):  # primitives' extensions have gaps
                yield from _plain_faults(member, kind, element, f"{place}[{index}]")
    elif isinstance(value, str):
        yield from _text_faults(value, kind, element, place)


def _text_faults(text: str, kind: str, element: str, place: str) -> Iterator[Issue]:
    allowed = CLOSED.get((kind, element)) or CLOSED.get(("*", element))
    if allowed is not None and text not in allowed:
        yield Issue("code-invalid", f"One of {', '.join(sorted(allowed))}.", place)
    last = element.rpartition(".")[2]
    if element == "id" and not _ID.fullmatch(text):
        yield Issue("value", "An id is 1 to 64 letters, digits, dots and hyphens.", place)
    if last in _BINARY and "text" not in element.split(".") and not _is_base64(text):
        yield Issue("value", "This is not base64.", place)


def _reference_faults(value: Resource, kind: str, element: str, place: str) -> Iterator[Issue]:
    reference = value.get("reference")
    if not isinstance(reference, str):
        return
    allowed = TARGETS.get((kind, element))
    found = _KIND.search(reference)
    named = value.get("type") or (found[1] if found else None)
    if len(reference) > _LONGEST_REFERENCE:
        yield Issue("too-long", "A reference has at most 2,048 characters.", f"{place}.reference")
    elif allowed is not None and named and named not in allowed:
        yield Issue("value", f"This refers to {', '.join(sorted(allowed))}, not to {str(named)[:64]}.", f"{place}.reference")


def _is_base64(text: str) -> bool:
    try:
        b64decode(padded(text), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _padded(value: Any) -> Any:
    """A copy whose base64 has its padding."""
    if isinstance(value, dict):
        return {name: padded(one) if name == "data" and isinstance(one, str) else _padded(one) for name, one in value.items()}
    return [_padded(one) for one in value] if isinstance(value, list) else value


def padded(text: str) -> str:
    """Base64 without blanks and with its padding, which real files leave out."""
    bare = re.sub(r"\s+", "", text).rstrip("=")
    return bare + "=" * (-len(bare) % 4)
