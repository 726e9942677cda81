"""Joining a patient's thread for a stay: an explicit act of somebody of the unit, which everyone in the thread sees."""
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Conflict, NotFound
from hospital.stays.access import discreet_among, people_on_list, require_one_person
from hospital.stays.queries import UnitPatient, own_grants_for, stay_open_to
from hospital.stays.settling import settle_stay, term_for
from messaging.feed.services import all_opened
from people.accounts.locks import locked_person, locked_structure
from people.accounts.models import Person, Structure
from people.circles.enums import Role, Source
from people.circles.models import Circle, Grant, Membership
from people.circles.oppositions import refuse_opposed
from people.circles.services import Admission, Feeds, close_lapsed, seated
from people.circles.teams import say_terms


def join_stay(actor: Person, *, stay: UUID | None) -> tuple[Grant, bool]:
    """(what holds the actor in the thread for this stay, whether it is new). Joined twice is joined once.

    Raises NotFound for a stay of another unit, before its admission, after its grace, or a discreet one; Forbidden
    `hospital.shared_account` or `hospital.unconfirmed`; Conflict `circles.already_member` in another role, `circles.opposed`.
    """
    known = stay_open_to(actor, stay)
    require_one_person(actor)
    with transaction.atomic():
        person = locked_person(actor.pk)
        if person is None or not person.is_active:
            raise NotFound
        require_one_person(person)
        locked_structure(known.stay.structure_id)
        with all_opened([known.stay.circle_id]) as feeds:
            return _join(feeds, person, stay_open_to(person, stay))  # read again under the locks


def _join(feeds: Feeds, person: Person, found: UnitPatient) -> tuple[Grant, bool]:
    stay, circle = found.stay, found.stay.circle
    if found.joined is not None:
        settle_stay(feeds, stay)
    close_lapsed([circle.id])
    held = own_grants_for(person, [stay.pk]).get(stay.pk)
    if held is not None:
        return held, False
    if discreet_among([stay]):
        raise NotFound
    refuse_opposed(circle.id, person.pk)
    term = term_for(found.interval, people_on_list(stay.unit_id, [person.pk])[person.pk])
    admission = Admission(Role.HOSPITAL_STAFF, since=term.since, until=term.until)
    member, fresh = come_in(feeds, circle, person, admission, hospital=stay.structure)
    grant = Grant(membership=member, source=Source.STAY, about=stay.pk, since=term.since, until=term.until)
    grant.save(force_insert=True)
    if not fresh:
        say_terms(feeds, [member])
    return grant, True


def come_in(feeds: Feeds, circle: Circle, person: Person, admission: Admission, *, hospital: Structure) -> tuple[Membership, bool]:
    """(the membership of somebody of a hospital, whether it is new), under the head's lock and without its grant.

    The line says who came by themselves. Raises Conflict `circles.already_member` for a member in another role.
    """
    there = Membership.objects.filter(circle=circle, person=person, ended_at=None).first()
    if there is None:
        member, line = seated(feeds[circle.id], circle, person, admission, by=None, via=hospital.pk)
        line.actor = member.pk
        member.save(force_insert=True)
        return member, True
    if there.role != Role.HOSPITAL_STAFF or there.stands_in_for_id:
        raise Conflict("circles.already_member", _("You are in this circle already."))
    return there, False
