"""Questions about contacts."""
from collections.abc import Iterable
from uuid import UUID

from messaging.feed.enums import Standing
from people.accounts.models import Person
from people.circles.models import Circle, Membership
from people.contacts.access import may_know
from people.contacts.models import Contact, Kinship, Telephone


def contacts_of(member: Membership) -> list[Contact]:
    """Who is kept in the member's circle, in the order of being added; one statement."""
    found = list(Contact.objects.filter(circle=member.circle_id, removed_at=None).order_by("added_at", "pk"))
    for contact in found:
        contact.circle = member.circle  # the patient's key is known by it
    return found


def numbers_for(reader: Standing, people: Iterable[UUID]) -> dict[UUID, str]:
    """Person → their own number, as far as a member of this standing may know it; one statement."""
    known = Telephone.objects.filter(person__in=list(people))
    return {row.person_id: row.number for row in known if may_know(reader, row.called_by)}


def kinships_of(circle: Circle) -> dict[UUID, str]:
    """Membership → `Relation`, where it was said; one statement. Needs the circle's patient at hand."""
    vault = circle.patient.vault
    return {row.membership_id: row.relation(vault) for row in Kinship.objects.filter(membership__circle=circle.pk)}


def telephone_of(person: Person) -> Telephone | None:
    """What a person has said of their own number."""
    return Telephone.objects.filter(person=person).first()


def contacts_by_id(contacts: Iterable[UUID]) -> dict[UUID, Contact]:
    """Contacts with circle and patient, removed ones too."""
    return Contact.objects.select_related("circle__patient").in_bulk(list(contacts))
