"""The numbers of `/metrics`: this process's own, and those that the database knows of all processes."""
import os
from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone

from config.health.exposition import Family, counter, gauge, histogram
from foundation import clock, metrics
from foundation.pulse.beats import ages, living
from hospital.gateway.enums import MessageState
from hospital.gateway.models import Message
from messaging.feed.models import FeedLine
from messaging.live.hub import hub
from notifications.enums import DeliveryState, Lane
from notifications.models import Climb, Delivery, Unheard
from portal.models import Canary

_PAGE = os.sysconf("SC_PAGE_SIZE")


def own() -> Iterator[Family]:
    """What this process counts of itself since it began."""
    sockets, watches, frames = hub.figures()
    yield gauge("cercle_sockets", "Signed-in sockets of this process.", sockets)
    yield gauge("cercle_watches", "Circles that these sockets watch, one for each socket.", watches)
    yield counter("cercle_deliveries_total", "Event frames handed to sockets.", frames)
    yield histogram("cercle_ring_to_screen_seconds", "From a ring to its frames in this process's sockets.", metrics.ring_to_screen)
    yield counter("cercle_heartbeat_heals_total", "Feeds whose ring was lost and that the heartbeat found.", metrics.healed.n)
    yield counter("cercle_refusals_total", "Entries and other requests refused, by code.", metrics.refused.counts())
    times = os.times()
    yield counter("process_cpu_seconds_total", "Processor time of this process.", times.user + times.system)
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        yield gauge("process_resident_memory_bytes", "Memory of this process.", int(file.read().split()[1]) * _PAGE)
    yield gauge("process_open_fds", "Open files and connections of this process.", len(os.listdir("/proc/self/fd")))  # noqa: PTH208


def shared() -> list[Family]:
    """What the database says of everybody's work; the same from whichever process it is asked. Raises DatabaseError."""
    return [
        *_canary(),
        gauge("cercle_round_age_seconds", "Since any process of a sort last went its round.", ages()),
        gauge("cercle_processes", "Processes of a sort that went a round within the last minute.", living()),
        gauge("cercle_outbox_age_seconds", "How long what waits longest in a lane has been due; 0 where nothing is.", _outbox(), "lane"),
        gauge("cercle_unheard_age_seconds", "Age of the oldest post that nobody has worked out whom to tell of.", _unheard()),
        gauge("cercle_ladder_lateness_seconds", "By how much the next step of the latest alert is overdue.", _ladder()),
        gauge("cercle_hospital_messages", "Hospitals' messages that wait or are in quarantine.", _messages(), "state"),
    ]


def _canary() -> Iterator[Family]:
    """Nothing where no canary ever sang."""
    row = Canary.objects.first()
    if row is None:
        return
    yield gauge("cercle_canary_silent", "Whether the canary's last post came through late, or not at all.", float(bool(row.code)))
    if row.delay_s is not None:
        yield gauge("cercle_canary_delay_seconds", "How long the canary's last post took from the call to the other's socket.", row.delay_s)
    if row.heard_at is not None:
        age = (timezone.now() - row.heard_at).total_seconds()
        yield gauge("cercle_canary_age_seconds", "Since a post of the canary's came through in time.", age)


def _outbox() -> dict[str, float]:
    now = timezone.now()
    due = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=now).order_by()
    oldest = dict(due.values_list("lane").annotate(oldest=Min("due_at")))
    return {lane.name.lower(): (now - oldest[lane]).total_seconds() if lane in oldest else 0.0 for lane in Lane}


def _unheard() -> float:
    line = Unheard.objects.order_by("pk").values_list("line", flat=True).first()
    at = FeedLine.objects.filter(pk=line).values_list("at", flat=True).first() if line is not None else None
    return max((clock.now() - at).total_seconds(), 0.0) if at else 0.0


def _ladder() -> float:
    now = clock.now()
    due = Climb.objects.filter(next_at__lte=now).aggregate(oldest=Min("next_at"))["oldest"]
    return (now - due).total_seconds() if due else 0.0


def _messages() -> dict[str, float]:
    states = [MessageState.WAITING, MessageState.QUARANTINED]
    found = dict(Message.objects.filter(state__in=states).order_by().values_list("state").annotate(n=Count("pk")))
    return {state.value: float(found.get(state, 0)) for state in states}
