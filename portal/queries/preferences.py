"""By what somebody is told of each kind of news, as the rows of a form: which ways there are, and which hold."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import dates
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.enums import Channel, News
from people.duty.week import DAYS

Words = str | Promise
KINDS: tuple[tuple[News, str, Words, Words], ...] = (
    (News.URGENT, "urgent", _("An urgent message, on duty"),
     _("And what follows from it: reminders of what you have taken, your shift that ends.")),
    (News.TODO, "todo", _("Something to do, addressed to you"), ""),
    (News.DUE, "clock", _("A reminder"), _("Of a task, of an appointment, of a review of the care plan.")),
    (News.HOSPITAL, "people", _("News from the hospital"), _("An entry, a transfer, a return home.")),
    (News.POST, "mail", _("Any other message"), _("It waits for you under “New” in any case.")),
)  # fmt: skip
WAYS: tuple[tuple[Channel, Words], ...] = (
    (Channel.PUSH, _("Notification on my devices")), (Channel.EMAIL, _("E-mail")), (Channel.SMS, _("Text message")),
)  # fmt: skip
TIMES_A_DAY = 3


@dataclass(frozen=True)
class Way:
    """One box to tick. `missing`: why nothing comes this way at the moment, "" where it leads to somebody."""

    code: str
    words: Words
    ticked: bool
    missing: Words


@dataclass(frozen=True)
class Kind:
    """A kind of news with its ways; `wrong`: what cannot be."""

    code: str
    icon: str
    words: Words
    more: Words
    ways: list[Way]
    wrong: str


@dataclass(frozen=True)
class Digest:
    """The summary: its times ("07:30"), its days, its ways."""

    wanted: bool
    times: list[str]
    days: list[tuple[str, Words, bool]]
    email: bool
    push: bool
    wrong: str


def kinds_of(said: Mapping[str, Any], there: Mapping[str, bool], errors: Mapping[str, Any]) -> list[Kind]:
    """The rows by kind. `said` as `PUT me/preferences` takes it, `there`: which ways lead to the person now."""
    news = said["news"]
    return [
        Kind(
            kind.value, icon, words, more,
            [_way(way, label, kind, news, there) for way, label in WAYS if way != Channel.SMS or kind is News.URGENT],
            str(errors.get(f"news.{kind.value}.by", "")),
        )
        for kind, icon, words, more in KINDS
    ]  # fmt: skip


def _way(way: Channel, label: Words, kind: News, news: Mapping[str, Any], there: Mapping[str, bool]) -> Way:
    missing = {
        Channel.PUSH: _("no device is connected yet"), Channel.EMAIL: _("your account has no e-mail address"),
        Channel.SMS: _("no number is given, or this service sends no text messages"),
    }  # fmt: skip
    return Way(way.value, label, way.value in news[kind.value]["by"], "" if there[way.value] else missing[way])


def digest_in(said: Mapping[str, Any], errors: Mapping[str, Any]) -> Digest:
    """The summary as the form holds it; where none is wanted, with the hours that most would choose."""
    digest = said.get("digest")
    held = digest or {"at": ["07:30", "18:00"], "days": list(DAYS[:5]), "email": True, "push": False}
    times = [*held["at"], *[""] * (TIMES_A_DAY - len(held["at"]))]
    days: list[tuple[str, Words, bool]] = [(day, dates.WEEKDAYS[n], day in held["days"]) for n, day in enumerate(DAYS)]
    wrong = next((str(sentence) for field, sentence in errors.items() if field.startswith("digest")), "")
    return Digest(digest is not None, times, days, held["email"], held["push"], wrong)
