"""One question or order over FHIR, whether it came alone or in a bundle, and its answer."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from foundation import clock, ids
from hospital.gateway.fhir.door import Caller
from hospital.gateway.fhir.outcomes import Resource, not_found, refused
from people.audit.services import Access, record_access

Query = Mapping[str, Sequence[str]]
_MOST = 200  # resources on a page


@dataclass(frozen=True)
class Ask:
    """What is asked of one kind of resource. `query` holds the search parameters, `body` the resource."""

    caller: Caller
    kind: str
    id: str = ""
    version: str = ""
    query: Query = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)  # If-None-Exist, If-Match

    @property
    def subject(self) -> UUID:
        """The id as one of ours. Raises FhirRefused (404)."""
        found = ids.parse(self.id)
        if found is None:
            raise not_found()
        return found

    def one(self, *names: str) -> str:
        """The only value of a search parameter under any of its names, "" where absent. Raises FhirRefused (400)."""
        values = [value for name in names for value in self.query.get(name, ())]
        if len(values) > 1:
            raise refused(400, "not-supported", f"The search parameter {names[0]} is given more than once.")
        return values[0] if values else ""


@dataclass(frozen=True)
class Reply:
    """The answer: a resource (or nothing), the HTTP status, and headers beside it."""

    body: Resource | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Ask], Reply]


def searchset(ask: Ask, resources: Sequence[Resource], *, included: Sequence[Resource] = ()) -> Reply:
    """A Bundle of what was found. Pages are opaque: `_count` and `_offset`."""
    count, offset = _number(ask, "_count", 50), _number(ask, "_offset", 0)
    count = max(0, min(count, _MOST))
    page = resources[offset : offset + count]
    entries = [_entry(ask, resource, "match") for resource in page] + [_entry(ask, resource, "include") for resource in included]
    links = [{"relation": "self", "url": _address(ask, count, offset)}]
    if count and offset + count < len(resources):
        links.append({"relation": "next", "url": _address(ask, count, offset + count)})
    bundle: Resource = {
        "resourceType": "Bundle", "id": str(ids.new()), "meta": {"lastUpdated": clock.rfc3339(clock.now())}, "type": "searchset",
        "total": len(resources), "link": links,
    }  # fmt: skip
    return Reply({**bundle, "entry": entries} if entries else bundle)


def _entry(ask: Ask, resource: Resource, mode: str) -> Resource:
    place = f"{ask.caller.base}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": place, "resource": resource, "search": {"mode": mode}}


def _number(ask: Ask, name: str, otherwise: int) -> int:
    text = ask.one(name)
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise refused(400, "invalid", f"{name} is a whole number.")
    return int(text)


def _address(ask: Ask, count: int, offset: int) -> str:
    """Without what was asked for: a name or an INS stands in no address that we write."""
    return f"{ask.caller.base}/{ask.kind}?_count={count}&_offset={offset}"


def leave_line(caller: Caller, circle: UUID, what: str, about: UUID | None = None) -> None:
    """The trail's line of a reading or a telling, by the right "hospital"; the session is the program's id."""
    hospital, program = caller.structure.pk, caller.client.pk
    record_access(Access(circle, None, "", what, "hospital", session=program, structure=hospital, about=about, device=""))
