"""Hearing the feed: what a line asks for is noted in its own transaction, and worked out afterwards."""
from collections.abc import Sequence

from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from notifications.models import Unheard
from notifications.stops import stop_for

HEARD = frozenset({Kind.POST_WRITTEN, Kind.ALERT_REOPENED, Kind.ALERT_TAKEN, Kind.ALERT_DONE})


def note_lines(lines: Sequence[FeedLine]) -> None:
    """Stops what lines stop, and notes those that somebody is to be told of; no statement for an act that does neither."""
    stop_for(lines)
    told = [Unheard(line=line) for line in lines if line.kind in HEARD]
    if told:
        Unheard.objects.bulk_create(told)
