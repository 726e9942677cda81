"""What is kept of a stay of somebody who has no circle: hashes, a state and a unit, for 31 days at most. Nobody can list it."""
import datetime as dt
from uuid import UUID

from django.db.models import Q

from foundation import clock
from foundation.prepared import Prepared
from hospital.stays.announcements import Identity, MovementNews
from hospital.stays.enums import Action, Event, StayState
from hospital.stays.folding import BEGINNINGS, ENDS
from hospital.stays.models import OpenStay
from hospital.stays.numbers import birth_digest, identifier_digest, ins_digest, likeness, stay_digest
from hospital.stays.recording import unit_of

KEPT = dt.timedelta(days=31)


_remembered = Prepared(
    lambda structure, digest: OpenStay.objects.select_for_update().filter(structure=structure, digest=digest), structure=UUID, digest=bytes
)


def remember(structure: UUID, identity: Identity, news: MovementNews) -> None:
    """Keeps where the stay stands. What is fictive, doubtful or anonymous, and what nobody could find again, is not kept."""
    ins, numbers = ins_digest(identity.traits), [identifier_digest(structure, number) for number in identity.identifiers[:1]]
    if identity.untrustworthy or not (ins or numbers):
        return
    digest, now = stay_digest(structure, news.stay), clock.now()
    row = _remembered.first(structure=structure, digest=digest)
    if row is None:
        row = OpenStay(structure_id=structure, digest=digest, state=StayState.NONE, moved_at=news.at, expires_at=now + KEPT)
    row.ins, row.birth = ins or row.ins, birth_digest(identity.traits) or row.birth
    row.identifier = numbers[0] if numbers else row.identifier
    row.likeness = likeness(structure, identity.traits) or row.likeness
    row.protected, row.relatives_untold = row.protected or news.protected, row.relatives_untold or news.relatives_untold
    _move(row, structure, news)
    if row.state in {StayState.ENDED, StayState.CANCELLED}:  # the stay's own number is enough of a tombstone
        row.ins = row.birth = row.identifier = row.likeness = b""
    row.save()


def _move(row: OpenStay, structure: UUID, news: MovementNews) -> None:
    """The newest word holds; a cancelled admission is never opened again (§5.4.1: its number is not used again)."""
    if row.state == StayState.CANCELLED:
        return
    state = _state(row, news)
    if news.at < row.moved_at and state is not StayState.CANCELLED:  # what takes the stay back names its beginning, whatever came since
        return
    row.moved_at = max(row.moved_at, news.at)
    if state is None:
        return
    if (news.event in BEGINNINGS and state == StayState.IN_HOSPITAL) or row.since is None:
        row.since = news.at
    row.state, row.unit = state, unit_of(structure, news) or row.unit


def _state(row: OpenStay, news: MovementNews) -> StayState | None:
    """Where the stay stands after a word about it; None where that changes nothing."""
    if news.action is Action.CANCEL:
        if news.event in BEGINNINGS or (news.event is Event.PLANNED and row.state in {StayState.NONE, StayState.PLANNED}):
            return StayState.CANCELLED
        return StayState.IN_HOSPITAL if news.event in ENDS | {Event.LEFT} else None
    if news.event is Event.PLANNED:
        return StayState.PLANNED if row.state in {StayState.NONE, StayState.PLANNED} else None
    if news.event in ENDS:
        return StayState.ENDED
    if news.event is Event.LEAVING or (row.state == StayState.ENDED and news.event not in BEGINNINGS):
        return None
    return StayState.ON_LEAVE if news.event is Event.LEFT else StayState.IN_HOSPITAL


def remembered(*, ins: set[bytes] = frozenset(), identifiers: set[bytes] = frozenset(), structure: UUID | None = None) -> list[OpenStay]:  # type: ignore[assignment]
    """Stays that are open now, by hashes of INS, or of identifiers of a hospital. For adopting alone."""
    going_on = OpenStay.objects.filter(state__in=[StayState.PLANNED, StayState.IN_HOSPITAL, StayState.ON_LEAVE], expires_at__gt=clock.now())
    by_number = Q(identifier__in=list(identifiers), structure=structure) if identifiers and structure else Q(pk=None)
    by_ins = Q(ins__in=list(ins)) if ins else Q(pk=None)
    return list(going_on.filter(by_ins | by_number).select_related("unit", "structure").order_by("since", "pk"))


def learn_ins(structure: UUID, identity: Identity) -> None:
    """A qualified INS that comes after the stay (A28, A31): open stays under the same number can be found by it from now on."""
    ins = ins_digest(identity.traits)
    if ins and identity.identifiers and not identity.untrustworthy:
        number = identifier_digest(structure, identity.identifiers[0])
        like = OpenStay.objects.filter(likeness__in=[b"", likeness(structure, identity.traits)])  # not whom the number meant before
        like.filter(structure=structure, identifier=number, ins=b"").update(ins=ins, birth=birth_digest(identity.traits))
