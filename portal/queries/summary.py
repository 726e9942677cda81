"""The patient at a glance, as one member may see it: what is open, what must be known, measures, treatments, whom to call."""
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from care.plan.fields import Field
from care.plan.models import Entry
from care.plan.queries import entries_of
from foundation import clock
from journal.enums import AlertState, Urgency
from journal.models import Post
from people.circles.access import reader_of
from people.circles.models import Membership
from people.circles.words import short_name
from portal.queries.news import opened_posts
from portal.templatetags.times import local, moment, short_day

_UNFINISHED = (AlertState.OPEN, AlertState.UNANSWERED, AlertState.TAKEN)
_MOST_OPEN = 12
PARTS = {
    "know": (Field.ALERT_NOTE, Field.ALLERGY, Field.PROBLEM),
    "treatments": (Field.TREATMENT,),
    "living": (Field.AUTONOMY, Field.DEVICE, Field.HABIT, Field.WISHES, Field.TRUSTED_PERSON),
}


@dataclass(frozen=True)
class Statement:
    """An entry as the page writes it: `strong` is what stands before a parenthesis of an allergy, `rest` what follows."""

    id: UUID
    strong: str
    rest: str
    text: str
    gir: int | None
    until: str
    until_words: str
    ends: bool  # in a sign that ends a sentence
    by: str
    audience: str
    audience_words: str
    version: int


@dataclass(frozen=True)
class Fact:
    """A field with what is in force, and who changed it last."""

    field: str
    label: str
    statements: list[Statement]
    by: str
    lines: bool  # each statement on a line of its own


@dataclass(frozen=True)
class Open:
    """An urgent post or a to-do that is not done."""

    post: UUID
    words: str
    more: str
    urgent: bool
    taken: bool


def facts_of(reader: Membership) -> dict[str, list[Fact]]:
    """By part of the page: the fields that say something to the reader. One statement."""
    today = local(clock.now(), reader.circle.zone).date()
    by_field: dict[str, list[Entry]] = {}
    for entry in entries_of(reader):
        if entry.counts_on(today):
            by_field.setdefault(entry.field, []).append(entry)
    zone = reader.circle.zone
    return {part: [_fact(field, by_field[field], zone) for field in fields if field in by_field] for part, fields in PARTS.items()}


def _fact(field: Field, entries: list[Entry], zone: str) -> Fact:
    newest = max(entries, key=lambda entry: entry.changed_at)
    label = str(field.label)
    if field is Field.TREATMENT:
        label = ngettext("%(n)d medicine", "%(n)d medicines", len(entries)) % {"n": len(entries)}
    return Fact(field, label, [_statement(entry, zone) for entry in entries], _signed(newest, zone), field is not Field.PROBLEM)


def _statement(entry: Entry, zone: str) -> Statement:
    words = entry.words()
    text, gir, until = words["text"], words.get("gir"), words.get("until", "")
    strong, rest = "", text
    if entry.field == Field.ALLERGY:
        strong, paren, after = text.partition(" (")
        rest = paren + after
    elif gir:
        rest = ". ".join(filter(None, (_("GIR %(n)d") % {"n": gir}, text)))
    return Statement(
        entry.pk, strong, rest, text, gir, until, _day(until, zone), rest.endswith((".", "!", "?")), _signed(entry, zone), entry.audience,
        str(entry.get_audience_display()), entry.version,
    )  # fmt: skip


def _day(until: str, zone: str) -> str:
    """26 nov.; the year where it is another."""
    if not until:
        return ""
    return short_day(dt.date.fromisoformat(until), local(clock.now(), zone).date())


def _signed(entry: Entry, zone: str) -> str:
    by = entry.changed_by
    return ", ".join(filter(None, (short_name(by.person, by.role) if by else "", moment(entry.changed_at, zone))))


def open_posts(reader: Membership) -> list[Open]:
    """What waits for somebody or is being done, urgent and unanswered first, then oldest first. Five statements at most."""
    rows = Post.objects.visible_to(reader_of(reader)).filter(circle=reader.circle_id, alert_state__in=_UNFINISHED, retracted_at=None)
    found = [post for post in rows.defer("sealed_text", "sealed_event", "sealed_reason") if post.is_whole_for(reader.stands)]
    found.sort(key=lambda post: (post.urgency != Urgency.URGENT, post.alert_state == AlertState.TAKEN, post.received_at))
    shown = found[:_MOST_OPEN]
    whole = opened_posts(post.pk for post in shown)
    owners = _owners(post.owner_id for post in shown if post.owner_id)
    return [
        Open(
            post.pk, whole.excerpt(whole[post.pk], reader.stands), _more(post, owners, reader), post.urgency == Urgency.URGENT,
            post.alert_state == AlertState.TAKEN,
        )
        for post in shown if post.pk in whole
    ]  # fmt: skip


def _owners(members: Iterable[UUID]) -> dict[UUID, Membership]:
    return Membership.objects.select_related("person").in_bulk(set(members))


def _more(post: Post, owners: dict[UUID, Membership], reader: Membership) -> str:
    owner = owners.get(post.owner_id) if post.owner_id else None
    if owner is not None and owner.pk == reader.pk:
        return _("You have this")
    if owner is not None:
        return _("%(name)s has this") % {"name": short_name(owner.person, owner.role)}
    return _("Since %(when)s, nobody yet") % {"when": moment(post.received_at, reader.circle.zone)}
