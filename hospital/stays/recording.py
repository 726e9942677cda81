"""Rows of a stay and its movements, and what was learnt of a patient's numbers. Under the lock of the circle's head."""
import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from foundation import clock
from foundation.errors import Conflict
from foundation.prepared import Prepared
from foundation.vault.seal import seal
from hospital.stays.announcements import Identity, MovementNews
from hospital.stays.enums import Action
from hospital.stays.folding import BEGINNINGS, Moved, Version, merged
from hospital.stays.models import Doubt, HospitalIdentifier, Movement, Stay
from hospital.stays.numbers import identifier_digest, movement_digest, stay_digest
from people.accounts.models import Unit
from people.circles.models import Circle, Patient

ADOPTED = "adopted"  # among a movement's facts: made from what was kept of an open stay, until the hospital tells it itself
_MOST_VERSIONS = 200  # of one movement: all of them are read, and written anew, with each


@dataclass(frozen=True)
class Heard:
    """How a word reached us: when, and which message it was in the order of arrival."""

    known_at: dt.datetime
    number: int


def stay_of(structure: UUID, circle: Circle, news: MovementNews, identity: Identity) -> Stay:
    """The stay that a movement is of, made where it is the first heard of it."""
    digest = stay_digest(structure, news.stay)
    stay = Stay.objects.filter(structure=structure, digest=digest, circle=circle).first()
    if stay is None:
        stay = Stay(structure_id=structure, circle=circle, digest=digest, opened_at=clock.now())
        stay.identifier = _main_link(structure, circle.patient_id, identity)
        stay.save(force_insert=True)
    elif stay.identifier_id is None:
        stay.identifier = _main_link(structure, circle.patient_id, identity)  # saved when it is folded
    stay.circle = circle
    return stay


def _main_link(structure: UUID, patient: UUID, identity: Identity) -> HospitalIdentifier | None:
    if not identity.identifiers:
        return None
    main = identifier_digest(structure, identity.identifiers[0])
    return HospitalIdentifier.objects.filter(structure=structure, digest=main, patient=patient, ended_at=None).first()


_unit = Prepared(lambda structure, code: Unit.objects.filter(structure=structure, code=code), structure=UUID, code=str)


def unit_of(structure: UUID, news: MovementNews) -> Unit | None:
    """The unit that a message names, by its code, else by its label. A code that nobody knew yet is a new unit of that name."""
    if news.unit_code:
        name = (news.unit_name or news.unit_code)[:200]
        code = news.unit_code[:32]
        known = _unit.first(structure=structure, code=code)
        return known or Unit.objects.get_or_create(structure_id=structure, code=code, defaults={"name": name})[0]
    return Unit.objects.filter(structure=structure, name__iexact=news.unit_name).first() if news.unit_name else None


def note_version(stay: Stay, news: MovementNews, heard: Heard) -> bool:
    """Keeps what a message says of a movement. False where it was said before: the same again changes nothing.

    Raises Conflict `hospital.too_many_versions` for a sender that corrects one movement for ever; a first cancel is always heard.
    """
    unit = unit_of(stay.structure_id, news)
    said = Version(
        news.action, news.event, news.at, heard.known_at, heard.number, news.recorded_at, news.stay_class, str(unit.pk) if unit else "",
        news.historic, news.planned, news.protected, news.relatives_untold, dict(news.facts), bool(news.movement[1]),
    )  # fmt: skip
    row = _row_of(stay, news, movement_digest(stay.structure_id, news), heard)
    known = [Version.of_json(raw) for raw in row.versions]
    if any(said.arrival == each.arrival and said.action is each.action for each in known) or _repeats(said, known):
        return False
    if len(known) >= _MOST_VERSIONS and (news.action is not Action.CANCEL or any(each.action is Action.CANCEL for each in known)):
        raise Conflict("hospital.too_many_versions", f"a movement has been told {_MOST_VERSIONS} times")  # the message goes to quarantine
    row.versions = [*row.versions, said.as_json()]
    row.known_at = min(row.known_at, heard.known_at)
    if unit is None and news.unit_name:
        row.sealed_place = seal(stay.circle.patient.vault, f"stays.movement.place:{row.pk}", news.unit_name)
    row.save()
    return True


def _repeats(said: Version, known: list[Version]) -> bool:
    """With a time of writing the same words are the same word; without one only where nothing else was said since."""
    candidates = known if said.recorded_at else known[-1:]
    return any(said.says_as(each) for each in candidates)


def _row_of(stay: Stay, news: MovementNews, digest: bytes, heard: Heard) -> Movement:
    """The movement's row, perhaps a new one. What a sender without numbers cancels is the newest of that event."""
    rows = stay.movements
    row = rows.filter(digest=digest).first()
    if row is None and news.event in BEGINNINGS:
        row = rows.filter(facts__has_key=ADOPTED).first()
        if row is not None:
            row.digest, row.versions, row.facts = digest, [], {}  # told by the hospital itself now
    if row is None and not news.movement[1] and news.action is not Action.INSERT:
        row = rows.filter(event=news.event, at__lte=news.at, cancelled_at=None).order_by("at").last()
    return row or Movement(stay=stay, digest=digest, known_at=heard.known_at)


def moved_of(row: Movement) -> Moved:
    """A row as the fold takes it."""
    return merged(bytes(row.digest).hex(), [Version.of_json(raw) for raw in row.versions])


def store_moved(row: Movement, moved: Moved) -> None:
    """Writes into the columns what follows from a movement's versions; the caller saves."""
    said = moved.said
    row.event = "" if moved.pending else said.event
    row.stay_class, row.unit_id, row.at = said.stay_class, UUID(said.unit) if said.unit else None, said.at
    row.historic, row.arrival, row.facts = said.historic, said.arrival, dict(said.facts)
    if not moved.cancelled:
        row.cancelled_at = None
    elif row.cancelled_at is None:
        row.cancelled_at = clock.now()


def learn(structure: UUID, patient: Patient, identity: Identity, *, doubt: Doubt | None = None) -> list[HospitalIdentifier]:
    """Links the hospital's numbers of a matched identity with the patient, those that are new. `doubt`: whose verdict says so."""
    wanted = {identifier_digest(structure, number): number for number in identity.identifiers}
    if not wanted:
        return []
    known = HospitalIdentifier.objects.filter(structure=structure, patient=patient, digest__in=list(wanted), ended_at=None)
    for digest in known.values_list("digest", flat=True):
        wanted.pop(bytes(digest), None)
    made = []
    for digest, number in wanted.items():
        row = HospitalIdentifier(structure_id=structure, digest=digest, patient=patient, since=clock.now(), doubt=doubt)
        row.sealed_value = seal(patient.vault, f"stays.identifier:{row.pk}", "\x1f".join(number))
        row.save(force_insert=True)
        made.append(row)
    return made


def forget_patient(vault: UUID) -> None:
    """What is kept of an erased patient: numbers, stays, questions about whom they are. Their cards are posts like others."""
    patients = Patient.objects.filter(vault=vault).values("pk")
    Stay.objects.filter(circle__patient__in=patients).delete()
    Doubt.objects.filter(patient__in=patients).delete()
    HospitalIdentifier.objects.filter(patient__in=patients).delete()
