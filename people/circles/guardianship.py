"""Naming who exercises the rights of a minor, or of an adult after a judgement, and ending it before its term."""
import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict, Invalid, NotFound
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.services import opened
from people.circles.access import require, still_enters
from people.circles.enums import Ground, Role
from people.circles.guardians import beginning, guardians_of, is_minor
from people.circles.models import Circle, Guardianship, Membership
from people.circles.policy import FAMILY, Act

_DAY = dt.timedelta(days=1)


def name_guardian(actor: Membership, *, member: UUID, ground: Ground, last_day: dt.date | None = None) -> Guardianship:
    """From now on this relative exercises the patient's rights; of a judgement until the end of its last day.

    Raises Refused, NotFound for a stranger's id, Invalid `circles.guardian_unfit`, `circles.of_age` or `circles.term_past`,
    Conflict `circles.already_guardian`.
    """
    require(actor, Act.NAME_GUARDIAN)
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.NAME_GUARDIAN)
        circle = inside.circle
        guardian = Membership.objects.select_related("person").filter(circle=circle, pk=member, ended_at=None).first()
        if guardian is None:
            raise NotFound
        until = _checked(circle, Role(guardian.role), ground, last_day)
        if guardians_of(circle, [guardian.pk]):
            raise Conflict("circles.already_guardian", _("This person exercises the patient's rights already."))
        made = Guardianship.objects.create(membership=guardian, ground=ground, until=until, by=inside, at=clock.now())
        feed.append(Kind.GUARDIAN_NAMED, EVERYONE, made.mark, actor=inside.pk)
        return made


def _checked(circle: Circle, role: Role, ground: Ground, last_day: dt.date | None) -> dt.datetime | None:
    """The term to store. Raises Invalid."""
    if role not in FAMILY:
        sentence = _("Only a relative or the trusted person exercises the patient's rights.")
        raise Invalid("circles.guardian_unfit", sentence, errors={"member": sentence})
    if ground is Ground.MINOR:
        if not is_minor(circle):
            sentence = _("The patient is of age: a judgement is needed, with its last day.")
            raise Invalid("circles.of_age", sentence, errors={"ground": sentence})
        return None
    if last_day is None or last_day.year >= dt.MAXYEAR or beginning(last_day + _DAY, circle.zone) <= clock.now():
        raise Invalid("circles.term_past", _("The judgement needs a last day to come."), errors={"until": _("Choose a later day.")})
    return beginning(last_day + _DAY, circle.zone)


def end_guardianship(actor: Membership, *, mark: UUID | None) -> None:
    """Ends a guardianship before its term. Raises Refused, NotFound where none such runs in the actor's circle."""
    require(actor, Act.NAME_GUARDIAN)
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.NAME_GUARDIAN)
        named = Guardianship.objects.filter(membership__circle=inside.circle_id, mark=mark, ended_at=None).first() if mark else None
        if named is None:
            raise NotFound
        named.ended_at, named.ended_by = clock.now(), inside
        named.save(update_fields=["ended_at", "ended_by"])
        feed.append(Kind.GUARDIAN_ENDED, EVERYONE, named.mark, actor=inside.pk)


def running(circle: Circle) -> list[Guardianship]:
    """Guardianships that run now, of members who are inside, with their people."""
    found = Guardianship.objects.filter(pk__in=[each.pk for each in guardians_of(circle).values()], membership__ended_at=None)
    return list(found.select_related("membership__person", "by__person").order_by("pk"))
