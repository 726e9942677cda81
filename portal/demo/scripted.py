"""The last days of some patients, written by hand in scripted.toml so that the first screen has a story."""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from portal.demo.cast import Cast, Patient
from portal.demo.story import Change, Post, Step


@cache
def _scripts() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(resources.files(__package__).joinpath("scripted.toml").read_text(encoding="utf-8"))


def script_of(cast: Cast, patient: Patient, now: datetime) -> list[Post]:
    """The patient's scripted posts by ascending time; none for most."""
    posts: dict[str, Post] = {}
    roles = {seat.person: seat.role for seat in patient.seats}
    for number, entry in enumerate(_scripts().get(patient.key, ())):
        at = _moment(entry, now, ZoneInfo(patient.zone))
        posts[entry.get("id", str(number))] = Post(
            at=at, author=entry["by"], role=roles[entry["by"]], audience=entry["to"], text=entry["text"].replace("'", "’"),
            urgency=entry.get("urgency", "info"), to=tuple(entry.get("asks", ())), reply_to=posts.get(entry.get("answers", "")),
            steps=[Step(kind, person, at + timedelta(minutes=minutes)) for kind, person, minutes in entry.get("steps", ())],
            corrected=_change(entry.get("corrected"), at), retracted=_change(entry.get("retracted"), at),
            files=tuple(entry.get("files", ())),
        )  # fmt: skip
    assert all(post.author in cast.people for post in posts.values())
    return sorted(posts.values(), key=lambda post: post.at)


def _moment(entry: dict[str, Any], now: datetime, zone: ZoneInfo) -> datetime:
    """`ago` minutes before now, or a `time` of a `day` before today (always past)."""
    if "ago" in entry:
        return now - timedelta(minutes=entry["ago"])
    day = now.astimezone(zone) - timedelta(days=entry["day"])
    hour, minute = map(int, entry["time"].split(":"))
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(now.tzinfo)


def _change(entry: dict[str, Any] | None, at: datetime) -> Change | None:
    if entry is None:
        return None
    return Change(at + timedelta(minutes=entry["after"]), entry["reason"], entry.get("before", "").replace("'", "’"))
