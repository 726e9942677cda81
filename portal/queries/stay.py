"""Where the patient is, as a banner says it to one reader: the care team by hospital and unit, the others by the cards they were told.

What the others read follows from their own cards alone: a stay that was never told them, or that became discreet on the way, moves nothing.
"""
import datetime as dt
from dataclasses import dataclass
from typing import Any

from foundation import clock
from foundation.clock import rfc3339
from hospital.stays.enums import Discretion, StayClass, StayState
from hospital.stays.models import BrokenGlass, DiscreetUnit, Hospital, Stay
from journal.enums import PostKind
from journal.models import Post
from messaging.feed.enums import Standing
from messaging.feed.items import Reader
from people.circles.models import Membership

_THERE = (StayState.IN_HOSPITAL, StayState.ON_LEAVE)
_OUTPATIENT = (StayClass.OUTPATIENT, StayClass.RECURRING)
_OF_OTHERS = ("in_hospital", "home", "left")
_MOST_CARDS = 20  # the newest: cards tell of coming and going, and one of them is the last


@dataclass(frozen=True)
class Staying:
    """A stay that runs. `hospital` and `unit` are None for who is not told of them."""

    since: dt.datetime
    on_leave: bool
    hospital: tuple[str, str] | None = None  # (id, name)
    unit: tuple[str, str] | None = None  # (code, name)

    @property
    def place(self) -> str:
        """"CH de Dax, Cardiologie", or ""."""
        return ", ".join(part[1] for part in (self.hospital, self.unit) if part)


def staying_of(reader: Membership) -> Staying | None:
    """The stay of the patient that this member is told of: the newest that runs."""
    if reader.stands != Standing.CARE_TEAM:
        return _as_told(reader)
    running = Stay.objects.filter(circle=reader.circle_id, state__in=_THERE, admitted_at__lte=clock.now())
    for stay in running.select_related("structure", "unit").order_by("-admitted_at", "-pk"):
        if stay.admitted_at is not None and not _is_nobodys(stay):
            unit = (stay.unit.code, stay.unit.name) if stay.unit else None
            return Staying(stay.admitted_at, stay.state == StayState.ON_LEAVE, (str(stay.structure_id), stay.structure.name), unit)
    return None


def _is_nobodys(stay: Stay) -> bool:
    """A consultation, or a protected stay or one in a discreet unit, of which the hospital tells nobody."""
    hospital = Hospital.objects.filter(structure=stay.structure_id).first() or Hospital(structure_id=stay.structure_id)
    if stay.stay_class in _OUTPATIENT and not hospital.outpatients:
        return True
    if hospital.discretion != Discretion.NOBODY:
        return False
    return stay.protected or DiscreetUnit.objects.filter(unit=stay.unit_id).exists()


def _as_told(reader: Membership) -> Staying | None:
    standing = reader.stands
    told = Post.objects.visible_to(Reader(standing, reader.first)).filter(circle=reader.circle_id, kind=PostKind.HOSPITAL_EVENT)
    newest = told.filter(retracted_at=None).select_related("circle__patient").order_by(f"-{standing.column}_seq")[:_MOST_CARDS]
    cards = [post.kept().card(whole=False) for post in newest if not post.is_whole_for(standing)]
    said = [card.data for card in cards if card and card.data.get("what") in _OF_OTHERS and not card.data.get("cancelled_at")]
    last = max(said, key=lambda data: str(data["since"]), default=None)
    if last is None or last["what"] != "in_hospital":
        return None
    return Staying(dt.datetime.fromisoformat(last["since"]), False)


def stay_item(reader: Membership) -> dict[str, Any] | None:
    """The same for the API: `since`, `state`, and for the care team `hospital` and `unit` {`code`, `name`}."""
    staying = staying_of(reader)
    if staying is None:
        return None
    item: dict[str, Any] = {"since": rfc3339(staying.since), "state": StayState.ON_LEAVE if staying.on_leave else StayState.IN_HOSPITAL}
    if staying.hospital is None:
        return item
    unit = {"code": staying.unit[0], "name": staying.unit[1]} if staying.unit else None
    return {**item, "hospital": staying.hospital[1], "unit": unit}


def glass_until(reader: Membership) -> dt.datetime | None:
    """Until when this member is here by force of an emergency alone; None: they are not."""
    glass = BrokenGlass.objects.filter(membership=reader, until__gt=clock.now()).order_by("-until").first()
    return glass.until if glass else None
