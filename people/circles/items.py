"""How lines about members and states are told, and how a member is written for the API."""
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from foundation import clock
from foundation.clock import rfc3339
from foundation.vault.seal import warm
from messaging.feed.enums import Kind, Standing
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine
from people.accounts.models import Person, Structure
from people.audit.models import TrailLine
from people.circles.enums import CircleState, Role
from people.circles.guardians import term_of
from people.circles.models import Circle, Consent, Delegation, Guardianship, Invitation, Membership, Opposition, StateChange, TeamSeat
from people.circles.queries import intervals, member_with_grants, runs, state_of, told_until
from people.circles.spoken import Words
from people.circles.states import reason_of

OfCircle = TypeVar("OfCircle", StateChange, Consent)


def person_item(person: Person) -> Item:
    """A person as members and authors name one."""
    return {"id": str(person.pk), "name": person.name, "profession": person.profession or None, "gender": person.gender or None}


def member_item(member: Membership, *, untold: bool = False) -> Item:
    """A member: who, as what, since and until when; `untold`: without the terms that only the care team hears of. Needs the grants."""
    grants = intervals(member)
    ends = member.ended_at or told_until(member, grants, untold=untold)
    since = min((grant.since for grant in grants), default=None)
    item = {
        "id": str(member.pk), "person": person_item(member.person), "role": member.role, "standing": member.standing,
        "state": state_of(member, clock.now()), "since": rfc3339(since), "until": rfc3339(ends),
    }
    if member.stands_in_for:
        item["stands_in_for"] = replaced_item(member.stands_in_for)
    return {**item, "via": structure_item(member.via)} if member.via else item


def replaced_item(member: Membership) -> Item:
    """For whom somebody is here: the replaced member, named as an author is."""
    person = member.person
    return {"member": str(member.pk), "name": person.name, "profession": person.profession or None, "role": member.role}


def structure_item(structure: Structure) -> Item:
    """A structure as members and authors name one."""
    return {"id": str(structure.pk), "name": structure.name}


def seat_item(seat: TeamSeat) -> Item:
    """A structure that is a member: which, as what, since and until when."""
    now = clock.now()
    state = "ended" if not runs(seat, now) else "active" if seat.since <= now else "invited"
    return {
        "id": str(seat.pk), "structure": structure_item(seat.structure), "role": seat.role, "standing": Role(seat.role).standing,
        "state": state, "since": rfc3339(seat.since), "until": rfc3339(seat.ended_at or seat.until),
    }


def delegation_item(delegation: Delegation, circles: Iterable[UUID]) -> Item:
    """A replacement as both people of it see it: who for whom, from when to when, around which patients. Needs both people."""
    now = clock.now()
    over = delegation.ended_at is not None or delegation.until <= now
    return {
        "id": str(delegation.pk), "by": person_item(delegation.by), "to": person_item(delegation.to), "from": rfc3339(delegation.since),
        "until": rfc3339(delegation.until), "ended_at": rfc3339(delegation.ended_at),
        "state": "ended" if over else "active" if delegation.since <= now else "planned", "circles": [str(circle) for circle in circles],
    }


def access_items(lines: Sequence[TrailLine]) -> list[Item]:
    """Lines of the trail as the contract writes them, in two statements; a structure only where one is known."""
    people = Person.objects.in_bulk({line.person for line in lines if line.person})
    structures = Structure.objects.in_bulk({line.structure for line in lines if line.structure})
    items = []
    for line in lines:
        person, structure = people.get(line.person), structures.get(line.structure)
        item = {
            "id": str(line.mark), "at": rfc3339(line.at), "person": person_item(person) if person else None,
            "role": line.role, "what": line.what, "right": line.right,
        }
        items.append({**item, "structure": structure_item(structure)} if structure else item)
    return items


def invitation_item(invitation: Invitation) -> Item:
    """An invitation as those see it who may admit: whom, as what, how it stands. Needs circle, patient and inviter at hand or asks."""
    return {
        "id": str(invitation.pk), "way": invitation.way, "email": invitation.mail_address() or None, "role": invitation.role,
        "history": invitation.history, "until": rfc3339(invitation.until), "state": invitation.state_at(timezone.now()),
        "by": person_item(invitation.by.person), "created_at": rfc3339(invitation.created_at), "sent_at": rfc3339(invitation.sent_at),
        "expires_at": rfc3339(invitation.expires_at),
        "member": {"id": str(invitation.member_id), "person": person_item(invitation.member.person)} if invitation.member else None,
    }


def by_item(member: Membership | None) -> Item | None:
    """Who did it, as an alert's owner is named, with the role; None where nobody did."""
    return {"member": str(member.pk), "name": member.person.name, "role": member.role} if member else None


def change_item(change: StateChange) -> Item:
    """A change of the circle's state. Needs circle, patient and author selected."""
    return {"state": change.state, "before": change.before, "cause": change.cause, "by": by_item(change.by), "reason": reason_of(change)}


def consent_item(consent: Consent) -> Item:
    """A consent given or withdrawn. Needs circle, patient and author selected."""
    words = Words.unsealed(consent.circle.patient.vault, f"circles.consent:{consent.mark}", consent.sealed_words)
    return {
        "id": str(consent.mark), "scope": consent.scope, "given": consent.given, "at": rfc3339(consent.at), "by": by_item(consent.by),
        "recorded_as": words.recorded_as, "reason": words.reason,
    }


def opposition_item(opposition: Opposition) -> Item:
    """An opposition, standing or withdrawn. Needs membership with circle, patient and person, and its authors selected."""
    member, mark = opposition.membership, opposition.mark
    words = Words.unsealed(member.circle.patient.vault, f"circles.opposition:{mark}", opposition.sealed_words)
    back = Words.unsealed(member.circle.patient.vault, f"circles.opposition.withdrawal:{mark}", opposition.sealed_withdrawal)
    return {
        "id": str(mark), "member": by_item(member), "at": rfc3339(opposition.at), "by": by_item(opposition.by),
        "recorded_as": words.recorded_as, "reason": words.reason, "withdrawn_at": rfc3339(opposition.withdrawn_at),
        "withdrawn_by": by_item(opposition.withdrawn_by), "withdrawn_as": back.recorded_as,
    }


def guardian_item(guardianship: Guardianship, circle: Circle) -> Item:
    """A guardianship; `until`: it was ended, or its term. Needs membership and author with their people, the circle with its patient."""
    until = guardianship.ended_at or term_of(guardianship, circle)
    return {
        "id": str(guardianship.mark), "member": by_item(guardianship.membership), "ground": guardianship.ground, "until": rfc3339(until),
        "at": rfc3339(guardianship.at), "by": by_item(guardianship.by),
    }


def _members(lines: Sequence[UUID]) -> dict[UUID, Any]:
    """Members and structures: both join and leave."""
    members = member_with_grants(lines)
    others = set(lines) - set(members)
    seats = TeamSeat.objects.select_related("structure").in_bulk(others) if others else {}
    told = {pk: (member_item(member), member_item(member, untold=True), member.opposed) for pk, member in members.items()}
    return told | {pk: (item, item, False) for pk, seat in seats.items() for item in (seat_item(seat),)}


def _changes(lines: Sequence[UUID]) -> dict[UUID, Any]:
    found = StateChange.objects.filter(pk__in=lines).select_related("circle__patient", "by__person")
    return {change.pk: change_item(change) for change in _opened(found)}


def _consents(lines: Sequence[UUID]) -> dict[UUID, Any]:
    found = Consent.objects.filter(mark__in=lines).select_related("circle__patient", "by__person")
    return {consent.mark: {"consent": consent_item(consent)} for consent in _opened(found)}


def _oppositions(lines: Sequence[UUID]) -> dict[UUID, Any]:
    people = ("membership__person", "by__person", "withdrawn_by__person")
    found = Opposition.objects.filter(mark__in=lines).exclude(membership__circle__state=CircleState.ERASED)
    rows = found.select_related("membership__circle__patient", *people)
    return {opposition.mark: {"opposition": opposition_item(opposition)} for opposition in rows}


def _guardians(lines: Sequence[UUID]) -> dict[UUID, Any]:
    found = Guardianship.objects.filter(mark__in=lines).exclude(membership__circle__state=CircleState.ERASED)
    rows = found.select_related("membership__circle__patient", "membership__person", "by__person")
    return {row.mark: {"guardian": guardian_item(row, row.membership.circle)} for row in rows}


def _opened(rows: QuerySet[OfCircle]) -> list[OfCircle]:
    """Rows whose circle has not been erased: the words of an erased one open for nobody."""
    found = [row for row in rows if row.circle.state != CircleState.ERASED]
    warm({row.circle.patient.vault for row in found})
    return found


_LOADERS = {"member": _members, "circle": _changes, "consent": _consents, "opposition": _oppositions, "guardian": _guardians}


def _load(lines: Sequence[FeedLine]) -> dict[UUID, Any]:
    subjects: dict[str, list[UUID]] = {}
    for line in lines:
        subjects.setdefault(line.kind.partition(".")[0], []).append(line.subject)
    return {pk: told for family, wanted in subjects.items() for pk, told in _LOADERS[family](wanted).items()}


def _render(line: FeedLine, content: Any, reader: Reader) -> Item | None:
    told = content.get(line.subject)
    if line.kind.partition(".")[0] != "member" or told is None:
        return told  # type: ignore[no-any-return]  # a line without its row is void
    of_care, of_others, opposed = told
    member = of_care if reader.standing is Standing.CARE_TEAM else of_others
    return {"member": {**member, "opposed": True} if opposed and reader.standing in _TOLD_OF_OPPOSITIONS else member}


# Kinds that tell of the circle itself, not of who comes and goes.
OF_LIFE = (
    Kind.CIRCLE_STATE_CHANGED, Kind.CONSENT_GIVEN, Kind.CONSENT_WITHDRAWN, Kind.OPPOSITION_WITHDRAWN, Kind.GUARDIAN_NAMED,
    Kind.GUARDIAN_ENDED,
)  # fmt: skip
# What stands between the posts as well, where it is about somebody of a hospital.
OF_HOSPITAL = (Kind.MEMBER_JOINED, Kind.MEMBER_LEFT, Kind.GLASS_BROKEN, Kind.GLASS_REVIEWED)
_TOLD_OF_OPPOSITIONS = {Standing.CARE_TEAM, Standing.PATIENT}


def tell() -> None:
    """Registers this room's lines."""
    register(_LOADERS, Teller(_load, _render))
