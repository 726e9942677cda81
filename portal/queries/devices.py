"""The devices that a person is reached by, in words."""
import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.devices import devices_of, health, live_devices
from notifications.models import Device
from people.accounts.models import Person
from portal.templatetags.times import local

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_CONNECTED = 2  # who was connected two days ago reads "yesterday" or a date, not a count of hours


@dataclass(frozen=True)
class Held:
    """One device: what it is called, how it fares (a sign and words), when it last showed something and was last open."""

    id: UUID
    name: str
    here: bool
    state: str  # "ok", "untried", "failing", "asleep", "gone"
    words: str
    shown: str
    seen: str

    @property
    def testable(self) -> bool:
        """Whether something can be sent there."""
        return self.state != "gone"


def held_devices(person: Person, session: str | None) -> list[Held]:
    """A person's devices, this one first; one statement. Times are the machine's, as those of the rows."""
    now = timezone.now()
    found = [_held(device, session, now) for device in devices_of(person)]
    return sorted(found, key=lambda one: not one.here)


def is_alerted(person: Person) -> bool:
    """Whether something that is sent to the person's devices now would arrive at one, as far as is known; one statement."""
    now = timezone.now()
    return any(health(device, now) in {"ok", "asleep"} for device in live_devices([person.pk])[person.pk])


def _held(device: Device, session: str | None, now: dt.datetime) -> Held:
    state = str(health(device, now))
    if state == "ok" and device.shown_at is None:
        state = "untried"
    return Held(
        device.pk, device.name, device.session_id == session, state, _state_words(state, device, now),
        spoken(device.shown_at, now), spoken(device.seen_at, now),
    )  # fmt: skip


def _state_words(state: str, device: Device, now: dt.datetime) -> str:
    heard = max(filter(None, (device.seen_at, device.shown_at)))
    if state == "failing":
        return _("Silent for %(time)s") % {"time": lasting(now - (device.failing_since or now))}
    if state == "asleep":
        return _("Not heard of for %(time)s: open Cercle there") % {"time": lasting(now - heard)}
    words = {"gone": _("No subscription any more: switch it on again"), "untried": _("Connected, not tried yet")}
    return words.get(state) or _("Works")


def lasting(span: dt.timedelta) -> str:
    """A span as one says it: 5 min, 3 hours, 2 days."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < _HOUR:
        minutes = max(seconds // _MINUTE, 1)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if seconds < _DAY:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // _HOUR) % {"n": seconds // _HOUR}
    return ngettext("%(n)d day", "%(n)d days", seconds // _DAY) % {"n": seconds // _DAY}


def spoken(at: dt.datetime | None, now: dt.datetime) -> str:
    """When something was, by the machine's clock: "today at 9:05", "yesterday at 18:10", "4 days ago"; "" for never."""
    if at is None:
        return ""
    here, today = local(at), local(now).date()
    clock = {"time": f"{here.hour}:{here.minute:02}"}
    days = (today - here.date()).days
    if days <= 0:
        return _("today at %(time)s") % clock
    if days < _CONNECTED:
        return _("yesterday at %(time)s") % clock
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
