"""Who can be reached now: hours, replacements and the health of devices, taken together.

A device falls silent because of what was sent to it, and most of that only the care team reads. So how a device fares is for the care
team; everybody else gets `seen_by`, which rests on nothing that a post can move: hours, replacements, and whether any device was ever
connected.
"""
import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from foundation.clock import rfc3339
from messaging.feed.enums import Standing
from messaging.feed.items import Item
from notifications.models import Device
from people.circles.items import by_item
from people.circles.models import Grant, Membership
from people.circles.replacements import replacing_at
from people.duty.queries import duty_of
from people.duty.week import Duty


class Reached(models.TextChoices):
    """Whether somebody can be reached, the better ones first."""

    REACHABLE = "reachable"
    FAILING = "failing"  # every device is gone, refused or silent
    OFF_DUTY = "off_duty"
    REPLACED = "replaced"
    NOT_CONNECTED = "not_connected"  # no device at all


AWAY = frozenset({Reached.OFF_DUTY, Reached.REPLACED})  # nothing rings there

@dataclass(frozen=True)
class Reach:
    """How somebody can be reached. `until`: when `off_duty` and `replaced` change by themselves; `by`: who stands in, with the person.

    `since`: of `failing`, from when on nothing is known to have arrived.
    """

    state: Reached
    until: dt.datetime | None = None
    by: Membership | None = None
    since: dt.datetime | None = None

    @property
    def reachable(self) -> bool | None:
        """As the contract says it: None for who has never connected a device."""
        return None if self.state is Reached.NOT_CONNECTED else self.state is Reached.REACHABLE

    @property
    def ring(self) -> bool:
        """Whether a device of theirs may ring now."""
        return self.state is Reached.REACHABLE


def reach_of(members: Collection[Membership], at: dt.datetime) -> dict[UUID, Reach]:
    """How each of these members can be reached at a moment of the service's clock, by membership; in four statements, however many.

    A replacement goes before hours, and hours before devices: nobody is to be called who is away.
    """
    places = {member.pk: (member.person_id, member.via_id) for member in members}
    if not places:
        return {}
    instead, duties = replacing_at(members, at), duty_of(list(places.values()), at)
    devices = _devices({member.person_id for member in members})
    found = {}
    for member in members:
        grant, duty = instead.get((member.circle_id, member.person_id)), duties[places[member.pk]]
        found[member.pk] = _replaced(grant) if grant else _reach(duty, devices.get(member.person_id, []))
    return found


def _replaced(grant: Grant) -> Reach:
    return Reach(Reached.REPLACED, until=grant.until, by=grant.membership)


def _reach(duty: Duty, devices: list[Device]) -> Reach:
    if not duty.on:
        return Reach(Reached.OFF_DUTY, until=duty.until)
    if not devices:
        return Reach(Reached.NOT_CONNECTED)
    silent = [device.gone_at or device.failing_since for device in devices]
    known = [since for since in silent if since is not None]
    return Reach(Reached.REACHABLE) if len(known) < len(silent) else Reach(Reached.FAILING, since=max(known))


def _devices(people: Collection[UUID]) -> dict[UUID, list[Device]]:
    """Every device of people who are signed in there, those that are gone too."""
    found: dict[UUID, list[Device]] = {}
    rows = Device.objects.filter(person__in=people, session__person=F("person"), session__expire_date__gt=timezone.now())
    for device in rows.only("person", "gone_at", "failing_since"):
        found.setdefault(device.person_id, []).append(device)
    return found


def seen_by(reach: Reach, standing: Standing) -> Reach:
    """What a reader of a standing may know of it: how devices fare is for the care team."""
    if reach.state is Reached.FAILING and standing is not Standing.CARE_TEAM:
        return replace(reach, state=Reached.REACHABLE, since=None)
    return reach


def best_of(reaches: Iterable[Reach]) -> Reach:
    """How a team can be reached: as the one of its people who is reached best, of those off duty who comes first."""
    order = list(Reached)
    ranked = sorted(reaches, key=lambda one: (order.index(one.state), one.until is None, one.until))
    return ranked[0] if ranked else Reach(Reached.NOT_CONNECTED)


def reach_item(reach: Reach) -> Item:
    """As the API writes it; `since` is a day, because the moment would tell when something was sent."""
    day = reach.since.astimezone(ZoneInfo(settings.CIRCLE_TIME_ZONE)).date().isoformat() if reach.since else None
    return {"state": reach.state.value, "until": rfc3339(reach.until), "by": by_item(reach.by), "since": day}
