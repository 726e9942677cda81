"""How alerts get out of the house, in numbers for the service's operator: nothing of whom they are for or what they are about."""
import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging.feed.models import FeedLine
from notifications.enums import Channel, DeliveryState, Lane
from notifications.models import Delivery, Unheard

_DAY = dt.timedelta(days=1)
_LATE = {Lane.URGENT: dt.timedelta(seconds=30), Lane.HOSPITAL: dt.timedelta(seconds=30), Lane.ORDINARY: dt.timedelta(minutes=15)}
GONE = ("404", "410", "no_address", "no_number")  # nobody is there any more: sending again would reach nobody


@dataclass(frozen=True)
class LaneNumbers:
    """One lane now, and what it did in a day. `oldest`: since when the one that waits longest waits."""

    name: str
    waiting: int
    oldest: dt.datetime | None
    late: bool
    failed: int  # of those waiting, how many have failed before
    sent: int
    shown: int


@dataclass(frozen=True)
class Dead:
    """Dead letters of one way that ended alike."""

    channel: str
    status: str
    way: str
    words: str
    count: int
    last: dt.datetime
    mendable: bool


def lanes() -> list[LaneNumbers]:
    """Every lane, the urgent one first; two statements each. What waits for its own time, such as a fallback, is not counted."""
    now = timezone.now()
    return [_numbers(lane, now) for lane in Lane]


def _numbers(lane: Lane, now: dt.datetime) -> LaneNumbers:
    mine, due = Delivery.objects.filter(lane=lane), Q(due_at__lte=now)
    waiting = mine.filter(due | Q(attempts__gt=0), state=DeliveryState.WAITING)
    queue = waiting.aggregate(n=Count("pk"), oldest=Min("due_at", filter=due), failed=Count("pk", filter=Q(failures__gt=0)))
    left = mine.filter(notice__at__gt=now - _DAY, state__in=[DeliveryState.SENT, DeliveryState.SHOWN])
    did = left.aggregate(n=Count("pk"), shown=Count("pk", filter=Q(shown_at__isnull=False)))
    late = queue["oldest"] is not None and now - queue["oldest"] > _LATE[lane]
    name = {Lane.URGENT: _("Urgent"), Lane.HOSPITAL: _("Hospital"), Lane.ORDINARY: _("Ordinary")}[lane]
    return LaneNumbers(name, queue["n"], queue["oldest"], late, queue["failed"], did["n"], did["shown"])


def unheard() -> tuple[int, dt.datetime | None]:
    """How many lines nobody has worked out yet, and since when the oldest waits (the service's clock)."""
    oldest = Unheard.objects.order_by("pk").values_list("line", flat=True).first()
    at = FeedLine.objects.filter(pk=oldest).values_list("at", flat=True).first() if oldest is not None else None
    return Unheard.objects.count(), at


def dead_letters() -> list[Dead]:
    """What could not be delivered, by way and by what was said last, the newest first."""
    rows = Delivery.objects.filter(state=DeliveryState.DEAD).values("channel", "status").order_by()
    found = [
        Dead(
            row["channel"], row["status"], str(Channel(row["channel"]).label), _words(row["status"]), row["n"], row["last"],
            row["status"] not in GONE,
        )
        for row in rows.annotate(n=Count("pk"), last=Max("due_at"))
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.last, reverse=True)


def _words(status: str) -> str:
    said = {
        "404": _("the device is registered no more"), "410": _("the device is registered no more"),
        "no_address": _("there is no address any more"), "no_number": _("there is no number any more"),
        "401": _("the service does not accept who sends"), "403": _("the service does not accept who sends"),
        "429": _("the service asked to wait, until it was too late"), "timeout": _("the service did not answer"),
        "unreachable": _("the service could not be reached"), "network": _("the service could not be reached"),
        "broken": _("the line broke"), "forbidden": _("the address leads where nothing is sent"),
        "sealed": _("the address does not open with the keys of this site"), "not_configured": _("this way is not set up"),
        "no_gateway": _("this way is not set up"), "fault": _("a fault of this program, see the log"),
    }  # fmt: skip
    return said.get(status) or _("the service answered %(status)s") % {"status": status or "?"}
