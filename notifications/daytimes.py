"""Hours of a day that somebody chose, in local time whatever the clocks on the wall do: quiet ones, and those of the digest."""
import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

from people.duty.week import DAYS, Week, duty_at, moments

_AT_REST = dt.timedelta()


def quiet_left(begins: str, ends: str, zone: str, at: dt.datetime) -> dt.timedelta:
    """For how long quiet hours still last at a moment; nothing outside of them. "21:00" to "07:00" goes over midnight."""
    quiet = duty_at(Week(zone, {day: [[begins, ends]] for day in DAYS}, on_holidays=True), (), at)
    return quiet.until - at if quiet.on and quiet.until else _AT_REST


def next_of(hours: Collection[str], days: Collection[str], zone: str, after: dt.datetime) -> dt.datetime | None:
    """The first of these hours, on these days, after a moment. Where clocks jump over it, when they do; None: no hour or no day."""
    place = ZoneInfo(zone)
    today = after.astimezone(place).date()
    coming = (today + dt.timedelta(days=ahead) for ahead in range(9))
    found = (moments(day, hour, place)[0] for day in coming if DAYS[day.weekday()] in days for hour in sorted(hours))
    return next((moment for moment in found if moment > after), None)
