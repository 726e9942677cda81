"""Questions about the plan: what it consists of for a reader, its editions, who agreed to which, who refers and when it is reviewed."""
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from care.agenda.models import Appointment
from care.plan.enums import Part
from care.plan.models import Agreement, Edition, Planned, Publication, StayRequest
from care.tasks.models import Task
from foundation import clock
from foundation.vault.seal import unseal, warm
from messaging.feed.enums import Standing
from messaging.feed.items import Reader
from people.circles.access import reader_of
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.queries import live_members

PARTS = [part.value for part in Part]


@dataclass(frozen=True)
class Agreed:
    """An agreement as a reader is told it: `number` is that of the edition in the reader's standing, `latest` whether it is the newest."""

    agreement: Agreement
    number: int
    latest: bool


@dataclass(frozen=True)
class Review:
    """Who refers for the plan and when it is reviewed next. `left`: the referent is in the circle no more; `due`: the day has come."""

    entry: Planned
    referent: Membership | None
    left: bool
    due_on: dt.date | None
    due: bool


def entries_for(member: Membership) -> list[Planned]:
    """The plan's living entries that a member reads, by part, then as they were made."""
    rows = Planned.objects.visible_to(reader_of(member)).whole().filter(circle=member.circle_id, ended_at=None)
    return _in_order(rows)


def living_entries(circle: UUID) -> list[Planned]:
    """All living entries of a circle, for the services that make editions."""
    return _in_order(Planned.objects.whole().filter(circle=circle, ended_at=None))


def _in_order(rows: QuerySet[Any]) -> list[Planned]:
    found: list[Planned] = list(rows)
    warm({one.vault for one in found})
    return sorted(found, key=lambda one: (PARTS.index(one.part), one.made_at, one.pk))


def content_for(entries: Iterable[Planned], standing: Standing) -> list[dict[str, Any]]:
    """The plan as a standing reads it: what an edition keeps."""
    return [
        {"id": str(one.pk), "part": one.part, "audience": one.audience, **one.words()}
        for one in entries if standing in Audience(one.audience).readers
    ]  # fmt: skip


def edition_place(edition: Edition) -> str:
    """Where an edition's content is sealed for."""
    return f"plan.edition:{edition.publication_id}:{edition.standing}"


def content_of(edition: Edition | None) -> list[dict[str, Any]]:
    """An edition's content; that of no edition is empty. Needs circle and patient. Raises SealBroken."""
    if edition is None:
        return []
    content: list[dict[str, Any]] = json.loads(unseal(edition.circle.patient.vault, edition_place(edition), edition.sealed_content))
    return content


def editions_for(member: Membership) -> list[Edition]:
    """The editions that a member may read, newest first: of who came in "from now" those since, and the one in force then."""
    reader = reader_of(member)
    rows = _editions([member.circle_id]).filter(standing=reader.standing).order_by("-number")
    return _known_to(reader, list(rows))


def _known_to(reader: Reader, newest_first: Sequence[Edition]) -> list[Edition]:
    since = [one for one in newest_first if one.seq >= reader.first]
    return since or list(newest_first[:1])


def newest_editions(circle: UUID) -> dict[str, Edition]:
    """By standing, its newest edition."""
    rows = _editions([circle]).order_by("number")
    return {one.standing: one for one in rows}


def _editions(circles: Iterable[UUID]) -> QuerySet[Edition]:
    return Edition.objects.filter(circle__in=list(circles)).select_related("publication__by__person", "circle__patient")


def agreements_for(editions: Sequence[Edition]) -> list[Agreed]:
    """Who agreed to what a reader may read (`editions_for`), each person's newest agreement, in the order of the agreements."""
    numbers = {one.publication_id: one.number for one in editions}
    rows = Agreement.objects.filter(publication__in=numbers).select_related("member__person").order_by("at")
    newest: dict[tuple[UUID, bool], Agreed] = {}
    for one in rows:
        key = (UUID(int=0) if one.of_patient else one.member.person_id, one.of_patient or one.member.role == "patient")
        number = numbers[one.publication_id]
        if key not in newest or newest[key].number <= number:
            newest[key] = Agreed(one, number, number == editions[0].number)
    return sorted(newest.values(), key=lambda one: one.agreement.at)


def review_of(entries: Iterable[Planned]) -> Review | None:
    """Who refers for the plan, among the entries that a reader reads; None where nobody is named."""
    entry = next((one for one in entries if one.part == Part.REFERENT), None)
    if entry is None:
        return None
    named = entry.words().get("member")
    referent = Membership.objects.select_related("person").filter(pk=named, circle=entry.circle_id).first() if named else None
    here = bool(referent) and live_members([entry.circle_id]).filter(membership=named).exists()
    day = dt.date.fromisoformat(entry.words()["due_on"]) if entry.words().get("due_on") else None
    return Review(entry, referent, not here, day, day is not None and day <= today(entry.circle.zone))


def today(zone: str) -> dt.date:
    """The day in a circle's time zone."""
    return clock.now().astimezone(ZoneInfo(zone)).date()


def named_members(contents: Iterable[Mapping[str, Any]]) -> dict[str, Membership]:
    """The members whom entries name, by id, with person."""
    named = {one["member"] for one in contents if one.get("member")}
    return {str(one.pk): one for one in Membership.objects.filter(pk__in=named).select_related("person")} if named else {}


def publications(wanted: Iterable[UUID]) -> dict[UUID, Publication]:
    """Publications by id, with who published and their editions."""
    return Publication.objects.select_related("by__person").prefetch_related("editions").in_bulk(set(wanted))


def requests_for(member: Membership) -> list[StayRequest]:
    """The requests for a stay that a member reads, newest first."""
    rows: Any = StayRequest.objects.visible_to(reader_of(member)).whole().filter(circle=member.circle_id)
    return list(rows.order_by("-made_at"))


def states_of(entries: Iterable[Planned]) -> dict[UUID, str]:
    """Task or appointment → how it fares: a TaskState, or "planned" and "cancelled" of an appointment. In two statements at most."""
    found = list(entries)
    wanted, planned = {one.task for one in found if one.task}, {one.appointment for one in found if one.appointment}
    states: dict[UUID, str] = dict(Task.objects.filter(pk__in=wanted).values_list("pk", "state")) if wanted else {}
    rows = Appointment.objects.filter(pk__in=planned).values_list("pk", "cancelled_at") if planned else []
    return states | {pk: "cancelled" if cancelled else "planned" for pk, cancelled in rows}
