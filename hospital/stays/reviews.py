"""Each broken glass is reviewed within 72 hours by whoever answers for data protection; who broke it reviews it never."""
import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict, Invalid, NotFound
from foundation.vault.seal import seal, unseal, warm
from hospital.stays.alarms import who_answers
from hospital.stays.enums import GlassLetterKind, GlassVerdict
from hospital.stays.glass import TOLD
from hospital.stays.models import BrokenGlass, GlassLetter
from messaging.feed.enums import Kind
from messaging.feed.services import opened
from people.accounts.models import Person
from people.accounts.queries import Office, office_of
from people.audit.services import record_administration
from people.circles.enums import CircleState

WITHIN = dt.timedelta(hours=72)
REMINDED_AFTER = dt.timedelta(hours=48)
SHOWN_FOR = dt.timedelta(days=90)
LONGEST_FINDING = 2000


@dataclass(frozen=True)
class Review:
    """A broken glass as its reviewer sees it: who, when, why, what was alarming. No name of a patient; `circle` is for a label."""

    glass: BrokenGlass
    circle: UUID
    person: Person
    reason: str
    finding: str
    own: bool
    due_at: dt.datetime

    @property
    def waits(self) -> bool:
        """Whether nobody has decided yet."""
        return not self.glass.verdict

    @property
    def overdue(self) -> bool:
        """Whether it should have been decided."""
        return self.waits and self.due_at <= clock.now()


def reviews_of(officer: Person) -> list[Review]:
    """What an officer answers for: what waits, the oldest first, then what was decided lately. Raises NotFound for whom has no office."""
    rows = list(_answered_for(_office(officer)).filter(at__gt=clock.now() - SHOWN_FOR))
    warm({row.membership.circle.patient.vault for row in rows})
    found = [_review(row, officer) for row in rows]
    waiting = sorted((one for one in found if one.waits), key=lambda one: one.glass.at)
    return waiting + sorted((one for one in found if not one.waits), key=lambda one: one.glass.at, reverse=True)


def decide_review(officer: Person, *, glass: UUID | None, verdict: str, finding: str) -> BrokenGlass:
    """Notes what was found, in the officer's words; the patient and the care team hear the verdict.

    Raises NotFound for what the officer does not answer for, Conflict `hospital.own_glass` or `hospital.reviewed`, Invalid
    `hospital.no_finding`.
    """
    known = _answered_for(_office(officer)).filter(pk=glass).first() if glass else None
    if known is None:
        raise NotFound
    if known.membership.person_id == officer.pk:
        raise Conflict("hospital.own_glass", _("Nobody reviews what they did themselves."))
    finding = finding.strip()
    if verdict not in GlassVerdict.values or not 0 < len(finding) <= LONGEST_FINDING:
        raise Invalid("hospital.no_finding", _("Choose what you found, and say it in a few words."), errors={"finding": _("Say it.")})
    with transaction.atomic(), opened(known.membership.circle_id) as feed:
        row = BrokenGlass.objects.select_related("membership__circle__patient").get(pk=known.pk)
        if row.verdict:
            raise Conflict("hospital.reviewed", _("Somebody has reviewed this already."))
        row.verdict, row.reviewed_at, row.reviewed_by = verdict, clock.now(), officer
        row.sealed_finding = seal(row.membership.circle.patient.vault, f"stays.glass.finding:{row.pk}", finding)
        row.save(update_fields=["verdict", "reviewed_at", "reviewed_by", "sealed_finding"])
        feed.append(Kind.GLASS_REVIEWED, TOLD, row.pk)
        record_administration(officer.pk, row.structure_id, Kind.GLASS_REVIEWED, row.membership.person_id, right="officer")
    return row


def remind_reviewers() -> int:
    """A letter to each who answers for a glass that waits: once a day before its time is over, and once it is. How many were written."""
    now, written = clock.now(), 0
    for kind, after in ((GlassLetterKind.DUE, REMINDED_AFTER), (GlassLetterKind.OVERDUE, WITHIN)):
        told = GlassLetter.objects.filter(kind=kind).values("glass")
        for glass in _open().filter(verdict="", at__lte=now - after).exclude(pk__in=told):
            due = timezone.now()
            letters = [GlassLetter(glass=glass, person=person, kind=kind, due_at=due) for person in who_answers(glass.structure_id)]
            written += len(GlassLetter.objects.bulk_create(letters, ignore_conflicts=True))
    return written


def _office(officer: Person) -> Office:
    office = office_of(officer)
    if office is None:
        raise NotFound
    return office


def _open() -> QuerySet[BrokenGlass]:
    """Those of circles that have not been erased, with all that a review needs."""
    rows = BrokenGlass.objects.exclude(membership__circle__state=CircleState.ERASED)
    return rows.select_related("membership__circle__patient", "membership__person", "structure", "reviewed_by")


def _answered_for(office: Office) -> QuerySet[BrokenGlass]:
    return _open() if office.structure is None else _open().filter(structure=office.structure)


def _review(row: BrokenGlass, officer: Person) -> Review:
    vault, member = row.membership.circle.patient.vault, row.membership
    finding = unseal(vault, f"stays.glass.finding:{row.pk}", row.sealed_finding) if row.sealed_finding else ""
    reason = unseal(vault, f"stays.glass.reason:{row.pk}", row.sealed_reason)
    return Review(row, member.circle_id, member.person, reason, finding, member.person_id == officer.pk, row.at + WITHIN)
