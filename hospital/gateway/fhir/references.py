"""What a resource points to, among what came with it: contained (`#id`), in the same bundle (`urn:uuid:…`, `Kind/id`), or one of ours.

Nothing is ever fetched: an address of another server is words.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from foundation import ids
from hospital.gateway.fhir.outcomes import Resource


@dataclass
class Around:
    """Resources of the same bundle by the ways they may be named (fullUrl, `Kind/id`), and our own address."""

    base: str
    known: Mapping[str, Resource] = field(default_factory=dict)
    made: dict[str, UUID] = field(default_factory=dict)  # the same names → the post that a resource became

    def found(self, within: Resource, reference: object) -> Resource | None:
        """The resource that a Reference of `within` names, where it came along."""
        named = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(named, str):
            return None
        if named.startswith("#"):
            contained = within.get("contained") or []
            return next((one for one in contained if isinstance(one, dict) and one.get("id") == named[1:]), None)
        return self.known.get(named) or self.known.get(named.removeprefix(self.base + "/"))

    def own_id(self, reference: object, kind: str) -> UUID | None:
        """The id of one of our own resources that a Reference names: `Kind/ID`, or our address before it."""
        named = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(named, str):
            return None
        if named in self.made:
            return self.made[named]
        place, _, _version = named.removeprefix(self.base + "/").partition("/_history/")
        found_kind, _, found = place.partition("/")
        return ids.parse(found) if found_kind == kind else None


def codes(concept: object, system: str = "") -> list[str]:
    """The codes of a CodeableConcept, of systems that hold `system` in their name."""
    if not isinstance(concept, dict):
        return []
    return [str(one["code"]) for one in concept.get("coding", ()) if one.get("code") and system in str(one.get("system", ""))]


def extension(resource: Resource, url: str) -> Resource:
    """The extension with this url, {} where there is none."""
    return next((one for one in resource.get("extension", ()) if one.get("url") == url), {})


def human_name(names: object) -> str:
    """Somebody's name as they are called: prefix, given name, family name."""
    first = names[0] if isinstance(names, list) and names else {}
    if first.get("text"):
        return str(first["text"])[:200]
    return " ".join([*first.get("prefix", ())[:1], *first.get("given", ())[:1], first.get("family", "")]).strip()[:200]
