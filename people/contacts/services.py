"""Contacts kept, changed and removed, numbers given, kinship said. What is of a circle is written under its feed head's lock and told."""
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Invalid, NotFound
from messaging.feed.enums import EVERYONE, Kind, Standing
from messaging.feed.services import opened
from people.accounts.models import Person
from people.accounts.telephone import parsed_phone
from people.circles.access import require, still_enters
from people.circles.enums import Role
from people.circles.models import Membership
from people.circles.policy import Act
from people.contacts.enums import CalledBy, Relation
from people.contacts.models import Contact, Details, Kinship, Telephone


def _checked(details: Details) -> Details:
    """Details as they are kept. Raises Invalid `contacts.no_name` or `accounts.bad_phone`."""
    called = " ".join(details.name.split())
    if not any(sign.isalpha() for sign in called):
        sentence = _("A name, for example Nadine Poyanne.")
        raise Invalid("contacts.no_name", sentence, errors={"name": sentence})
    return replace(details, name=called, phone=parsed_phone(details.phone), words=" ".join(details.words.split()))


def add_contact(actor: Membership, *, role: Role, details: Details) -> Contact:
    """Somebody who is not connected, kept by whoever may admit that role. Raises Refused, NotFound, Invalid."""
    require(actor, Act.KEEP_CONTACTS, other_role=role)
    known = _checked(details)
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.KEEP_CONTACTS, other_role=role)
        contact = Contact(circle=inside.circle, role=role, added_at=clock.now())
        contact.set_details(known)
        contact.save(force_insert=True)
        feed.append(Kind.CONTACT_ADDED, EVERYONE, contact.pk, actor=inside.pk)
        return contact


def change_contact(actor: Membership, *, contact: UUID | None, details: Details) -> Contact:
    """Other details of the same person. Raises NotFound, Refused, Invalid."""
    return _written(actor, contact, _checked(details), Kind.CONTACT_CHANGED)


def remove_contact(actor: Membership, *, contact: UUID | None) -> None:
    """Lets a contact go, details and all. Raises NotFound, Refused."""
    _written(actor, contact, None, Kind.CONTACT_REMOVED)


def give_number(person: Person, *, phone: str, called_by: CalledBy) -> None:
    """A person's own number and who may know it; none takes it back. Raises Invalid `accounts.bad_phone`."""
    if not phone.strip():
        Telephone.objects.filter(person=person).delete()
        return
    telephone = Telephone(person=person, called_by=called_by)
    telephone.set_number(parsed_phone(phone))
    Telephone.objects.update_or_create(
        person=person, defaults={"sealed_number": telephone.sealed_number, "called_by": telephone.called_by}
    )


def say_kinship(actor: Membership, *, member: UUID | None, relation: Relation | None) -> None:
    """What a member of the family is to the patient, said by who may admit them; None takes it back. Raises NotFound, Refused."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        wanted = Membership.objects.filter(circle=inside.circle_id, pk=member, ended_at=None).first() if member else None
        if wanted is None or wanted.stands is not Standing.RELATIVES:
            raise NotFound
        require(inside, Act.KEEP_CONTACTS, other_role=Role(wanted.role))
        Kinship.objects.filter(membership=wanted).delete()
        if relation is not None:
            said = Kinship(membership=wanted)
            said.set_relation(inside.circle.patient.vault, relation)
            said.save(force_insert=True)
        feed.append(Kind.MEMBER_CHANGED, EVERYONE, wanted.pk, actor=inside.pk)


def _written(actor: Membership, wanted: UUID | None, details: Details | None, kind: Kind) -> Contact:
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        contact = Contact.objects.filter(circle=inside.circle_id, pk=wanted, removed_at=None).first() if wanted else None
        if contact is None:
            raise NotFound
        require(inside, Act.KEEP_CONTACTS, other_role=Role(contact.role))
        contact.circle = inside.circle
        contact.set_details(details)
        if details is None:
            contact.removed_at = clock.now()
        contact.save(update_fields=["sealed_details", "removed_at"])
        feed.append(kind, EVERYONE, contact.pk, actor=inside.pk)
        return contact
