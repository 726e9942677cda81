"""From a story to rows: one journal's events in the order of time, in memory."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from journal.bulk import NewJournal, Words
from journal.enums import Urgency
from journal.models import Post as PostRow
from messaging.live.bulk import Marked, new_mark
from people.accounts.models import Person, Structure, Unit
from people.audit.bulk import Trail, new_trail
from people.audit.services import Access
from people.circles.bulk import NewCircle
from people.circles.enums import FITTING, Audience, History, Role
from people.circles.models import Membership
from people.circles.services import Admission
from people.contacts.models import Contact
from portal.demo.calls import new_contacts
from portal.demo.cast import Cast, Patient, Seat
from portal.demo.cast import Structure as Team
from portal.demo.filing import Filed
from portal.demo.glances import Glance
from portal.demo.glass import GlassStory, glasses_of
from portal.demo.stays import StayStory, stays_of
from portal.demo.story import Journal, Post

Event = tuple[dt.datetime, int, Callable[[], Any]]
OPENINGS = 6  # lines in the trail for each member


@dataclass
class Built:
    """One journal's rows in memory."""

    patient: Patient
    circle: NewCircle
    journal: NewJournal
    marks: list[Marked]
    trail: Trail
    contacts: list[Contact]
    seated: dict[str, Membership]
    filed: list[Filed]
    stays: list[StayStory]
    glasses: list[GlassStory]
    glance: Glance


@dataclass
class Building:
    """A journal on its way from story to rows."""

    story: Journal
    now: dt.datetime
    people: dict[str, Person]
    circle: NewCircle
    cast: Cast
    structures: dict[str, Structure]
    units: dict[str, Unit]
    journal: NewJournal = field(init=False)
    stays: list[StayStory] = field(init=False)
    glasses: list[GlassStory] = field(init=False)
    glance: Glance = field(init=False)
    seated: dict[str, Membership] = field(default_factory=dict)
    rows: dict[int, PostRow] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    filed: list[Filed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = NewJournal(self.circle)
        patient = self.story.patient
        self.stays = stays_of(patient, self.structures, self.units)
        self.glasses = glasses_of(patient.key, patient.zone, self.circle, self.people, self.structures, self.now)
        self.glance = Glance(patient.key, self.circle, self.seated, self.now)

    def build(self) -> Built:
        """Runs all events in the order of time; the place in the list decides between two at the same moment."""
        for _, _, happen in sorted(self._events(), key=lambda event: event[:2]):
            happen()
        lines = self.circle.feed.lines
        found = [new_mark(self.seated[reading.person], lines, reading.moments) for reading in self.story.readings]
        marks = [mark for mark in found if mark]
        return Built(
            self.story.patient, self.circle, self.journal, marks, self._trail(), self.contacts, self.seated, self.filed, self.stays,
            self.glasses, self.glance,
        )  # fmt: skip

    def _events(self) -> Iterator[Event]:
        kept = self.story.opened_at + dt.timedelta(hours=1)  # after all who were there from the beginning
        told = (event for post in self.story.posts for event in self._about(post))
        stays = (event for stay in self.stays for event in stay.events(self.journal, self.seated, self.now))
        glasses = (event for glass in self.glasses for event in glass.events())
        happenings = [*self._comings(), (kept, lambda: self._keep(kept)), *told, *stays, *glasses, *self.glance.events()]
        return ((at, place, happen) for place, (at, happen) in enumerate(happenings))

    def _comings(self) -> Iterator[tuple[dt.datetime, Callable[[], Any]]]:
        for place, seat in enumerate(self.story.patient.seats):
            at = self.story.opened_at + dt.timedelta(minutes=3 * place)
            if seat.since is not None:
                at = self.now - dt.timedelta(days=seat.since)
            yield at, lambda seat=seat, at=at: self._join(seat, at)  # type: ignore[misc]
            if seat.until is not None:
                end = self.now - dt.timedelta(days=seat.until)
                yield end, lambda seat=seat, end=end: self.circle.leave(self.seated[seat.person], at=end)  # type: ignore[misc]

    def _keep(self, at: dt.datetime) -> None:
        by = next(iter(self.seated.values()))
        self.contacts += new_contacts(self.story.patient.key, self.circle, by, at)

    def _join(self, seat: Seat, at: dt.datetime) -> None:
        """A permanent seat of somebody whose structure is a member comes with the whole team; the others come by themselves."""
        if seat.person in self.seated:
            return
        first = next(iter(self.seated.values()), None)
        admission = Admission(Role(seat.role), History(seat.history))
        team = self._team(seat)
        if team is None:
            self.seated[seat.person] = self.circle.join(self.people[seat.person], admission, at=at, by=first)
            return
        row = self.circle.seat(self.structures[team.key], admission, at=at, by=first)
        for one in self._listed(team, seat):
            self.seated[one] = self.circle.join(self.people[one], admission, at=at, by=first, seat=row)

    def _team(self, seat: Seat) -> Team | None:
        works = [self.cast.structures[key] for key in self.cast.people[seat.person].structures]
        lasting = seat.since is None and seat.until is None
        return next((one for one in works if lasting and one.team == seat.role and not self._comes_apart(one)), None)

    def _comes_apart(self, team: Team) -> bool:
        """Whether somebody of the team has a seat with an end or a later beginning: then its people come by themselves."""
        return any(seat.since or seat.until for seat in self.story.patient.seats if team.key in self.cast.people[seat.person].structures)

    def _listed(self, team: Team, seat: Seat) -> list[str]:
        professions = FITTING[Role(seat.role)]
        listed = [one for one in self.cast.people.values() if team.key in one.structures and one.profession in professions]
        return sorted((one.key for one in listed if one.key not in self.seated), key=lambda key: key != seat.person)

    def _about(self, post: Post) -> Iterator[tuple[dt.datetime, Callable[[], Any]]]:
        yield post.at, lambda: self._write(post)
        for step in post.steps:
            yield step.at, lambda step=step: self._step(post, step.kind, step.by, step.reason, step.at)  # type: ignore[misc]
        if change := post.corrected:
            yield change.at, lambda: self.journal.correct(self.rows[id(post)], text=post.text, reason=change.reason, at=change.at)
        if gone := post.retracted:
            yield gone.at, lambda: self.journal.retract(self.rows[id(post)], reason=gone.reason, at=gone.at)

    def _write(self, post: Post) -> None:
        text = post.corrected.before if post.corrected else post.text
        answered = self.rows[id(post.reply_to)] if post.reply_to else None
        words = Words(text, Audience(post.audience), Urgency(post.urgency), post.to, answered)
        self.rows[id(post)] = self.journal.write(self.seated[post.author], words, at=post.at)
        if post.files:
            self.filed.append(Filed(self.rows[id(post)], post.files))

    def _step(self, post: Post, kind: str, by: str, reason: str, at: dt.datetime) -> None:
        row, member = self.rows[id(post)], self.seated[by]
        match kind:
            case "taken":
                self.journal.take(row, member, at=at)
            case "reopened":
                self.journal.hand_back(row, member, reason=reason, at=at)
            case _:
                self.journal.complete(row, member, at=at)

    def _trail(self) -> Trail:
        """The newest openings of each member, as the trail keeps them."""
        looks = sorted((at, reading.person) for reading in self.story.readings for at in reading.moments[-OPENINGS:])
        circle = self.circle.circle.id
        return new_trail(circle, [(at, self._opening(person)) for at, person in looks])

    def _opening(self, person: str) -> Access:
        member = self.seated[person]
        return Access(self.circle.circle.id, member.person_id, member.role, "circle.opened", "admitted")
