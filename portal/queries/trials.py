"""A dry run in words, for the hospital's administrator: matched, shown, sent, answered. Of the circle only that there is one."""
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hospital.gateway.dry_runs import DryRun, Shown
from journal.enums import Urgency
from messaging.feed.enums import Standing
from notifications.enums import News
from notifications.preferences import ways_of
from people.circles.queries import live_members


@dataclass(frozen=True)
class Sent:
    """How many would be told outside the page: `at_once` by a push or what stands in for it; `owned`: somebody has to take it."""

    at_once: int
    owned: bool
    quiet: bool


@dataclass(frozen=True)
class Card:
    """A post that there would be, and what of it leaves the page."""

    shown: Shown
    sent: Sent


@dataclass(frozen=True)
class Trial:
    """What the page shows of a dry run."""

    run: DryRun
    matched: str
    effect: str
    cards: list[Card]


def trial_of(run: DryRun) -> Trial:
    """A dry run with its words, and how many people would be told."""
    return Trial(run, _matched(run.matched), _effect(run), [Card(each, _sent(each)) for each in run.shown])


def _matched(matched: str) -> str:
    return {
        "yes": _("A circle would hear of this."),
        "no": _("Nobody here has a circle: nothing of the message would be kept."),
        "doubt": _("A circle may be meant, but the identity traits differ: it would wait for your identity desk."),
    }.get(matched, _("Nobody is looked for."))


def _effect(run: DryRun) -> str:
    if run.answer != "AA":
        return _("Nothing would happen: the message is refused.")
    if run.shown:
        return ""
    return {
        "done": _("Nothing would be shown: what it says is kept, or known already."),
        "doubted": _("Nothing would be shown before somebody has decided."),
        "quarantined": _("Nothing would be shown: the message would wait in quarantine."),
    }.get(run.outcome, _("Nothing would be shown."))


def _sent(shown: Shown) -> Sent:
    """Of whom the card is for, the care team: nobody else is told of an event outside the page."""
    if shown.quiet or shown.withdrawn:
        return Sent(0, owned=False, quiet=True)
    grants = live_members([shown.circle]).filter(membership__standing=Standing.CARE_TEAM, membership__person__is_active=True)
    people = set(grants.values_list("membership__person", flat=True))
    told = [ways for ways in ways_of(people, News.HOSPITAL, circle=shown.circle).values() if not ways.off]
    return Sent(len(told), owned=shown.urgency == Urgency.URGENT, quiet=False)
