"""Contacts of a circle over HTTP."""
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from foundation import ids
from people.audit.services import record_access
from people.circles.access import Door, access_of, member_of, session_mark
from people.circles.policy import Act
from people.contacts import services
from people.contacts.access import ContactDoor
from people.contacts.items import contact_item
from people.contacts.models import Details
from people.contacts.protocol import ChangeBody, ContactBody
from people.contacts.queries import contacts_of

router = Router(tags=["contacts"])


def _details(body: ChangeBody) -> Details:
    return Details(name=body.name, phone=body.phone, words=body.words, gender=body.gender or "")


def _noted(request: HttpRequest, what: str) -> None:
    record_access(access_of(member_of(request), what, session_mark(request)))


@router.get("circles/{circle_id}/contacts", auth=Door(Act.READ, opens=True), response=dict[str, Any])
def contacts(request: HttpRequest, circle_id: str) -> dict[str, Any]:
    """People around the patient who are not connected."""
    member = member_of(request)
    return {"items": [contact_item(contact, member.stands) for contact in contacts_of(member)], "next": None}


@router.post("circles/{circle_id}/contacts", auth=Door(Act.KEEP_CONTACTS), response={201: dict[str, Any]})
def add(request: HttpRequest, circle_id: str, body: ContactBody) -> Status[dict[str, Any]]:
    """Keeps somebody known by name and telephone."""
    contact = services.add_contact(member_of(request), role=body.role, details=_details(body))
    _noted(request, "contact.added")
    return Status(201, contact_item(contact, member_of(request).stands))


@router.put("circles/{circle_id}/contacts/{contact_id}", auth=ContactDoor(Act.KEEP_CONTACTS), response=dict[str, Any])
def change(request: HttpRequest, circle_id: str, contact_id: str, body: ChangeBody) -> dict[str, Any]:
    """Writes name, telephone and words anew; the role stays."""
    contact = services.change_contact(member_of(request), contact=ids.parse(contact_id), details=_details(body))
    _noted(request, "contact.changed")
    return contact_item(contact, member_of(request).stands)


@router.delete("circles/{circle_id}/contacts/{contact_id}", auth=ContactDoor(Act.KEEP_CONTACTS), response={204: None})
def remove(request: HttpRequest, circle_id: str, contact_id: str) -> Status[None]:
    """Lets a contact go; the details are not kept."""
    services.remove_contact(member_of(request), contact=ids.parse(contact_id))
    _noted(request, "contact.removed")
    return Status(204, None)
