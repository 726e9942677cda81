"""Which of a hospital's people work in which of its units: by its file, by its sign-in, or by its administrator, one by one.

Whoever is no longer on a list loses every right that rests on it, in the same transaction.
"""
import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict, Invalid, NotFound
from people.accounts.access import require_still
from people.accounts.appointments import note, note_all
from people.accounts.enums import Done
from people.accounts.locks import lock_people, locked_person, locked_structure
from people.accounts.models import Administrator, Affiliation, Person, Unit
from people.accounts.queries import works
from people.accounts.shared import is_role_address, is_shared
from people.accounts.teams import join_team, leave_unit, tell_team
from people.accounts.unit_files import Refusal, Row, read_rows

Place = tuple[UUID, UUID]  # (person, unit)


@dataclass(frozen=True)
class Change:
    """What would change, or has: `what` is "added", "moved" (another beginning or end) or "ended"."""

    what: str
    person: Person
    unit: Unit
    since: dt.datetime
    until: dt.datetime | None


@dataclass
class Report:
    """What a file says: what changes, what is refused and why, how much stays as it is.

    `spared`: who is missing in it and keeps the unit all the same, for a line that is refused may be theirs.
    """

    changes: list[Change] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    kept: int = 0
    spared: list[Change] = field(default_factory=list)


def import_units(actor: Administrator | None, *, structure: UUID, file: bytes, whole: bool = True, dry: bool = True) -> Report:
    """Makes the lists of a hospital's units what a file says; dry, only says what that would be.

    `whole`: who is missing in the file loses the unit, unless a line of it is refused: then nobody does. An administrator (None: somebody
    at the machine) names only people of their own team; who is not gets an invitation first. Raises NotFound where the administration has
    ended.
    """
    rows, refused = read_rows(file, settings.CIRCLE_TIME_ZONE)
    with transaction.atomic():
        if actor is not None:
            require_still(actor)
        known = _people(rows)
        lock_people({person.pk for person in known.values()} | _listed_people(structure))
        locked_structure(structure)
        report = _planned(structure, rows, known, whole=whole, strangers=actor is None)
        report.refused = sorted([*refused, *report.refused], key=lambda one: one.line)
        if report.refused:
            report.spared = [one for one in report.changes if one.what == "ended"]
            report.changes = [one for one in report.changes if one.what != "ended"]
        if not dry and report.changes:
            _store(structure, report.changes)
            note_all(actor.person if actor else None, [(_DEEDS[one.what], one.person) for one in report.changes], structure=structure)
    return report


def follow_claims(person: Person, *, structure: UUID, codes: Iterable[str]) -> Report:
    """Makes somebody's units what the hospital's own sign-in says now: units that it has not are passed over, others end."""
    with transaction.atomic():
        lock_people([person.pk])
        locked_structure(structure)
        rows = [Row(0, person.rpps, code, None, None) for code in dict.fromkeys(codes)]
        report = _planned(structure, rows, {person.rpps: person}, whole=True, strangers=True, only=person.pk)
        if report.changes:
            _store(structure, report.changes)
            note_all(person, [(_DEEDS[one.what], person) for one in report.changes], structure=structure, right="own")
    return report


def place_in_unit(
    actor: Administrator, *, person: UUID, unit: UUID, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> None:
    """Puts somebody of the actor's team on a unit's list. Raises NotFound, Invalid `accounts.term_past`, Conflict `accounts.shared` or
    `accounts.in_unit`."""
    with transaction.atomic():
        colleague, place = _at_hand(actor, person, unit)
        if is_shared(colleague.given_name, colleague.family_name, colleague.email):
            raise Conflict("accounts.shared", _("This looks like an account that several people use. Nobody shares an account here."))
        if until is not None and until <= max(clock.now(), since or clock.now()):
            raise Invalid("accounts.term_past", _("The term lies in the past."), errors={"until": _("Choose a later moment.")})
        if works(actor.structure_id, person).filter(unit=place).exists():
            raise Conflict("accounts.in_unit", _("This person is on the unit's list already."))
        join_team(person=colleague, structure=actor.structure_id, unit=place, since=since, until=until)
        note(actor.person, Done.UNIT_ADDED, structure=actor.structure_id, about=colleague, until=until)


def take_from_unit(actor: Administrator, *, person: UUID, unit: UUID) -> None:
    """Takes somebody off a unit's list, with every stay's right that rests on it. Raises NotFound."""
    with transaction.atomic():
        colleague, place = _at_hand(actor, person, unit)
        if not leave_unit(person=colleague, unit=place):
            raise NotFound
        note(actor.person, Done.UNIT_ENDED, structure=actor.structure_id, about=colleague)


def keep_unit(actor: Administrator, *, code: str, name: str) -> Unit:
    """A unit of the actor's hospital by its code, new or called anew. Raises NotFound, Invalid `accounts.bad_unit`."""
    code, name = code.strip(), " ".join(name.split())
    if not 0 < len(code) <= 32 or not 0 < len(name) <= 200:
        sentence = _("A unit has a code and a name.")
        raise Invalid("accounts.bad_unit", sentence, errors={"code" if not code else "name": sentence})
    with transaction.atomic():
        require_still(actor)
        locked_structure(actor.structure_id)
        unit, _made = Unit.objects.update_or_create(structure_id=actor.structure_id, code=code, defaults={"name": name})
        note(actor.person, Done.SETTINGS, structure=actor.structure_id)
    return unit


def unit_lists(structure: UUID) -> list[tuple[Unit, list[Affiliation]]]:
    """Every unit of a hospital by name, with who is on its list now or will be; in two statements."""
    by_unit: dict[UUID, list[Affiliation]] = {}
    for row in _listed(structure).select_related("person"):
        if row.unit_id:
            by_unit.setdefault(row.unit_id, []).append(row)
    return [(unit, by_unit.get(unit.pk, [])) for unit in Unit.objects.filter(structure=structure).order_by("name", "code")]


_DEEDS = {"added": Done.UNIT_ADDED, "moved": Done.UNIT_ADDED, "ended": Done.UNIT_ENDED}


def _listed(structure: UUID) -> QuerySet[Affiliation]:
    """On the list of a unit now or later."""
    now = clock.now()
    return Affiliation.objects.filter(Q(until=None) | Q(until__gt=now), structure=structure, unit__isnull=False).order_by("since", "pk")


def _listed_people(structure: UUID) -> set[UUID]:
    return set(_listed(structure).values_list("person", flat=True))


def _people(rows: Collection[Row]) -> dict[str, Person]:
    """Who is named, by address or number. A number that two accounts have names nobody."""
    addresses = {row.who for row in rows if not row.by_rpps}
    found = {person.email: person for person in Person.objects.filter(email__in=addresses) if person.email}
    twice: set[str] = set()
    for person in Person.objects.filter(rpps__in={row.who for row in rows if row.by_rpps}, is_active=True):
        if person.rpps in found:
            twice.add(person.rpps)
        found[person.rpps] = person
    return {who: person for who, person in found.items() if who not in twice}


def _planned(
    structure: UUID, rows: Collection[Row], known: dict[str, Person], *, whole: bool, strangers: bool, only: UUID | None = None
) -> Report:
    """What the lists would have to change, under the locks."""
    report, now = Report(), clock.now()
    units = {unit.code: unit for unit in Unit.objects.filter(structure=structure)}
    team = set(Affiliation.objects.filter(Q(until=None) | Q(until__gt=now), structure=structure).values_list("person", flat=True))
    listed: dict[Place, Affiliation] = {}
    for held in _listed(structure).select_related("person", "unit"):
        if held.unit_id and only in {None, held.person_id}:
            listed.setdefault((held.person_id, held.unit_id), held)
    seen: set[Place] = set()
    for row in rows:
        person, unit = known.get(row.who), units.get(row.code)
        code = _refused(row, person, unit, strangers or (person is not None and person.pk in team))
        if code or person is None or unit is None or (person.pk, unit.pk) in seen:
            report.refused.append(Refusal(row.line, code or "twice", row.who))
            continue
        if row.until is None or row.until > now:
            seen.add((person.pk, unit.pk))
            _compare(report, row, person, unit, listed.get((person.pk, unit.pk)), now)
    gone = [held for place, held in listed.items() if place not in seen] if whole else []
    report.changes += [Change("ended", held.person, held.unit, held.since, now) for held in gone if held.unit]
    return report


def _refused(row: Row, person: Person | None, unit: Unit | None, here: bool) -> str:
    """Why a line changes nothing; "" where it may."""
    if person is None:
        return "shared" if not row.by_rpps and is_role_address(row.who) else "unknown_person"
    if is_shared(person.given_name, person.family_name, person.email):
        return "shared"
    if unit is None:
        return "unknown_unit"
    return "" if here and person.is_active else "elsewhere"


def _compare(report: Report, row: Row, person: Person, unit: Unit, held: Affiliation | None, now: dt.datetime) -> None:
    if held is None:
        report.changes.append(Change("added", person, unit, row.since or now, row.until))
    elif row.until != held.until or (row.since is not None and row.since != held.since):
        report.changes.append(Change("moved", person, unit, row.since or held.since, row.until))
    else:
        report.kept += 1


def _store(structure: UUID, changes: Collection[Change]) -> None:
    """Rows, and what follows from them upstairs."""
    now = clock.now()
    for change in changes:
        mine = _listed(structure).filter(person=change.person, unit=change.unit)
        if change.what == "ended":
            mine.update(until=now)
        elif change.what == "moved":
            mine.update(since=change.since, until=change.until)
    added = [change for change in changes if change.what == "added"]
    rows = [Affiliation(person=one.person, structure_id=structure, unit=one.unit, since=one.since, until=one.until) for one in added]
    Affiliation.objects.bulk_create(rows, batch_size=500)
    tell_team(structure, {change.person.pk for change in changes})


def _at_hand(actor: Administrator, person: UUID, unit: UUID) -> tuple[Person, Unit]:
    """Somebody of the actor's team and a unit of theirs, the person and the structure locked. Raises NotFound."""
    require_still(actor)
    colleague = locked_person(person)
    locked_structure(actor.structure_id)
    place = Unit.objects.filter(pk=unit, structure=actor.structure_id).first()
    if colleague is None or place is None or not works(actor.structure_id, person).exists():
        raise NotFound
    return colleague, place
