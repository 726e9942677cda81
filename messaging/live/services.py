"""Moving a read mark: never back, translated for every standing, told to the hub after the commit."""
import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Invalid, NotFound
from messaging.feed.enums import Standing
from messaging.feed.models import FeedLine
from messaging.feed.queries import line_at
from messaging.live.models import ReadMark, ReadMove
from people.circles.models import Membership

Told = Callable[[UUID, UUID], None]
_told: list[Told] = []


def tell_moved_marks(told: Told) -> None:
    """Registers who hears (circle, member) of a moved mark after its commit."""
    _told[:] = [told]


def move_mark(actor: Membership, *, seq: int) -> int:
    """Everything up to `seq` in the member's own numbers is read; gives the number that the mark stands at.

    Raises Invalid `feed.above_head`; NotFound where the membership has ended meanwhile.
    """
    if seq > actor.head_number:
        raise Invalid("feed.above_head", _("Nothing has this number yet."), errors={"seq": _("At most the circle's head.")})
    with transaction.atomic():
        if not Membership.objects.select_for_update().filter(pk=actor.pk, ended_at=None).exists():
            raise NotFound
        mark, _new = ReadMark.objects.get_or_create(membership=actor)
        line = line_at(actor.circle_id, actor.stands, seq) if seq >= actor.first else None
        if line is not None and line.care > mark.position:
            _move(mark, actor, line, clock.now())
            circle, member = actor.circle_id, actor.pk
            transaction.on_commit(lambda: announce(circle, member))
    return mark.told(actor.stands)[0]


def _move(mark: ReadMark, actor: Membership, line: FeedLine, at: dt.datetime) -> None:
    """Another standing hears of a mark only when it passes a line that both may see (contract, promise 1)."""
    own = _sees(actor.stands)
    passed = FeedLine.objects.filter(own, feed=actor.circle_id, care__gt=mark.position, care__lte=line.care)
    newest = passed.aggregate(**{f"newest_{s.column}": Max(s.column, filter=_sees(s)) for s in Standing})
    for standing in Standing:
        number = newest[f"newest_{standing.column}"]
        if number is not None:
            setattr(mark, standing.column, number)
            setattr(mark, f"{standing.column}_at", at)
    mark.position, mark.moved_at = line.care, timezone.now()
    mark.save()
    ReadMove.objects.create(membership=actor, position=line.care, at=at)


def _sees(standing: Standing) -> Q:
    return Q(care__gte=0) if standing is Standing.CARE_TEAM else Q(**{f"{standing.column}_sees": True})


def announce(circle: UUID, member: UUID) -> None:
    """Tells that a mark has moved."""
    for told in _told:
        told(circle, member)
