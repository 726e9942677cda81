"""What somebody has wished, as it is kept in `Preference.choices`, and what holds where nothing was wished.

Defaults interrupt nobody: on duty too, only urgent messages, what is addressed to oneself and what one is to be reminded of ring, for a
physician only urgent ones and reminders; and what a hospital tells, for those who have something to do about it (`HOSPITAL_ROLES`).
"""
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from notifications.daytimes import next_of, quiet_left
from notifications.enums import Channel, News
from people.circles.enums import Role

# Who wishes something for one of these wishes it for what follows from it.
WISHES: Mapping[News, News] = {
    News.URGENT: News.URGENT,
    News.HOSPITAL_ALERT: News.URGENT,
    News.REMINDER: News.URGENT,
    News.SHIFT: News.URGENT,
    News.UNREACHED: News.URGENT,
    News.TODO: News.TODO,
    News.DUE: News.DUE,
    News.HOSPITAL: News.HOSPITAL,
    News.POST: News.POST,
}
NIGHT = {"from": "21:00", "to": "07:00"}  # quiet for families, who have said nothing else
HOSPITAL_ROLES = (Role.GP, Role.NURSE, Role.PHARMACIST, Role.COORDINATOR)
ORDER = (Channel.PUSH, Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True)
class Reader:
    """What is known of a person when it is asked how they are told: what they are, by what they can be reached, what they wish."""

    professional: bool  # of a care team or a wider team somewhere
    physician: bool
    has_address: bool
    has_number: bool  # and there is a gateway
    of_stays: bool  # in a role that is told of what hospitals say, in the circle in question or, without one, in any
    via: UUID | None  # the structure for which they are in the circle in question
    choices: Mapping[str, Any]

    @property
    def zone(self) -> str:
        """In which time zone they count hours."""
        return str(self.choices.get("zone") or settings.CIRCLE_TIME_ZONE)

    @property
    def quiet(self) -> Mapping[str, str] | None:
        """Their quiet hours, {"from", "to"}: families have them unless they say otherwise, for professionals have working hours."""
        usual: Mapping[str, str] | None = None if self.professional else NIGHT
        said: Mapping[str, str] | None = self.choices.get("quiet", usual)
        return said

    def has(self, channel: Channel) -> bool:
        """Whether there is such a way to this person; devices come and go, so a push is always one."""
        return {Channel.PUSH: True, Channel.EMAIL: self.has_address, Channel.SMS: self.has_number}[channel]


def held(reader: Reader, at: dt.datetime) -> dt.timedelta:
    """For how long something that is not urgent waits for the end of quiet hours."""
    quiet = reader.quiet
    return quiet_left(quiet["from"], quiet["to"], reader.zone, at) if quiet else dt.timedelta()


def next_digest(reader: Reader, after: dt.datetime) -> dt.datetime | None:
    """When their next digest is due; None for who has chosen no hours."""
    digest = reader.choices.get("digest")
    return next_of(digest["at"], digest["days"], reader.zone, after) if digest else None


def digest_ways(reader: Reader) -> tuple[Channel, ...]:
    """By what they are told at those hours."""
    digest = reader.choices.get("digest") or {}
    return tuple(way for way in (Channel.PUSH, Channel.EMAIL) if digest.get(way.value) and reader.has(way))


def default_ways(reader: Reader, wish: News) -> tuple[Channel, ...]:
    """By what a person is told of a kind of news who has wished nothing for it."""
    if wish is News.URGENT:
        return ORDER
    if wish is News.DUE:
        return (Channel.PUSH,)
    if wish is News.HOSPITAL and reader.of_stays:
        return (Channel.PUSH,)
    if wish is News.TODO and not (reader.professional and reader.physician):
        return (Channel.PUSH,)
    return ()


def usual_ways(reader: Reader, wish: News) -> tuple[Channel, ...]:
    """Of the default ways those that lead to this person."""
    return tuple(way for way in default_ways(reader, wish) if reader.has(way))


def chosen_ways(reader: Reader, wish: News) -> tuple[Channel, ...]:
    """By what a person wishes to be told of a kind of news, in the order of speed.

    An urgent message always has a way: where those that were chosen lead nowhere any more (a number taken back), the usual ones hold.
    """
    said = reader.choices.get("news", {}).get(wish.value)
    usual = usual_ways(reader, wish)
    there = usual if said is None else tuple(way for way in ORDER if way.value in said["by"] and reader.has(way))
    return there or usual if wish is News.URGENT else there
