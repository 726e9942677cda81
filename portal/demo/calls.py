"""Whom one calls in the demo: everybody's number, what the families are to the patients, and a neighbour without Cercle."""

import datetime as dt
from collections.abc import Iterable

from messaging.feed.enums import EVERYONE, Kind
from people.accounts.models import Person
from people.accounts.telephone import parsed_phone
from people.circles.bulk import NewCircle
from people.circles.enums import Role
from people.circles.models import Membership
from people.contacts.enums import CalledBy, Relation
from people.contacts.models import Contact, Details, Kinship, Telephone
from portal.demo.cast import FAMILY, Cast
from portal.demo.fiction import fictive_phone

RELATIONS = {"fille": Relation.CHILD, "fils": Relation.CHILD, "frère": Relation.SIBLING, "petite-fille": Relation.GRANDCHILD}
CONTACTS = {"p-durand": (Role.RELATIVE, Details("Ginette Barrère", parsed_phone(fictive_phone(901)), "voisine, a les clés", "F"))}


def new_contacts(patient: str, circle: NewCircle, by: Membership, at: dt.datetime) -> list[Contact]:
    """Who is not connected around a patient of the demo, with the line that tells it, unsaved."""
    if patient not in CONTACTS:
        return []
    role, details = CONTACTS[patient]
    contact = Contact(circle=circle.circle, role=role, added_at=at)
    contact.set_details(details)
    circle.feed.numbered(Kind.CONTACT_ADDED, EVERYONE, contact.pk, actor=by.pk, at=at)
    return [contact]


def store_numbers(cast: Cast, people: dict[str, Person]) -> None:
    """The own number of everybody who uses Cercle: relatives give it to all, professionals to each other."""
    rows = []
    for key, persona in cast.people.items():
        if not persona.silent:
            row = Telephone(person=people[key], called_by=CalledBy.PROFESSIONALS if persona.profession else CalledBy.EVERYONE)
            row.set_number(parsed_phone(persona.phone))
            rows.append(row)
    Telephone.objects.bulk_create(rows)


def store_kinships(cast: Cast, seated: Iterable[tuple[str, Membership]]) -> None:
    """What each of the family is to the patient."""
    rows = []
    for key, member in seated:
        relation = RELATIONS.get(cast.people[key].trade)
        if member.role in FAMILY and relation:
            row = Kinship(membership=member)
            row.set_relation(member.circle.patient.vault, relation)
            rows.append(row)
    Kinship.objects.bulk_create(rows)
