"""The whole region in one call: who lives there, and every journal up to `now`."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from portal.demo.alerts import settle_alerts
from portal.demo.amendments import amend
from portal.demo.beats import read_corpus
from portal.demo.cast import Cast, Patient, read_cast
from portal.demo.readings import draw_readings
from portal.demo.scripted import script_of
from portal.demo.story import Journal, Post
from portal.demo.writing import Writer

SEED = 40
OPENED_BEFORE = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Region:
    """The cast, and a way to its journals: one at a time, for the largest has 5,000 posts."""

    cast: Cast
    now: datetime
    seed: int = SEED

    @property
    def post_count(self) -> int:
        return sum(patient.posts for patient in self.cast.patients.values())

    def journals(self) -> Iterator[Journal]:
        """Every patient's journal in the order of the file; the same for the same `now` and `seed`."""
        return (self.journal(patient) for patient in self.cast.patients.values())

    def journal(self, patient: Patient) -> Journal:
        """One patient's journal, with exactly the patient's number of posts."""
        rng = random.Random(f"{self.seed}:{patient.key}")  # noqa: S311  -- a repeatable story, no secret
        writer = Writer(rng, self.cast, patient, read_corpus(), self.now)
        scripted = script_of(self.cast, patient, self.now)
        drawn = writer.write(patient.posts - len(scripted))
        settle_alerts(rng, writer.team, drawn)
        amend(rng, drawn, self.now)
        posts = _in_order(drawn + scripted)
        return Journal(patient, min(writer.began, posts[0].at) - OPENED_BEFORE, posts, draw_readings(rng, writer.team, posts))


def _in_order(posts: list[Post]) -> list[Post]:
    """By ascending time, no two at the same moment."""
    posts = sorted(posts, key=lambda post: post.at)
    for earlier, later in pairwise(posts):
        if later.at <= earlier.at:
            later.at = earlier.at + timedelta(milliseconds=7)
    return posts


def build_region(now: datetime, seed: int = SEED) -> Region:
    """The demo region as of `now` (aware)."""
    return Region(read_cast(), now, seed)
