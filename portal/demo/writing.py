"""Writes one patient's journal: draws beats by their weights, sets them in time, and puts them into words."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from portal.demo.beats import Answer, Beat, Corpus
from portal.demo.body import Body
from portal.demo.calendar import FRESH, draw_answer, draw_roots
from portal.demo.cast import Cast, Patient, Persona, Seat
from portal.demo.phrasing import Phrasebook
from portal.demo.slots import Scene
from portal.demo.story import READERS, Post, standing_of
from portal.demo.team import Naming, Team

EVERYDAY = {"daily": 2.6, "medication": 0.9, "family": 1.0}
TRIES = 6
FALLBACK = "nurse"
Planned = tuple[Beat, tuple[Answer, ...]]


@dataclass(slots=True)
class Writer:
    """Everything that writing one journal needs; `said` keeps texts from being written twice."""

    rng: random.Random
    cast: Cast
    patient: Patient
    corpus: Corpus
    now: datetime
    team: Team = field(init=False)
    book: Phrasebook = field(init=False)
    body: Body = field(init=False)
    said: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.team = Team(self.cast, self.patient, self.now)
        self.book = Phrasebook(self.rng, self.corpus.fragments)
        self.body = Body(self.rng, began=self.began, length=self.patient.days)

    @property
    def began(self) -> datetime:
        return self.now - timedelta(days=self.patient.days)

    def write(self, count: int) -> list[Post]:
        """Exactly `count` posts by ascending time, or none if nobody is there to write."""
        plan = self._plan(count)
        zone = ZoneInfo(self.patient.zone)
        times = draw_roots(self.rng, [_hours(beat) for beat, _ in plan], began=self.began, until=self.now - FRESH, zone=zone)
        by_hours: dict[str, list[Planned]] = {}
        for beat, answers in plan:
            by_hours.setdefault(_hours(beat), []).append((beat, answers))
        posts: list[Post] = []
        for at, hours in times:
            beat, answers = by_hours[hours].pop()
            posts += self._act(beat, answers, at, zone)
        return sorted(posts, key=lambda post: post.at)

    def _plan(self, count: int) -> list[Planned]:
        """Beats with the answers that will come, whose posts add up to `count`."""
        weights = EVERYDAY | self.patient.themes
        usable = [beat for beat in self.corpus.beats if beat.theme in weights and self.team.ever(beat.by)]
        heavy = {theme: sum(beat.weight for beat in usable if beat.theme == theme) for theme in weights}
        odds = [beat.weight * weights[beat.theme] / heavy[beat.theme] for beat in usable]
        plan: list[Planned] = []
        left = count
        while left > 0:
            beat = self.rng.choices(usable, odds)[0]
            answers = tuple(a for a in beat.answers if self.rng.random() < a.chance and self.team.always(a.by, 1 + a.other))[: left - 1]
            plan.append((beat, answers))
            left -= 1 + len(answers)
        return plan

    def _act(self, beat: Beat, answers: tuple[Answer, ...], at: datetime, zone: ZoneInfo) -> list[Post]:
        """One beat in words: the first post and its answers, each after the one before."""
        if not self.team.able(beat.by, at):
            beat = self._instead(beat)
        first = self._post(self._pick(beat.by, at, None), beat.audience, beat.text, at, None)
        first.urgency, first.to = beat.urgency, beat.asks
        chain = [first]
        for answer in answers:
            at = draw_answer(self.rng, at, urgent=beat.urgency == "urgent", now=self.now, zone=zone)
            seat = self._pick(answer.by, at, first.author if answer.other or answer.by != beat.by else None, chain)
            chain.append(self._post(seat, answer.audience, answer.text, at, _answered(chain, seat, answer.audience)))
        return chain

    def _instead(self, beat: Beat) -> Beat:
        """A nurse's everyday post where the one who would write had not come yet, or had left."""
        everyday = [other for other in self.corpus.beats if other.by == FALLBACK and other.theme in EVERYDAY and other.urgency == "info"]
        fitting = [other for other in everyday if (other.audience, other.hours) == (beat.audience, beat.hours)]
        return self.rng.choice(fitting or everyday)

    def _pick(self, by: str, at: datetime, but: str | None, chain: list[Post] | None = None) -> Seat:
        """Who writes: the first writer's family answers as the same person, colleagues by chance."""
        able = self.team.able(by, at)
        spoken = {post.author for post in chain or ()}
        if by == "family":
            again = [seat for seat in able if seat.person in spoken]
            return again[0] if again else self.rng.choice(able)
        return self.rng.choice([seat for seat in able if seat.person != but] or able)

    def _post(self, seat: Seat, audience: str, templates: tuple[str, ...], at: datetime, answered: Post | None) -> Post:
        author = self.cast.people[seat.person]
        thanked: Persona | None = self.cast.people[answered.author] if answered and answered.author != seat.person else None
        for _ in range(TRIES):
            naming = Naming(self.rng, self.team, seat, thanked, at)
            text = self.book.say(templates, Scene(self.rng, self.body, self.patient, author, at, naming.call))
            if text not in self.said:
                break
        self.said.add(text)
        return Post(at, seat.person, seat.role, audience, text, reply_to=answered)


def _hours(beat: Beat) -> str:
    return "family" if beat.by in ("family", "patient") else beat.hours


def _answered(chain: list[Post], seat: Seat, audience: str) -> Post | None:
    """The newest post of the chain by somebody else that the answerer reads and that is not narrower than the answer."""
    standing = standing_of(seat.role)
    for post in reversed(chain):
        if post.author != seat.person and READERS[audience] <= READERS[post.audience] and standing in READERS[post.audience]:
            return post
    return None
