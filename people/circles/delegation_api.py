"""Replacements over HTTP: who stands in for the caller, and for whom the caller stands in."""
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from foundation import ids
from people.accounts.models import Person
from people.circles.access import Own, SignedIn
from people.circles.delegations import Handed, delegate, end_delegation
from people.circles.items import delegation_item
from people.circles.protocol import DelegationBody
from people.circles.replacements import delegations_of, open_grants

router = Router(tags=["replacements"])
Listed = dict[str, Any]


@router.get("delegations", auth=SignedIn(), response=Listed)
def delegations(request: HttpRequest) -> Listed:
    """Given and received, those of the last beginning first."""
    person: Person = request.auth  # type: ignore[attr-defined]
    mine = list(delegations_of(person))
    held = open_grants(mine)
    return {"items": [delegation_item(one, [g.membership.circle_id for g in held.get(one.pk, [])]) for one in mine], "next": None}


@router.post("delegations", auth=SignedIn(), response={201: Listed})
def stand_in(request: HttpRequest, body: DelegationBody) -> Status[Listed]:
    """Somebody stands in for the caller."""
    person: Person = request.auth  # type: ignore[attr-defined]
    return Status(201, told(delegate(person, to=body.to, circles=body.chosen, since=body.since, until=body.until)))


@router.delete("delegations/{delegation_id}", auth=Own(), response={204: None})
def end(request: HttpRequest, delegation_id: str) -> Status[None]:
    """By either of the two: the rights that rest on it end at once."""
    person: Person = request.auth  # type: ignore[attr-defined]
    end_delegation(person, delegation=ids.parse(delegation_id))
    return Status(204, None)


def told(handed: Handed) -> Listed:
    """A replacement just made, with the circles that it leaves out and why."""
    held = open_grants([handed.delegation]).get(handed.delegation.pk, [])
    left = [{"circle": str(one.circle), "code": one.code, "detail": one.detail} for one in handed.left_out]
    return {**delegation_item(handed.delegation, [grant.membership.circle_id for grant in held]), "left_out": left}
