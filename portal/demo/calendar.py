"""When things are written: days spread over the journal, hours as each trade works."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

HOURS = {"morning": (7.0, 11.5), "day": (8.5, 18.5), "evening": (18.0, 21.0), "family": (9.0, 22.0)}
QUIET_FROM, QUIET_TO = 22, 7
TRIES = 20
FRESH = timedelta(minutes=50)


def draw_moment(rng: random.Random, day: datetime, hours: str, zone: ZoneInfo) -> datetime:
    """A moment of that day, in the zone's daytime, to the second."""
    low, high = HOURS[hours]
    start = day.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return (start + timedelta(hours=rng.triangular(low, high, low + (high - low) * 0.3))).astimezone(day.tzinfo)


def draw_roots(rng: random.Random, hours: list[str], *, began: datetime, until: datetime, zone: ZoneInfo) -> list[tuple[datetime, str]]:
    """A moment for each kind of hour, ascending, from `began` to `until`; the last weeks are a little denser."""
    span = until - began
    moments = []
    for kind in hours:
        for _ in range(TRIES):
            moment = draw_moment(rng, began + span * rng.random() ** 0.85, kind, zone)
            if began < moment < until:
                break
        else:
            moment = began + span * rng.random()
        moments.append((moment, kind))
    return sorted(moments)


def draw_answer(rng: random.Random, after: datetime, *, urgent: bool, now: datetime, zone: ZoneInfo) -> datetime:
    """When an answer comes: in minutes if urgent, else within hours, not at night, and never after `now`."""
    moment = after + timedelta(minutes=rng.uniform(2, 14) if urgent else rng.triangular(6, 420, 40))
    local = moment.astimezone(zone)
    if not urgent and (local.hour >= QUIET_FROM or local.hour < QUIET_TO):
        wait = (QUIET_TO - local.hour) % 24
        moment += timedelta(hours=wait, minutes=rng.uniform(0, 90))
    return moment if moment < now else after + (now - after) * rng.uniform(0.2, 0.8)
