"""Who administers a structure and who operates the service: begun, ended, and a line of each act."""
import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from foundation import clock
from people.accounts.enums import Done
from people.accounts.locks import locked_structure
from people.accounts.models import AdministrationLine, Administrator, Operator, Person, running
from people.audit.services import Access, record_accesses, record_administration


def note(
    actor: Person | None,
    act: Done,
    *,
    right: str = "administrator",
    structure: UUID | None = None,
    about: Person | None = None,
    until: dt.datetime | None = None,
) -> AdministrationLine:
    """Adds a line to the administration and, chained, to the trail of the structure (the site's where None), in the caller's transaction.

    `actor` None: somebody at the machine itself. The trail is the evidence; the line knows besides how an end is taken back.
    """
    by = right if actor else "machine"
    record_administration(actor.pk if actor else None, structure, f"administration.{act}", about.pk if about else None, right=by)
    return AdministrationLine.objects.create(at=clock.now(), actor=actor, act=act, structure_id=structure, about=about, until=until)


def note_all(actor: Person | None, deeds: Sequence[tuple[Done, Person]], *, structure: UUID, right: str = "administrator") -> None:
    """As `note`, for many acts at once in a few statements: the lists of a hospital come by the thousand."""
    by, now = right if actor else "machine", clock.now()
    who = actor.pk if actor else None
    record_accesses([Access(structure, who, "", f"administration.{act}", by, structure=structure, about=about.pk) for act, about in deeds])
    lines = [AdministrationLine(at=now, actor=actor, act=act, structure_id=structure, about=about) for act, about in deeds]
    AdministrationLine.objects.bulk_create(lines, batch_size=500)


def appoint_administrator(actor: Person | None, *, person: Person, structure: UUID) -> Administrator:
    """Lets a person administer a structure from now on; the running row where they do already."""
    with transaction.atomic():
        team = locked_structure(structure)
        now = clock.now()
        found = Administrator.objects.filter(running(now), person=person, structure=team).first()
        if found is None:
            found = Administrator.objects.create(person=person, structure=team, since=now)
            note(actor, Done.APPOINTED, right="operator", structure=team.pk, about=person)
    return found


def dismiss_administrator(actor: Person | None, *, person: Person, structure: UUID) -> bool:
    """Ends a person's administration of a structure. Whether there was one."""
    with transaction.atomic():
        team = locked_structure(structure)
        now = clock.now()
        ended = Administrator.objects.filter(running(now), person=person, structure=team).update(until=now)
        if ended:
            note(actor, Done.DISMISSED, right="operator", structure=team.pk, about=person)
    return bool(ended)


def appoint_operator(*, person: Person) -> Operator:
    """Lets a person operate the service; only somebody at the machine itself names one."""
    now = clock.now()
    with transaction.atomic():
        found = Operator.objects.filter(running(now), person=person).first()
        if found is None:
            found = Operator.objects.create(person=person, since=now)
            note(None, Done.OPERATOR_NAMED, about=person)
    return found


def dismiss_operator(*, person: Person) -> bool:
    """Ends a person's operation of the service. Whether there was one."""
    now = clock.now()
    with transaction.atomic():
        ended = Operator.objects.filter(running(now), person=person).update(until=now)
        if ended:
            note(None, Done.OPERATOR_ENDED, about=person)
    return bool(ended)
