"""Who is told which number, and the door of one contact."""
from typing import Any

from django.http import HttpRequest

from foundation import ids
from foundation.errors import NotFound
from messaging.feed.enums import Standing
from people.circles.access import Door
from people.circles.enums import Role
from people.circles.models import Membership
from people.contacts.enums import CalledBy
from people.contacts.models import Contact


def may_call(standing: Standing, contact: Contact) -> bool:
    """Everybody sees who the contacts are; professionals and the patient get every number, relatives those of the family."""
    return standing is not Standing.RELATIVES or contact.stands is Standing.RELATIVES


def may_know(standing: Standing, called_by: str) -> bool:
    """Whether a member of this standing is told a number that its owner gave to `called_by`."""
    professional = standing in {Standing.CARE_TEAM, Standing.WIDER_TEAM}
    return called_by == CalledBy.EVERYONE or (professional and called_by == CalledBy.PROFESSIONALS)


class ContactDoor(Door):
    """Route authentication for `circles/{id}/contacts/{id}`: one that is not kept here is the door's "not found" too."""

    def _circumstances(self, request: HttpRequest, membership: Membership) -> dict[str, Any]:
        match = request.resolver_match
        wanted = ids.parse(match.kwargs.get("contact_id")) if match else None
        contact = Contact.objects.filter(circle=membership.circle_id, pk=wanted, removed_at=None).first() if wanted else None
        if contact is None:
            raise NotFound
        return {"other_role": Role(contact.role)}
