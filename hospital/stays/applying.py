"""What a hospital says is done: movements and identities, each in one transaction under the heads' locks, whatever was said before."""
import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from hospital.stays.adopting import adopt_known, adopt_same
from hospital.stays.announcements import Identity, MovementNews
from hospital.stays.enums import StayState
from hospital.stays.identities import raise_doubts
from hospital.stays.matching import Matched, match
from hospital.stays.models import Stay
from hospital.stays.numbers import ins_digest, one_at_a_time, stay_digest
from hospital.stays.posting import Said
from hospital.stays.recording import Heard, learn, note_version, stay_of
from hospital.stays.refolding import circles_under, refold
from hospital.stays.remembering import learn_ins, remember
from messaging.feed.services import OpenFeed, all_opened
from people.circles.access import System
from people.circles.models import Circle


@dataclass(frozen=True)
class Applied:
    """What became of it: `applied`, `ignored` (said before), `doubted` (waits for a human), `unmatched`; in which circles.

    `said`: what was done in their threads; `doubts`: ids of the open questions about whom it means.
    """

    outcome: str
    circles: list[UUID] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    doubts: list[UUID] = field(default_factory=list)


class _Rehearsed(Exception):
    """Rolls a dry run back."""


def apply_movement(
    actor: System, *, structure: UUID, identity: Identity, news: MovementNews, known_at: dt.datetime, number: int,
    message: UUID | None = None, known: Matched | None = None,
) -> Applied:  # fmt: skip
    """One movement of one stay, in every circle of whom it is about. Sent again, it changes nothing.

    `known_at`: when it was received; `number`: the message's place in the order of arrival; `message`: which one waits for a human;
    `known`: whom it is about, where the sender names one of our own patients, whom the hospital is bound to.
    Unmatched, nothing is kept but hashes, a state and a unit, for 31 days at most.
    """
    with transaction.atomic():
        one_at_a_time(ins_digest(identity.traits))
        matched = known or match(structure, identity)
        doubts = [doubt.pk for doubt in raise_doubts(structure, identity, matched.doubts, message=message)]
        if not matched.circles:
            return _nobody(structure, identity, news, matched, doubts)
        heard, said, changed = Heard(known_at, number), [], []
        with all_opened(circle.pk for circle in matched.circles) as feeds:
            for circle in circles_under(feeds):
                told = _apply(feeds[circle.pk], circle, structure, identity, news, heard)
                if told is not None:
                    changed.append(circle.pk)
                    said.extend(told)
        return Applied("applied" if changed else "ignored", [circle.pk for circle in matched.circles], said, doubts)


def _nobody(structure: UUID, identity: Identity, news: MovementNews, matched: Matched, doubts: list[UUID]) -> Applied:
    if matched.doubts:
        return Applied("doubted", doubts=doubts or [each.doubt for each in matched.doubts if each.doubt])
    remember(structure, identity, news)
    return Applied("unmatched")


def _apply(feed: OpenFeed, circle: Circle, structure: UUID, identity: Identity, news: MovementNews, heard: Heard) -> list[Said] | None:
    """What was said of it in one circle; None where it was known."""
    said = adopt_known(feed, circle, learn(structure, circle.patient, identity), identity.traits)
    said += adopt_same(feed, circle, structure, stay_digest(structure, news.stay), identity.traits)
    stay = stay_of(structure, circle, news, identity)
    if not note_version(stay, news, heard):
        return said or None
    return said + refold(feed, circle, stay)


def preview_movement(
    actor: System, *, structure: UUID, identity: Identity, news: MovementNews, known_at: dt.datetime, number: int
) -> Applied:  # fmt: skip
    """The same decisions, and nothing stored: whom it would match, what would be shown to whom."""
    applied: list[Applied] = []
    try:
        with transaction.atomic():
            done = apply_movement(actor, structure=structure, identity=identity, news=news, known_at=known_at, number=number)
            applied.append(done)
            raise _Rehearsed
    except _Rehearsed:
        return applied[0]


def apply_identity(
    actor: System, *, structure: UUID, identity: Identity, known_at: dt.datetime, number: int, message: UUID | None = None,
    protected: bool = False, relatives_untold: bool = False,
) -> Applied:  # fmt: skip
    """What is said of a patient apart from any stay (A28, A31): numbers are learnt, and that a running stay is to be kept quiet about."""
    with transaction.atomic():
        one_at_a_time(ins_digest(identity.traits))
        matched = match(structure, identity)
        doubts = [doubt.pk for doubt in raise_doubts(structure, identity, matched.doubts, message=message)]
        if not matched.circles:
            learn_ins(structure, identity)
            return Applied("doubted" if matched.doubts else "unmatched", doubts=doubts)
        said, changed = [], []
        with all_opened(circle.pk for circle in matched.circles) as feeds:
            for circle in circles_under(feeds):
                learnt = learn(structure, circle.patient, identity)
                said += adopt_known(feeds[circle.pk], circle, learnt, identity.traits)
                marked = _mark(feeds[circle.pk], circle, structure, protected=protected, relatives_untold=relatives_untold)
                said += marked
                if learnt or marked:
                    changed.append(circle.pk)
        return Applied("applied" if changed else "ignored", [circle.pk for circle in matched.circles], said, doubts)


def _mark(feed: OpenFeed, circle: Circle, structure: UUID, *, protected: bool, relatives_untold: bool) -> list[Said]:
    """Marks of the patient hold for the stays that go on."""
    if not (protected or relatives_untold):
        return []
    said: list[Said] = []
    for stay in _going_on(circle, structure):
        if (stay.protected, stay.relatives_untold) != (stay.protected or protected, stay.relatives_untold or relatives_untold):
            stay.protected, stay.relatives_untold = stay.protected or protected, stay.relatives_untold or relatives_untold
            said += refold(feed, circle, stay)
    return said


def _going_on(circle: Circle, structure: UUID) -> QuerySet[Stay]:
    states = [StayState.PLANNED, StayState.IN_HOSPITAL, StayState.ON_LEAVE]
    return Stay.objects.filter(circle=circle, structure=structure, state__in=states, released_at=None)
