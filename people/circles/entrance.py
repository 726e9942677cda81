"""Ways into a circle over HTTP: invitations, sent, shown, listed, withdrawn and accepted; requests answered, unions."""
from typing import Any

import segno
from django.http import HttpRequest
from ninja import Router, Status

from foundation import ids
from people.accounts.models import Person
from people.audit.services import record_access
from people.circles import invitations, joining, unions
from people.circles.access import Door, SignedIn, access_of, session_mark
from people.circles.items import invitation_item, member_item
from people.circles.letters import link_with
from people.circles.models import Membership
from people.circles.notices import request_item, union_item
from people.circles.policy import Act
from people.circles.protocol import AdmissionBody, CodeBody, ReasonBody, TokenBody, UnionBody
from people.circles.queries import member_with_grants, open_requests, pending_invitations, unions_around
from people.circles.services import Admission

router = Router(tags=["circles"])
_HERE = "circles/{circle_id}/invitations"
_ASKED = "circles/{circle_id}/requests"
_UNIONS = "circles/{circle_id}/unions"


def invited(request: HttpRequest, actor: Membership, email: str, admission: Admission) -> dict[str, Any]:
    """`POST circles/{id}/members` by `email`. The answer is the same whoever has the address, or nobody."""
    made = invitations.invite_by_email(actor, email=email, admission=admission)
    record_access(access_of(actor, "invitation.sent", session_mark(request)))
    return {"invitation": str(made.pk)}


@router.get(_HERE, auth=Door(Act.ADMIT, early=False), response=dict[str, Any])
def pending(request: HttpRequest, circle_id: str) -> dict[str, Any]:
    """Invitations that wait for somebody, newest first: those into roles that the caller may admit."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    invitations.require_admitting(actor)
    shown = [one for one in pending_invitations(actor.circle_id) if invitations.may_see(actor, one.into)]
    return {"items": [invitation_item(one) for one in shown], "next": None}


@router.post(_HERE, auth=Door(Act.ADMIT), response={201: dict[str, Any]})
def show(request: HttpRequest, circle_id: str, body: CodeBody) -> Status[dict[str, Any]]:
    """A one-time code for somebody who stands beside the caller; `image` is it as an SVG, `link` what it says."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    made, secret = invitations.show_code(actor, admission=Admission(body.role, body.history, until=body.until))
    record_access(access_of(actor, "invitation.shown", session_mark(request)))
    link = link_with(secret)
    image = segno.make_qr(link, error="m").svg_data_uri(scale=6, border=4, dark="#000", light="#fff", encode_minimal=True)
    return Status(201, {**invitation_item(made), "link": link, "image": image})


@router.get(f"{_HERE}/{{invitation_id}}", auth=Door(Act.ADMIT, early=False), response=dict[str, Any])
def one(request: HttpRequest, circle_id: str, invitation_id: str) -> dict[str, Any]:
    """One invitation as it stands, with the member who came in by it."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    return invitation_item(invitations.own_invitation(actor, ids.parse(invitation_id)))


@router.post(f"{_HERE}/{{invitation_id}}/resend", auth=Door(Act.ADMIT), response=dict[str, Any])
def resend(request: HttpRequest, circle_id: str, invitation_id: str) -> dict[str, Any]:
    """A new link for another seven days; the former one is dead."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    found = invitations.resend_invitation(actor, invitation=ids.parse(invitation_id))
    record_access(access_of(actor, "invitation.sent", session_mark(request)))
    return invitation_item(found)


@router.delete(f"{_HERE}/{{invitation_id}}", auth=Door(Act.ADMIT, early=False), response={204: None})
def revoke(request: HttpRequest, circle_id: str, invitation_id: str) -> Status[None]:
    """Withdraws an invitation."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    invitations.revoke_invitation(actor, invitation=ids.parse(invitation_id))
    record_access(access_of(actor, "invitation.withdrawn", session_mark(request)))
    return Status(204, None)


@router.post("invitations/acceptance", auth=SignedIn(), response=dict[str, Any])
def accept(request: HttpRequest, body: TokenBody) -> dict[str, Any]:
    """Comes in by the secret of a link or a code, for apps; browsers have the page that the link opens."""
    person: Person = request.auth  # type: ignore[attr-defined]
    member = invitations.accept_invitation(person, token=invitations.secret_digest(body.token))
    return {"circle": str(member.circle_id), "member": str(member.pk)}


@router.get(_ASKED, auth=Door(Act.ADMIT, early=False), response=dict[str, Any])
def asked(request: HttpRequest, circle_id: str) -> dict[str, Any]:
    """Who asks to be let in and has no answer yet, oldest first."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    invitations.require_admitting(actor)
    waiting = [one for one in open_requests([actor.circle_id]) if invitations.may_see(actor, one.into)]
    return {"items": [request_item(one) for one in waiting], "next": None}


@router.post(f"{_ASKED}/{{request_id}}/admission", auth=Door(Act.ADMIT), response={201: dict[str, Any]})
def admit_asker(request: HttpRequest, circle_id: str, request_id: str, body: AdmissionBody) -> Status[dict[str, Any]]:
    """Lets in whoever asked."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    admission = Admission(body.role, body.history, until=body.until)
    member = joining.admit_asker(actor, request=ids.parse(request_id), admission=admission)
    return Status(201, member_item(member_with_grants([member.pk])[member.pk]))


@router.post(f"{_ASKED}/{{request_id}}/refusal", auth=Door(Act.ADMIT, early=False), response={204: None})
def refuse_asker(request: HttpRequest, circle_id: str, request_id: str) -> Status[None]:
    """Refuses; whoever asked hears nothing of it."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    joining.refuse_asker(actor, request=ids.parse(request_id))
    return Status(204, None)


@router.get(_UNIONS, auth=Door(Act.SET_STATE), response=dict[str, Any])
def joinings(request: HttpRequest, circle_id: str) -> dict[str, Any]:
    """Proposals to close this circle into another one, and unions in which it is."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    return {"items": [union_item(union, actor.circle_id) for union in unions_around([actor.circle_id])], "next": None}


@router.post(_UNIONS, auth=Door(Act.ADMIT), response={201: dict[str, Any], 202: dict[str, Any]})
def propose(request: HttpRequest, circle_id: str, body: UnionBody) -> Status[dict[str, Any]]:
    """Proposes to join another circle of the patient to this one. Without naming one: 202 whether or not there is one."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    if body.circle is None:
        joining.ask_for_union(actor)
        return Status(202, {"asked": True})
    made = unions.propose_union(actor, other=body.circle)
    return Status(201, union_item(made, actor.circle_id))


@router.post(f"{_UNIONS}/{{union_id}}/acceptance", auth=Door(Act.SET_STATE), response=dict[str, Any])
def accept_union(request: HttpRequest, circle_id: str, union_id: str) -> dict[str, Any]:
    """Closes this circle and lets its members into the other one, from now on."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    made = unions.accept_union(actor, union=ids.parse(union_id))
    made.refresh_from_db()
    return union_item(made, actor.circle_id)


@router.post(f"{_UNIONS}/{{union_id}}/refusal", auth=Door(Act.SET_STATE), response={204: None})
def refuse_union(request: HttpRequest, circle_id: str, union_id: str) -> Status[None]:
    """Refuses; whoever proposed hears nothing of it."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    unions.refuse_union(actor, union=ids.parse(union_id))
    return Status(204, None)


@router.delete(f"{_UNIONS}/{{union_id}}", auth=Door(Act.SET_STATE), response={204: None})
def undo_union(request: HttpRequest, circle_id: str, union_id: str, body: ReasonBody | None = None) -> Status[None]:
    """Two circles again; by whoever steers either of them."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    unions.undo_union(actor, union=ids.parse(union_id), reason=body.reason if body else "")
    return Status(204, None)
