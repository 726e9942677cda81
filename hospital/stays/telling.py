"""Which movement makes which cards, for which standings. Pure but for the words, which are the site's language (`LANGUAGE_CODE`).

The care team sees hospital, unit and kind; the wider team, patient and relatives a card of their own, "in hospital since … / home
since …", without unit, reason or hospital. Protected stays and the units on the hospital's list are told to the care team only, or to
nobody; where somebody is marked NK1-7 = P, relatives are told nothing of that stay.
"""
import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from foundation.clock import rfc3339
from hospital.stays.enums import Discretion, Event
from hospital.stays.folding import Moved
from journal.enums import Urgency
from journal.events import EventCard, EventCards
from messaging.feed.enums import EVERYONE, Standing, Standings

CARE: Standings = frozenset({Standing.CARE_TEAM})
_HOME = frozenset({"", "8", "home"})  # ZFM-2, or nothing said
_HOME_PLACES = frozenset({"", "6", "home"})  # ZFM-4: 6 is hospital care at home
_MEDICAL = frozenset("MH")  # ZBE-9: the medical responsibility or the lodging changed; L, D and S are beds, tariffs and status


@dataclass(frozen=True)
class Place:
    """Where and when a card plays: the circle's zone, the hospital, the unit's code and name ("" where unknown)."""

    zone: str
    stay: str
    hospital: str
    unit_code: str = ""
    unit_name: str = ""


@dataclass(frozen=True)
class Rules:
    """What the hospital has set and what is marked, as it holds for one movement."""

    discreet: bool = False  # a protected stay, or a unit on the hospital's list
    discretion: Discretion = Discretion.CARE_TEAM
    relatives_untold: bool = False
    announced: bool = False  # the stay was planned (A05), and that stands
    outpatients: bool = False
    leaves: bool = False


@dataclass(frozen=True)
class Wanted:
    """What is to be told of a movement."""

    cards: EventCards
    readers: Standings
    urgency: Urgency


def is_told(moved: Moved, rules: Rules) -> bool:
    """Whether a movement is told at all, to anybody."""
    event, facts = moved.said.event, moved.said.facts
    if not moved.counts or (rules.discreet and rules.discretion == Discretion.NOBODY):
        return False
    if event is Event.TRANSFERRED:
        return bool(set(facts.get("nature", "").upper()) & _MEDICAL)
    if event in {Event.LEFT, Event.RETURNED}:
        return rules.leaves
    return event is not Event.REGISTERED or rules.outpatients


def standings_of(moved: Moved, rules: Rules) -> Standings:
    """Who sees a card of a movement that is told: beyond the care team only of coming and going, and only where nothing is discreet."""
    if rules.discreet or for_others(moved) == "":
        return CARE
    return EVERYONE - {Standing.RELATIVES} if rules.relatives_untold else EVERYONE


def for_others(moved: Moved) -> str:
    """What the card beyond the care team says: `in_hospital`, `home`, `left`; "" where there is none."""
    event, facts = moved.said.event, moved.said.facts
    if event in {Event.ADMITTED, Event.EMERGENCY}:
        return "in_hospital"
    if event is Event.DISCHARGED:
        elsewhere = facts.get("mode", "") not in _HOME or facts.get("destination", "") not in _HOME_PLACES or facts.get("next", "")
        return "left" if elsewhere else "home"
    return ""


def urgency_of(moved: Moved, *, announced: bool) -> Urgency:
    """A discharge, a passage through the emergency room and an unplanned admission are owned like an urgent post.

    Planned is what the hospital calls so, or where it says neither, a stay that it had announced. When in doubt, somebody has to own it.
    """
    said = moved.said
    planned = announced if said.planned is None else said.planned
    unplanned = said.event is Event.ADMITTED and not planned
    return Urgency.URGENT if unplanned or said.event in {Event.DISCHARGED, Event.EMERGENCY} else Urgency.INFO


def wanted(moved: Moved, place: Place, rules: Rules) -> Wanted | None:
    """What is to be told of a movement as it stands, or None."""
    if not is_told(moved, rules):
        return None
    readers = standings_of(moved, rules)
    others = _others_card(moved, place) if readers != CARE else None
    return Wanted(EventCards(_care_card(moved, place), others), readers, urgency_of(moved, announced=rules.announced))


def _care_card(moved: Moved, place: Place) -> EventCard:
    said = moved.said
    unit = {"code": place.unit_code, "name": place.unit_name} if place.unit_code or place.unit_name else None
    data: dict[str, Any] = {
        "what": str(said.event), "stay": place.stay, "hospital": place.hospital, "unit": unit, "at": rfc3339(said.at),
        "known_at": rfc3339(said.known_at), "historic": said.historic,
    }  # fmt: skip
    if said.event in {Event.PLANNED, Event.LEAVING}:
        data["planned_for"] = rfc3339(said.at)
    if said.event is Event.DISCHARGED:
        data["home"] = for_others(moved) == "home"
    where = ", ".join(part for part in (place.hospital, place.unit_name) if part)
    return EventCard(care_sentence(said.event, where, said.at, place.zone), data)


def _others_card(moved: Moved, place: Place) -> EventCard:
    what = for_others(moved)
    return EventCard(others_sentence(what, moved.said.at, place.zone), {"what": what, "since": rfc3339(moved.said.at)})


def care_sentence(event: Event, where: str, at: dt.datetime, zone: str) -> str:
    """A plain sentence for clients that draw no event."""
    with override(settings.LANGUAGE_CODE):
        sentences = {
            Event.PLANNED: _("Stay planned: %(where)s, on %(at)s."),
            Event.ADMITTED: _("Admitted: %(where)s, on %(at)s."),
            Event.EMERGENCY: _("In the emergency room: %(where)s, on %(at)s."),
            Event.REGISTERED: _("Registered as an outpatient: %(where)s, on %(at)s."),
            Event.TRANSFERRED: _("Moved to another unit: %(where)s, on %(at)s."),
            Event.LEFT: _("On leave from the hospital: %(where)s, on %(at)s."),
            Event.RETURNED: _("Back from leave: %(where)s, on %(at)s."),
            Event.LEAVING: _("Discharge expected: %(where)s, on %(at)s."),
            Event.DISCHARGED: _("Discharged: %(where)s, on %(at)s."),
            Event.DIED: _("Death announced by the hospital: %(where)s, on %(at)s."),
        }
        return sentences[event] % {"where": where, "at": moment(at, zone)}


def others_sentence(what: str, at: dt.datetime, zone: str) -> str:
    """The sentence of the card beyond the care team: neither hospital nor unit."""
    with override(settings.LANGUAGE_CODE):
        sentences = {
            "in_hospital": _("In hospital since %(at)s."),
            "home": _("Home from hospital since %(at)s."),
            "left": _("Not in this hospital any more since %(at)s."),
        }
        return sentences[what] % {"at": moment(at, zone)}


def cancelled_cards(before: EventCards, post: str, known_at: dt.datetime) -> EventCards:
    """The cards that say that an announcement does not hold, for those who got it."""
    with override(settings.LANGUAGE_CODE):
        care_words = _("The hospital takes back: %(text)s") % {"text": before.care.text}
        others_words = _("Taken back: %(text)s") % {"text": before.others.text} if before.others else ""
    kept = {name: before.care.data.get(name) for name in ("stay", "hospital", "unit")}
    at = rfc3339(known_at)
    care = EventCard(care_words, {"what": "cancelled", **kept, "at": at, "known_at": at, "historic": False, "cancels": post})
    others = EventCard(others_words, {"what": "cancelled", "since": at, "cancels": post}) if before.others else None
    return EventCards(care, others)


def reason_words(why: str) -> str:
    """Why a card was corrected or withdrawn: `corrected`, `cancelled`, `void` (with its stay), `restricted`, `another`."""
    with override(settings.LANGUAGE_CODE):
        return {
            "corrected": _("Corrected by the hospital."),
            "cancelled": _("Cancelled by the hospital."),
            "void": _("It no longer holds, by what the hospital has said since."),
            "restricted": _("Told anew to those whom it concerns."),
            "another": _("It was about somebody else."),
        }[why]


def moment(at: dt.datetime, zone: str) -> str:
    """A moment in words, in the circle's time zone and the language that is set."""
    local = at.astimezone(ZoneInfo(zone))
    return pgettext("a moment", "%(day)s at %(time)s") % {
        "day": formats.date_format(local, "DATE_FORMAT"), "time": formats.time_format(local, "TIME_FORMAT"),
    }  # fmt: skip
