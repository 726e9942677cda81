"""Read marks: how far each member has read, and when."""

import random
from datetime import timedelta

from portal.demo.cast import Seat
from portal.demo.story import READERS, Mark, Post, standing_of
from portal.demo.team import Team

BEHIND = {"care_team": (0, 4), "wider_team": (0, 6), "patient": (0, 3), "relatives": (0, 3)}
NEVER_CONNECTED = frozenset({"barrere", "poyanne"})


def set_marks(rng: random.Random, team: Team, posts: list[Post]) -> list[Mark]:
    """A mark for nearly everybody: on their last reading, a few posts behind, never before their own last word."""
    marks = []
    for seat in team.patient.seats:
        mark = None if seat.person in NEVER_CONNECTED else _mark(rng, team, seat, posts)
        if mark is not None:
            marks.append(mark)
    return marks


def _mark(rng: random.Random, team: Team, seat: Seat, posts: list[Post]) -> Mark | None:
    standing = standing_of(seat.role)
    left = team.now - timedelta(days=seat.until or 0)
    seen = [i for i, post in enumerate(posts) if standing in READERS[post.audience] and post.at < left]
    if not seen:
        return None
    own = max((i for i in seen if posts[i].author == seat.person), default=-1)
    behind = rng.randint(*BEHIND[standing]) if rng.random() < 0.75 else 0
    index = max(seen[max(len(seen) - 1 - behind, 0)], own)
    at = posts[index].at + timedelta(minutes=rng.uniform(1, 40))
    return Mark(seat.person, index, min(at, team.now - timedelta(seconds=rng.randint(20, 50))))
