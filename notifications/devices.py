"""Devices: whose they are and which of them live."""
from collections.abc import Collection
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from notifications.models import Device


def live_devices(people: Collection[UUID]) -> dict[UUID, list[Device]]:
    """Devices by person that something may be sent to now: session alive, account active, not gone; last seen first. One statement."""
    found: dict[UUID, list[Device]] = {person: [] for person in people}
    rows = Device.objects.filter(session__expire_date__gt=timezone.now(), session__person=F("person"), gone_at=None)
    for device in rows.filter(person__in=people, person__is_active=True).order_by("-seen_at", "pk"):
        found[device.person_id].append(device)
    return found
