"""The caller's circles as the API lists them: in the order of the newest change that the caller's standing may see."""
import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Case, DateTimeField, F, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from foundation import ids
from foundation.errors import Invalid
from foundation.vault.seal import warm
from messaging.feed.enums import Standing
from messaging.live.queries import counts_of, marks_of
from people.accounts.models import Person
from people.circles.models import Circle, Membership
from people.circles.queries import epoch_of, memberships_of

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def circles_page(person: Person, after: str | None, limit: int) -> dict[str, Any]:
    """`{"items", "next"}`; a fixed number of statements whatever the number of circles. Raises Invalid `http.bad_cursor`."""
    members = list(_beyond(_in_order(memberships_of(person)), after)[: limit + 1])
    page, more = members[:limit], len(members) > limit
    warm(member.circle.patient.vault for member in page)
    marks = {mark.pk: mark for mark in marks_of(member.pk for member in page)}
    counts = counts_of(member.pk for member in page)
    items = [_item(member, marks[member.pk].told(member.stands)[0] if member.pk in marks else 0, counts[member.pk]) for member in page]
    return {"items": items, "next": _cursor(page[-1]) if more else None}


def patient_item(circle: Circle) -> dict[str, Any]:
    """A patient as lists and banners name one."""
    traits, patient = circle.patient.traits, circle.patient
    return {
        "id": str(patient.pk), "name": traits.name, "family_name": traits.family_name, "birth_name": traits.birth_name,
        "given_names": traits.given_names, "birth_date": traits.birth_date, "sex": traits.sex, "identity_status": patient.identity_status,
    }


def _item(member: Membership, read: int, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "id": str(member.circle_id), "patient": patient_item(member.circle), "role": member.role, "state": member.circle.state,
        "head": member.head_number, "epoch": epoch_of(member), "read": read, **{name: counts[name] for name in ("unread", "open_alerts")},
    }


def _in_order(members: QuerySet[Membership]) -> QuerySet[Membership]:
    at = [When(standing=standing, then=F(f"circle__head__{standing.column}_at")) for standing in Standing]
    changed = Coalesce(Case(*at, output_field=DateTimeField()), F("circle__opened_at"))
    return members.annotate(changed_at=changed).order_by("-changed_at", "pk")


def _beyond(members: QuerySet[Membership], after: str | None) -> QuerySet[Membership]:
    """Keyset paging: a change that comes meanwhile moves a circle up, and nothing is skipped below."""
    if not after:
        return members
    moment, member = _parsed(after)
    return members.filter(Q(changed_at__lt=moment) | Q(changed_at=moment, pk__gt=member))


def _cursor(member: Membership) -> str:
    changed: dt.datetime = member.changed_at  # type: ignore[attr-defined]
    return f"{round((changed - _EPOCH) / dt.timedelta(microseconds=1))}.{member.pk}"


def _parsed(cursor: str) -> tuple[dt.datetime, UUID]:
    micros, _dot, member = cursor.partition(".")
    pk = ids.parse(member)
    if pk is None or not micros.isascii() or not micros.isdigit() or len(micros) > 17:
        raise Invalid("http.bad_cursor", _("This is not a place in the list."))
    return _EPOCH + dt.timedelta(microseconds=int(micros)), pk
