"""Hours and absences written. They decide who is told of urgent messages; they give and take no right."""
from uuid import UUID

from django.db import transaction

from foundation import clock
from people.accounts.locks import locked_person
from people.accounts.models import Person
from people.accounts.queries import structures_of
from people.duty.models import Absence, Hours
from people.duty.protocol import HoursBody, check, kept_week


def set_hours(actor: Person, *, said: HoursBody) -> None:
    """All that somebody says of their hours, in the place of what they had said; absences that are over are forgotten.

    Raises Invalid `duty.bad_hours`.
    """
    with transaction.atomic():
        locked_person(actor.pk)
        now = clock.now()
        works = set(structures_of(actor, now).values_list("pk", flat=True))
        check(said, works)
        Hours.objects.filter(person=actor).delete()
        Absence.objects.filter(person=actor).delete()
        weeks: list[tuple[UUID | None, dict[str, list[list[str]]], bool]] = [
            (one.structure, kept_week(one), one.on_holidays) for one in said.structures
        ]
        if said.everywhere is not None:
            weeks.append((None, kept_week(said.everywhere), said.everywhere.on_holidays))
        Hours.objects.bulk_create(
            Hours(person=actor, structure_id=structure, zone=said.zone, weekly=weekly, on_holidays=on) for structure, weekly, on in weeks
        )
        coming = [away for away in said.absences if away.until > now]
        Absence.objects.bulk_create(Absence(person=actor, since=away.since, until=away.until) for away in coming)
