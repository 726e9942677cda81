"""Which forms there are for whom, and what was answered before."""
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import cast
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from care.measures.models import Measure
from care.sheets.models import Answered, Form, FormVersion, opened_points
from care.sheets.questionnaire import MeasureKind, Questionnaire
from care.sheets.scoring import ABOUT
from care.sheets.understood import questionnaire_of
from foundation import clock
from people.accounts.queries import structures_of
from people.circles import policy
from people.circles.access import reader_of
from people.circles.enums import Audience, CircleState, Role
from people.circles.models import Membership, TeamSeat
from people.circles.policy import Act

_MOST_EARLIER = 200  # sheets that a formula looks back at


@dataclass(frozen=True)
class Offered:
    """A form in its newest version, and whether this member may fill it in."""

    version: FormVersion
    questionnaire: Questionnaire
    may_fill: bool


def newest(forms: QuerySet[Form]) -> QuerySet[FormVersion]:
    """The newest version of each of some forms."""
    last = FormVersion.objects.filter(form=OuterRef("form")).order_by("-number").values("pk")[:1]
    return FormVersion.objects.filter(form__in=forms, pk=Subquery(last)).select_related("form__structure")


def forms_for(member: Membership) -> QuerySet[Form]:
    """Forms in use: those that Cercle ships, those of the structures for which the member works, and of those in the circle."""
    seated = TeamSeat.objects.filter(circle=member.circle_id, ended_at=None).values("structure")
    mine = structures_of(member.person, clock.now()).order_by().values("pk")
    return Form.objects.filter(Q(structure=None) | Q(structure__in=seated) | Q(structure__in=mine), withdrawn_at=None)


def offered(member: Membership) -> list[Offered]:
    """The forms that a member may fill in or, of the professionals, could if the circle let them; shipped ones first, then by title."""
    found = []
    for version in newest(forms_for(member)):
        form = questionnaire_of(version)
        if may_fill(member, form, state=CircleState.ACTIVE):
            found.append(Offered(version, form, may_fill(member, form)))
    return sorted(found, key=lambda one: (one.version.form.structure_id is not None, one.questionnaire.title.text.casefold()))


def offered_version(member: Membership, form: UUID) -> FormVersion | None:
    """The newest version of a form, None where it is none of the member's."""
    return newest(forms_for(member).filter(pk=form)).first()


def asks(member: Membership, form: Questionnaire) -> bool:
    """Whether the form asks the patient or the family, and the member stands there."""
    return member.stands.value in form.filled_by


def may_fill(member: Membership, form: Questionnaire, *, state: CircleState | None = None) -> bool:
    """Whether a member may fill a form in, now or in a circle of another state."""
    now = CircleState(member.circle.state) if state is None else state
    return bool(policy.decide(Role(member.role), Act.FILL_SHEET, now, standing=member.stands, own=True, owner=asks(member, form)))


def sheets_of(member: Membership, *, form: UUID | None = None, before: datetime | None = None) -> QuerySet[Answered]:
    """Sheets that a member may see, the newest first."""
    rows: QuerySet[Answered] = Answered.objects.visible_to(reader_of(member)).whole().filter(circle=member.circle_id)  # type: ignore[assignment]
    if form is not None:
        rows = rows.filter(form=form)
    if before is not None:
        rows = rows.filter(made_at__lt=before)
    return rows.order_by("-made_at", "pk")


@dataclass
class Before:
    """Answers to a form before now, for formulas: of sheets alone that this member sees and everybody who will read the new one.

    So neither a score nor an alert tells its readers anything of a sheet that is not for them.
    """

    member: Membership
    version: FormVersion
    audience: Audience

    def __call__(self, link_id: str, hours: Decimal | None, about: str) -> Sequence[Decimal]:
        """Numbers answered to an item in sheets of the same series, and measured besides, the oldest first."""
        since = clock.now() - timedelta(hours=float(min(hours, Decimal(24 * 3660)))) if hours is not None else None
        told = [(at, Decimal(str(points[link_id]))) for at, points in self._rows if link_id in points and points.get(ABOUT, "") == about]
        kind = questionnaire_of(self.version).by_id[link_id].measure
        if kind is not None:
            told = sorted([*told, *self._measured(kind)])
        return [value for at, value in told if since is None or at >= since]

    def _measured(self, kind: MeasureKind) -> list[tuple[datetime, Decimal]]:
        rows = Measure.objects.visible_to(reader_of(self.member)).filter(_for_all(self.audience))
        rows = rows.filter(circle=self.member.circle_id, kind=kind.kind, withdrawn_at=None).select_related("circle__patient")
        newest_first = cast("list[Measure]", list(rows.order_by("-taken_at", "pk")[:_MOST_EARLIER]))
        return [(one.taken_at, one.values()[kind.part]) for one in newest_first]

    @cached_property
    def _rows(self) -> list[tuple[datetime, dict[str, float | str]]]:
        rows = Answered.objects.visible_to(reader_of(self.member)).filter(_for_all(self.audience))
        rows = rows.filter(circle=self.member.circle_id, form=self.version.form_id, withdrawn_at=None).order_by("-made_at")
        vault = self.member.circle.patient.vault
        found = rows.values_list("made_at", "pk", "sealed_points")[:_MOST_EARLIER]
        return [(at, json.loads(opened_points(vault, sheet, sealed))) for at, sheet, sealed in reversed(found)]


def _for_all(audience: Audience) -> Q:
    """Rows that everybody of an audience sees."""
    return Q(**{f"{standing.column}_seq__isnull": False for standing in audience.readers})


def versions_by_id(ids: Iterable[UUID]) -> dict[UUID, FormVersion]:
    """Versions with their forms."""
    return FormVersion.objects.select_related("form").in_bulk(set(ids))


def forms_of_structure(structure: UUID) -> list[FormVersion]:
    """The newest version of each form of a structure, those in use first."""
    rows = newest(Form.objects.filter(structure=structure))
    return sorted(rows, key=lambda row: (row.form.withdrawn_at is not None, questionnaire_of(row).title.text.casefold()))
