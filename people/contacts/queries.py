"""Questions about contacts."""
from collections.abc import Iterable
from uuid import UUID

from people.circles.models import Membership
from people.contacts.models import Contact


def contacts_of(member: Membership) -> list[Contact]:
    """Who is kept in the member's circle, in the order of being added; one statement."""
    found = list(Contact.objects.filter(circle=member.circle_id, removed_at=None).order_by("added_at", "pk"))
    for contact in found:
        contact.circle = member.circle  # the patient's key is known by it
    return found


def contacts_by_id(contacts: Iterable[UUID]) -> dict[UUID, Contact]:
    """Contacts with circle and patient, removed ones too."""
    return Contact.objects.select_related("circle__patient").in_bulk(list(contacts))
