"""Hearing the feed: what a line asks for is noted in its own transaction, and worked out afterwards."""
from collections.abc import Sequence

from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from notifications.models import Unheard

HEARD = frozenset({Kind.POST_WRITTEN, Kind.ALERT_REOPENED, Kind.ALERT_TAKEN, Kind.ALERT_DONE})


def note_lines(lines: Sequence[FeedLine]) -> None:
    """Notes lines that somebody is to be told of. One statement for an act that has some, none for the others."""
    told = [Unheard(line=line) for line in lines if line.kind in HEARD]
    if told:
        Unheard.objects.bulk_create(told)
