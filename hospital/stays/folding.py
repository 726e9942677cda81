"""What a stay's movements come to. Pure: the same movements give the same state in whatever order they came.

After IHE PAM France 2.11, ITI-31 (§5.3, §5.4, §6.6): a movement is known by its number within the stay (ZBE-1); it is inserted,
corrected and cancelled by messages that name it; the state is the fold of what is not cancelled by (ZBE-2, event rank, when the
hospital wrote it down), never by arrival alone.
"""
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hospital.stays.enums import Action, Event, StayClass, StayState

# On equal times (SGL-style senders repeat the admission's time on everything): what must have come first.
_RANK = {event: rank for rank, event in enumerate((
    Event.PLANNED, Event.REGISTERED, Event.EMERGENCY, Event.ADMITTED, Event.TRANSFERRED, Event.LEFT, Event.RETURNED, Event.LEAVING,
    Event.DISCHARGED, Event.DIED,
))}  # fmt: skip
BEGINNINGS = frozenset({Event.EMERGENCY, Event.REGISTERED, Event.ADMITTED})
ENDS = frozenset({Event.DISCHARGED, Event.DIED})
_ANNOUNCED = frozenset({Event.PLANNED, Event.LEAVING})  # what has not happened yet moves nobody
_EPOCH = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Version:
    """What one message said of a movement. `unit` is a unit's id or "", `recorded_at` EVN-2, `arrival` the message's number."""

    action: Action
    event: Event
    at: dt.datetime
    known_at: dt.datetime
    arrival: int
    recorded_at: dt.datetime | None = None
    stay_class: StayClass = StayClass.OTHER
    unit: str = ""
    historic: bool = False
    planned: bool | None = None
    protected: bool = False
    relatives_untold: bool = False
    facts: dict[str, str] = field(default_factory=dict)
    numbered: bool = True  # the sender gives its movements numbers

    def as_json(self) -> dict[str, Any]:
        """For the movement's row."""
        times = {name: value.isoformat() if value else None for name in _TIMES for value in [getattr(self, name)]}
        return {**asdict(self), **times}

    @classmethod
    def of_json(cls, raw: dict[str, Any]) -> "Version":
        """From the movement's row."""
        times = {name: dt.datetime.fromisoformat(raw[name]) if raw[name] else None for name in _TIMES}
        words = {"action": Action(raw["action"]), "event": Event(raw["event"]), "stay_class": StayClass(raw["stay_class"])}
        return cls(**{**raw, **times, **words})

    def says_as(self, other: "Version") -> bool:
        """Whether another message said the same: sent twice, it is one."""
        return replace(self, known_at=other.known_at, arrival=other.arrival) == other

    @property
    def newness(self) -> tuple[dt.datetime, int]:
        """Which of two is the later word."""
        return (self.recorded_at or _EPOCH, self.arrival)


_TIMES = ("at", "known_at", "recorded_at")


@dataclass(frozen=True)
class Moved:
    """A movement as it stands now. `pending`: what it corrects or cancels has not come (a Z99 never inserts); `key` tells equals apart."""

    key: str
    said: Version  # the word that holds
    cancelled: bool = False
    pending: bool = False
    protected: bool = False
    relatives_untold: bool = False

    @property
    def counts(self) -> bool:
        """Whether the state follows from it."""
        return not (self.cancelled or self.pending)

    @property
    def order(self) -> tuple[dt.datetime, int, dt.datetime, int, str]:
        """By when it happened, event rank, and which was written down or heard later."""
        return (self.said.at, _RANK[self.said.event], *self.said.newness, self.key)


@dataclass
class Folded:
    """What the movements of a stay come to. `units`: by movement key, where the patient was when it happened."""

    state: StayState = StayState.NONE
    stay_class: StayClass = StayClass.OTHER
    unit: str = ""
    planned_for: dt.datetime | None = None
    admitted_at: dt.datetime | None = None
    discharged_at: dt.datetime | None = None
    died: bool = False
    units: dict[str, str] = field(default_factory=dict)


def merged(key: str, versions: Sequence[Version]) -> Moved:
    """A movement from all that was said of it: a correction beats what it corrects, and the later correction the earlier.

    A cancel holds for ever, also when it came before its insert (a number is never used again, §5.4.1); of a sender without
    numbers the last word holds.
    """
    cancels = [each for each in versions if each.action is Action.CANCEL]
    inserts = [each for each in versions if each.action is Action.INSERT]
    said = sorted(versions, key=lambda each: (_WEIGHT[each.action], each.newness), reverse=True)
    content = said[0]
    unit = next((each.unit for each in said if each.unit), "")
    first = min(each.known_at for each in inserts or versions)
    cancelled = bool(cancels) and (content.numbered or not inserts or max(e.newness for e in cancels) > max(e.newness for e in inserts))
    return Moved(
        key, replace(content, unit=unit, known_at=first), cancelled=cancelled, pending=not inserts,
        protected=any(each.protected for each in versions), relatives_untold=any(each.relatives_untold for each in versions),
    )  # fmt: skip


_WEIGHT = {Action.UPDATE: 2, Action.INSERT: 1, Action.CANCEL: 0}  # a cancel's own content counts only where there is no other


def fold(movements: Iterable[Moved]) -> Folded:
    """The stay's state from its movements."""
    known = sorted(movements, key=lambda each: each.order)
    live = [each for each in known if each.counts]
    folded = Folded()
    if _cancelled(known, live):
        live, folded.state = [], StayState.CANCELLED
    elif not any(each.said.event in BEGINNINGS for each in live) and _begun(known):
        live = [each for each in live if each.said.event is Event.PLANNED]  # its admission was taken back: it is planned again
    for each in live:
        _step(folded, each)
        folded.units[each.key] = each.said.unit or folded.unit
    return folded


def _begun(known: Iterable[Moved]) -> bool:
    return any(each.cancelled and each.said.event in BEGINNINGS for each in known)


def _cancelled(known: Sequence[Moved], live: Sequence[Moved]) -> bool:
    """Nothing is left of it, or its beginning was taken back and it was not planned: what else was told goes with that (A11, §5.4.1)."""
    if not any(each.cancelled and not each.pending for each in known) and not (_begun(known) and live):
        return False
    if not live:
        return True
    return _begun(known) and not any(each.said.event in BEGINNINGS | {Event.PLANNED} for each in live)


def _step(folded: Folded, moved: Moved) -> None:
    said, event = moved.said, moved.said.event
    if event is Event.PLANNED:
        folded.planned_for = said.at
        if folded.state is StayState.NONE:
            folded.state, folded.unit, folded.stay_class = StayState.PLANNED, said.unit, said.stay_class
        return
    if event in BEGINNINGS:
        _begin(folded, said)
    elif event in ENDS:
        folded.state, folded.discharged_at, folded.died = StayState.ENDED, said.at, folded.died or event is Event.DIED
    elif event is not Event.LEAVING and folded.state is not StayState.ENDED:  # only an admission opens again what was ended
        folded.admitted_at = folded.admitted_at or said.at  # its admission has not come yet
        folded.state = StayState.ON_LEAVE if event is Event.LEFT else StayState.IN_HOSPITAL
    if said.unit and event not in _ANNOUNCED:
        folded.unit = said.unit
    if said.stay_class is not StayClass.OTHER:
        folded.stay_class = said.stay_class


def _begin(folded: Folded, said: Version) -> None:
    if folded.state not in {StayState.IN_HOSPITAL, StayState.ON_LEAVE}:
        folded.admitted_at, folded.discharged_at = said.at, None
    if folded.state is not StayState.ON_LEAVE:
        folded.state = StayState.IN_HOSPITAL
