"""Circles that are opened during a stay find it: the ward can join at once, and the discharge is announced."""
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from foundation import clock
from hospital.stays.enums import Action, Event, StayClass, StayState
from hospital.stays.folding import Version
from hospital.stays.models import HospitalIdentifier, Movement, OpenStay, Stay
from hospital.stays.numbers import birth_digest, ins_digest, likeness, one_at_a_time
from hospital.stays.posting import Said
from hospital.stays.recording import ADOPTED
from hospital.stays.refolding import refold, under
from hospital.stays.remembering import remembered
from messaging.feed.services import OpenFeed, all_opened
from people.circles.enums import CircleState
from people.circles.models import Circle, Patient, TraitHash
from people.circles.traits import Traits

_GOING_ON = (StayState.PLANNED, StayState.IN_HOSPITAL, StayState.ON_LEAVE)


@dataclass(frozen=True)
class Found:
    """A stay that goes on, as it was kept: of somebody without a circle, or in another circle of the same patient."""

    structure: UUID
    digest: bytes
    state: StayState
    unit: UUID | None
    since: dt.datetime
    protected: bool
    relatives_untold: bool


def adopt_for(circles: Sequence[Circle]) -> None:
    """Called in the transaction in which circles have been opened, after their rows are stored."""
    by_ins = {digest: circle for circle in circles if (digest := ins_digest(circle.patient.traits))}
    if not by_ins:
        return
    one_at_a_time(*by_ins)
    found: dict[UUID, list[Found]] = {}
    for row in remembered(ins=set(by_ins)):
        circle = by_ins[bytes(row.ins)]
        if not row.birth or bytes(row.birth) == birth_digest(circle.patient.traits):
            found.setdefault(circle.pk, []).append(_kept(row))
            _blank(row)
    for digest, circle in by_ins.items():
        found.setdefault(circle.pk, []).extend(_of_other_circles(digest, circle))
    wanted = [circle for circle in circles if found.get(circle.pk)]
    with all_opened(circle.pk for circle in wanted) as feeds:
        for circle in wanted:
            for each in found[circle.pk]:
                adopt(feeds[circle.pk], under(feeds, circle), each)


def adopt_known(feed: OpenFeed, circle: Circle, links: Iterable[HospitalIdentifier], theirs: Traits) -> list[Said]:
    """Numbers of the hospital were linked with the patient: stays that were kept under them belong to the circle, unless they were told
    of somebody with another birth date or first name than `theirs`, who has the number now.
    """
    said: list[Said] = []
    for link in links:
        for row in remembered(identifiers={bytes(link.digest)}, structure=link.structure_id):
            said += [] if not _alike(row, circle, theirs) else adopt(feed, circle, _kept(row), link=link)
    return said


def adopt_same(feed: OpenFeed, circle: Circle, structure: UUID, digest: bytes, theirs: Traits) -> list[Said]:
    """A message is about a stay that was kept while nobody knew whose it is: what was kept comes first."""
    row = OpenStay.objects.filter(structure=structure, digest=digest, expires_at__gt=clock.now(), state__in=_GOING_ON).first()
    if row is None or not _alike(row, circle, theirs):
        return []
    said = adopt(feed, circle, _kept(row))
    _blank(row)
    return said


def _alike(row: OpenStay, circle: Circle, theirs: Traits) -> bool:
    """Nobody is asked: a verdict "another" would shut out who is meant now. What the hospital says of that stay from now on is told."""
    return not row.likeness or bytes(row.likeness) in {likeness(row.structure_id, each) for each in (theirs, circle.patient.traits)}


def _blank(row: OpenStay) -> None:
    """It is found as a stay of the circle from now on."""
    if row.ins or row.identifier:
        OpenStay.objects.filter(pk=row.pk).update(ins=b"", birth=b"", identifier=b"", likeness=b"")


def adopt(feed: OpenFeed, circle: Circle, found: Found, *, link: HospitalIdentifier | None = None) -> list[Said]:
    """Makes the stay the circle's own, with one movement for what is known of it. A stay that the circle has already is left alone."""
    if circle.state == CircleState.ERASED or Stay.objects.filter(structure=found.structure, digest=found.digest, circle=circle).exists():
        return []
    stay = Stay(
        structure_id=found.structure, circle=circle, digest=found.digest, opened_at=clock.now(),
        protected=found.protected, relatives_untold=found.relatives_untold, identifier=link,
    )  # fmt: skip
    stay.save(force_insert=True)
    now = clock.now()
    event = Event.PLANNED if found.state == StayState.PLANNED else Event.ADMITTED
    said = Version(
        Action.INSERT, event, found.since, now, 0, stay_class=StayClass.OTHER, unit=str(found.unit or ""), facts={ADOPTED: "1"},
    )  # fmt: skip
    Movement.objects.create(stay=stay, digest=found.digest, known_at=now, versions=[said.as_json()])
    return refold(feed, circle, stay)


def _kept(row: OpenStay) -> Found:
    return Found(
        row.structure_id, bytes(row.digest), StayState(row.state), row.unit_id, row.since or row.moved_at, row.protected,
        row.relatives_untold,
    )  # fmt: skip


def _of_other_circles(ins: bytes, circle: Circle) -> list[Found]:
    """The same patient may have two circles: what goes on in the one goes on in the other."""
    others = TraitHash.objects.filter(digest=ins, purpose="ins").exclude(patient=circle.patient_id).values("patient")
    born = circle.patient.traits.birth_date
    same = {patient.pk for patient in Patient.objects.filter(pk__in=others) if patient.traits.birth_date == born}
    stays = Stay.objects.filter(circle__patient__in=same, state__in=_GOING_ON, released_at=None)
    return [
        Found(
            stay.structure_id, bytes(stay.digest), StayState(stay.state), stay.unit_id,
            stay.admitted_at or stay.planned_for or stay.opened_at, stay.protected, stay.relatives_untold,
        ) for stay in stays
    ]  # fmt: skip
