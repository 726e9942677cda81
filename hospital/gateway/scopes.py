"""System scopes of SMART App Launch, versions 1 (`system/X.read`) and 2 (`system/X.rs`): what may be asked for, and what a token allows."""
import re

RESOURCES: dict[str, str] = {  # each with the letters of version 2 that there is anything behind
    "AuditEvent": "rs",
    "Binary": "r",
    "CareTeam": "rs",
    "CommunicationRequest": "c",
    "DocumentReference": "crus",
    "Patient": "rs",
    "Subscription": "crusd",
}
_SCOPE = re.compile(r"system/([A-Za-z]+|\*)\.(read|write|\*|c?r?u?d?s?)")
_OLD = {"read": "rs", "write": "cud", "*": "cruds"}
_MOST = 14  # scopes of one token: no known one is longer than 34 signs, and there is little more to ask for


def granted(asked: str) -> str:
    """Those of the scopes asked for that exist here, as they were written; "" where there is none."""
    known = dict.fromkeys(scope for scope in asked.split() if _letters(scope))
    return " ".join(list(known)[:_MOST])


def allows(scope: str, resource: str, letter: str) -> bool:
    """Whether a token's scope covers one interaction: c(reate), r(ead), u(pdate), d(elete) or s(earch) of a resource."""
    return any(kind in {resource, "*"} and letter in letters for kind, letters in map(_parts, scope.split()))


def supported() -> list[str]:
    """Every scope of both versions, for the discovery document."""
    old = [f"system/{name}.{word}" for name, letters in RESOURCES.items() for word in ("read", "write") if set(_OLD[word]) & set(letters)]
    return [*old, *(f"system/{name}.{letters}" for name, letters in RESOURCES.items()), "system/*.read", "system/*.rs"]


def _letters(scope: str) -> str:
    """The letters of a scope that there is something behind; "" for one that does not exist here."""
    kind, letters = _parts(scope)
    offered = "".join(RESOURCES.values()) if kind == "*" else RESOURCES.get(kind, "")
    return "".join(letter for letter in letters if letter in offered)


def _parts(scope: str) -> tuple[str, str]:
    found = _SCOPE.fullmatch(scope)
    return (found[1], _OLD.get(found[2], found[2])) if found else ("", "")
