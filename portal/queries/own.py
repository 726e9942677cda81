"""The patient's own page: the last word, who can be called, who has read, in plain words; kinship and first names come first."""
import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import clock, ids
from journal.items import receipts_of, source_named
from journal.models import Post
from journal.queries import full, unread_counts
from media import errors
from media.enums import MediaKind, MediaState
from media.items import media_of
from media.models import Listening
from media.words import files_words
from messaging.feed.enums import Standing
from messaging.feed.items import Item
from people.accounts.models import Person
from people.circles.access import reader_of
from people.circles.enums import Role
from people.circles.models import Membership
from people.circles.queries import memberships_of, seats_of_teams
from people.contacts.words import yours
from portal.queries.people import Seat
from portal.templatetags.times import local

_NOON, _EVENING = 12, 18
_LONGEST = 600


@dataclass(frozen=True)
class Note:
    """A voice note: what the player needs, as JSON ("" while there is none), what was written down; of one's own, why it was refused."""

    player: str
    transcript: str
    reviewed: bool
    refused: str = ""


@dataclass(frozen=True)
class Word:
    """A message: when and by whom in words, its text, its voice notes, its other files in words, whether the text was cut.

    `seq` where seeing it here means that all is read, else None.
    """

    when: str
    who: str
    text: str
    notes: list[Note]
    files: str
    cut: bool
    seq: int | None = None
    read_by: str = ""


@dataclass(frozen=True)
class Caller:
    """Somebody around the patient. `phone` "" where it is not known."""

    name: str
    words: str
    full_name: str
    standing: str
    absent: bool
    phone: str


@dataclass(frozen=True)
class Own:
    """The page's changing part: the newest message of others, one's own newest."""

    last: Word | None
    mine: Word | None
    more: bool


def own_circle(person: Person) -> UUID | None:
    """The circle of which somebody is the patient, where there is exactly one."""
    circles = list(memberships_of(person).filter(role=Role.PATIENT).values_list("circle", flat=True)[:2])
    return circles[0] if len(circles) == 1 else None


def has_other_circles(member: Membership) -> bool:
    """Whether the patient is in circles of others too."""
    return memberships_of(member.person).exclude(pk=member.pk).exists()


def greeting(member: Membership) -> str:
    """Bonjour Madame Durand."""
    traits = member.circle.patient.traits
    if traits.sex == "F":
        return _("Hello Mrs %(name)s") % {"name": traits.family_name}
    if traits.sex == "M":
        return _("Hello Mr %(name)s") % {"name": traits.family_name}
    return _("Hello %(name)s") % {"name": member.person.name}


def today(zone: str) -> str:
    """mardi 24 novembre."""
    return dateformat.format(local(clock.now(), zone), _("l j F"))


def own_words(member: Membership, seats: Sequence[Seat]) -> Own:
    """The newest messages that the patient reads, in seven statements at most."""
    by_id = {seat.id: seat for seat in seats}
    visible = full(Post.objects.visible_to(reader_of(member)).filter(circle=member.circle_id, retracted_at=None)).order_by("-patient_seq")
    last = visible.exclude(author__person=member.person_id).first()
    mine = visible.filter(author__person=member.person_id).first()
    unread = unread_counts([member.pk]).get(member.pk, 0)
    zone = member.circle.zone
    carrying = [post.pk for post in (last, mine) if post and post.media_kinds and post.is_whole_for(Standing.PATIENT)]
    files = media_of(carrying) if carrying else {}
    seen = last is not None and unread == 1 and _all_heard(member, last, files.get(last.pk, []))
    told = _word(last, files.get(last.pk, []), _seat(by_id, last), zone, seq=last.patient_seq if seen else None) if last else None
    read_by = _read_by(mine, by_id, member) if mine else ""
    written = _word(mine, files.get(mine.pk, []), _seat(by_id, mine), zone, read_by=read_by) if mine else None
    return Own(told, written, more=unread > 1)


def _seat(seats: dict[UUID, Seat], post: Post) -> Seat | None:
    return seats.get(post.author_id) if post.author_id else None


def _word(post: Post, files: Sequence[Item], author: Seat | None, zone: str, *, seq: int | None = None, read_by: str | None = None) -> Word:
    """`read_by`: of one's own message, else None."""
    text = post.text_for(Standing.PATIENT)
    cut = len(text) > _LONGEST
    who = _author(author) if author else post.author.person.name if post.author else source_named(post, Standing.PATIENT)
    shown = text[:_LONGEST] + ("…" if cut else "")
    mine = read_by is not None
    notes = [file for file in files if _sounds(file) or (mine and file["kind"] == MediaKind.VOICE)]
    rest = files_words([(file["kind"], file) for file in files if file not in notes])
    sounds = [_note(file, mine=mine) for file in notes]
    return Word(when_words(post.received_at, zone), who, shown, sounds, rest, cut, None if cut or rest else seq, read_by or "")


def _all_heard(member: Membership, post: Post, files: Sequence[Item]) -> bool:
    """What was not heard was not read."""
    notes = {file["id"] for file in files if _sounds(file)}
    return not notes or Listening.objects.filter(carry__post=post.pk, carry__medium__in=notes, member=member.pk).count() == len(notes)


def _sounds(file: Item) -> bool:
    return bool(file["kind"] == MediaKind.VOICE and file["state"] != MediaState.REFUSED)


def _note(file: Item, *, mine: bool) -> Note:
    transcript = file.get("transcript", {})
    known = {name: file.get(name) for name in ("id", "duration", "waveform")} | {"mine": mine}
    player = json.dumps(known) if file["state"] == MediaState.READY else ""
    refused = "" if _sounds(file) else errors.reason(file.get("code", ""))
    return Note(player, transcript.get("text", ""), transcript.get("reviewed", False), refused)


def _author(seat: Seat) -> str:
    """Claire, votre fille; Alice Martin, infirmière."""
    caller = as_caller(seat)
    return f"{caller.name}, {caller.words}" if caller.words else caller.name


def _read_by(post: Post, seats: dict[UUID, Seat], member: Membership) -> str:
    """Lu par Dr Castets et 3 autres; "" where nobody has yet."""
    readers = [seats[pk] for receipt in receipts_of(post) if (pk := ids.parse(receipt["member"])) and pk in seats and pk != member.pk]
    if not readers:
        return ""
    first, others = as_caller(readers[0]).name, len(readers) - 1
    if not others:
        return _("Read by %(name)s") % {"name": first}
    words = ngettext("Read by %(name)s and %(n)d other", "Read by %(name)s and %(n)d others", others)
    return words % {"name": first, "n": others}


def as_caller(seat: Seat) -> Caller:
    """A relative by first name and kinship; others by name and what they do."""
    close = seat.standing == Standing.RELATIVES and bool(seat.kinship) and bool(seat.given_name)
    words = yours(seat.kinship_words) if close else seat.role_words
    return Caller(seat.given_name if close else seat.name, words, seat.name, seat.standing, seat.contact or seat.absent, seat.phone)


def around(member: Membership, seats: Sequence[Seat]) -> tuple[list[Caller], list[Caller]]:
    """(who can be called, who else is here): the family first, then the others in the order of their roles; teams with their number."""
    others = [seat for seat in seats if not seat.me]
    people = [as_caller(seat) for seat in sorted(others, key=lambda seat: seat.standing != Standing.RELATIVES)]
    seated = [seat for seat in seats_of_teams(member.circle_id) if not seat.ended_at and seat.structure.phone]
    teams = [
        Caller(seat.structure.name, "", seat.structure.name, Role(seat.role).standing, False, re.sub(r"[^+\d]", "", seat.structure.phone))
        for seat in seated
    ]
    family = [one for one in people if one.phone and one.standing == Standing.RELATIVES]
    rest = [one for one in people if one.phone and one.standing != Standing.RELATIVES]
    return family + teams + rest, [one for one in people if not one.phone]


def when_words(at: dt.datetime, zone: str) -> str:
    """Ce matin à 9:44 · hier à 18:02 · lundi 23 novembre à 9:05."""
    here, now = local(at, zone), local(clock.now(), zone)
    time = f"{here.hour}:{here.minute:02}"
    days = (now.date() - here.date()).days
    if days == 0 and here.hour < _NOON:
        return _("This morning at %(time)s") % {"time": time}
    if days == 0:
        return (_("This afternoon at %(time)s") if here.hour < _EVENING else _("This evening at %(time)s")) % {"time": time}
    if days == 1:
        return _("Yesterday at %(time)s") % {"time": time}
    return _("%(day)s at %(time)s") % {"day": dateformat.format(here, _("l j F")).capitalize(), "time": time}
