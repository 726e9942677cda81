"""What stands in the agenda without anybody having written it there: stays in hospital, and members' absences.

A stay is seen as the banner tells it: the care team sees stay, hospital and unit, the others what their own cards said.
"""
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid5

from django.db.models import Q

from care.agenda.enums import Source
from care.agenda.models import occurrence_key
from care.agenda.occurrences import Expected, Occurrence
from foundation import clock
from hospital.stays.enums import Discretion, StayClass, StayState
from hospital.stays.models import DiscreetUnit, Hospital, Stay
from journal.enums import PostKind
from journal.models import Post
from messaging.feed.enums import Standing
from people.circles.enums import PASSING, CircleState
from people.circles.models import Grant, Membership
from people.circles.policy import TEAM_ROLES
from people.duty.models import Absence

_OUTPATIENT = (StayClass.OUTPATIENT, StayClass.RECURRING)
_TOLD = (StayState.PLANNED, StayState.IN_HOSPITAL, StayState.ON_LEAVE, StayState.ENDED)
_MOST_CARDS = 60
_SOON = dt.timedelta(days=14)
Members = Sequence[Membership]


def stays_of(members: Members, since: dt.datetime, until: dt.datetime) -> list[Occurrence]:
    """Stays that touch [since, until) in these circles, each as its reader is told of it. A fixed number of statements."""
    whole = {member.circle_id: member for member in members if member.stands is Standing.CARE_TEAM}
    told = [member for member in members if member.stands is not Standing.CARE_TEAM]
    found = [*_known(whole, until), *[one for member in told for one in _as_told(member)]]
    return [one for one in found if one.touches(since, until)]


def _known(circles: Mapping[UUID, Membership], until: dt.datetime) -> list[Occurrence]:
    """The care team's: planned ones until their time has come, others as long as they last."""
    rows = Stay.objects.filter(circle__in=list(circles), state__in=_TOLD) if circles else Stay.objects.none()
    stays = list(rows.filter(Q(admitted_at__lt=until) | Q(planned_for__lt=until)).select_related("structure", "unit", "circle"))
    hidden = _nobodys(stays)
    found = []
    for stay in stays:
        planned = stay.state == StayState.PLANNED
        start = stay.planned_for if planned else stay.admitted_at
        if start is None or stay.pk in hidden or (planned and start < clock.now() - dt.timedelta(days=1)):
            continue
        end = start + dt.timedelta(hours=1) if planned else stay.discharged_at
        place = ", ".join(part for part in (stay.structure.name, stay.unit.name if stay.unit else "") if part)
        found.append(_stay(stay.circle_id, str(stay.pk), start, end, stay.circle.zone, "planned" if planned else "", place))
    return found


def _nobodys(stays: Iterable[Stay]) -> set[UUID]:
    """Consultations, and protected stays or those in discreet units, where the hospital tells nobody of them."""
    found = list(stays)
    hospitals = Hospital.objects.in_bulk({stay.structure_id for stay in found}) if found else {}
    discreet = set(DiscreetUnit.objects.filter(unit__in={stay.unit_id for stay in found if stay.unit_id}).values_list("unit", flat=True))
    hidden = set()
    for stay in found:
        hospital = hospitals.get(stay.structure_id) or Hospital(structure_id=stay.structure_id)
        silent = hospital.discretion == Discretion.NOBODY and (stay.protected or stay.unit_id in discreet)
        if silent or (stay.stay_class in _OUTPATIENT and not hospital.outpatients):
            hidden.add(stay.pk)
    return hidden


def _as_told(reader: Membership) -> list[Occurrence]:
    """From the reader's own cards alone: "in hospital since", until the next "home since"."""
    standing = reader.stands
    seen = {f"{standing.column}_seq__gte": reader.first}
    posts = Post.objects.filter(**seen, circle=reader.circle_id, kind=PostKind.HOSPITAL_EVENT, retracted_at=None)
    newest = posts.select_related("circle__patient").order_by(f"-{standing.column}_seq")[:_MOST_CARDS]
    cards = [card for post in newest if not post.is_whole_for(standing) and (card := post.kept().card(whole=False))]
    said = [(dt.datetime.fromisoformat(card.data["since"]), str(card.data["what"])) for card in cards if _holds(card.data)]
    found: list[Occurrence] = []
    began: dt.datetime | None = None
    for at, what in sorted(said):
        if what == "in_hospital":
            began = began or at
        elif began is not None:
            found.append(_told(reader, began, at))
            began = None
    return [*found, _told(reader, began, None)] if began else found


def _holds(data: Mapping[str, object]) -> bool:
    return data.get("what") in {"in_hospital", "home", "left"} and not data.get("cancelled_at")


def _told(reader: Membership, start: dt.datetime, end: dt.datetime | None) -> Occurrence:
    name = str(uuid5(reader.circle_id, f"{reader.standing}:{occurrence_key(start)}"))
    return _stay(reader.circle_id, name, start, end, reader.circle.zone, "", "")


def _stay(circle: UUID, name: str, start: dt.datetime, end: dt.datetime | None, zone: str, title: str, place: str) -> Occurrence:
    return Occurrence(circle, Source.STAY, name, occurrence_key(start), "stay", start, end, zone=zone, title=title, place=place)


def absences_of(readers: Mapping[UUID, Membership], since: dt.datetime, until: dt.datetime) -> list[Occurrence]:
    """When members of the teams are away, in circles given with who reads there. Whoever is here for a stay or an emergency is left out.

    The care team sees all of it. That a member can't be reached, and until when, is shown to everybody in the circle already: the
    others see what runs now or begins within a fortnight, and so nothing that was over before they came.
    """
    now = clock.now()
    circles = list(readers)
    running = Grant.objects.live(clock.now()).filter(membership__circle__in=circles, membership__ended_at=None)
    here = running.filter(membership__role__in=TEAM_ROLES, membership__circle__state=CircleState.ACTIVE).exclude(source__in=PASSING)
    members = {grant.membership_id: grant.membership for grant in here.select_related("membership__person")}
    away = Absence.objects.filter(person__in={member.person_id for member in members.values()}, since__lt=until, until__gt=since)
    by_person: dict[UUID, list[Absence]] = {}
    for absence in away if members else []:
        by_person.setdefault(absence.person_id, []).append(absence)
    return [
        _absence(member, one, readers[member.circle_id].circle.zone)
        for member in members.values()
        for one in by_person.get(member.person_id, ())
        if readers[member.circle_id].stands is Standing.CARE_TEAM or (one.until > now and one.since < now + _SOON)
    ]  # fmt: skip


def own_absences(members: Members, since: dt.datetime, until: dt.datetime) -> list[Occurrence]:
    """When a person is away, given all their memberships: once, whatever the number of circles. Of those who work, no others."""
    working = [member for member in members if member.role in TEAM_ROLES]
    if not working:
        return []
    first = working[0]
    mine = Absence.objects.filter(person=first.person_id, since__lt=until, until__gt=since)
    return [_absence(first, one, first.circle.zone) for one in mine]


def _absence(member: Membership, absence: Absence, zone: str) -> Occurrence:
    who, key = expected(member), occurrence_key(absence.since)
    name = str(uuid5(member.pk, key))
    return Occurrence(
        member.circle_id, Source.ABSENCE, name, key, "absence", absence.since, absence.until, zone=zone, attendees=(who,),
    )  # fmt: skip


def expected(member: Membership) -> Expected:
    """A membership, with its person, as the agenda names it."""
    person = member.person
    return Expected(member.pk, person.pk, person.name, member.role, person.profession, person.gender)
