"""When each member read: before every word of their own, now and then between, and at the end a few posts behind."""

import random
from datetime import datetime, timedelta

from portal.demo.cast import Seat
from portal.demo.story import READERS, Post, Reading, standing_of
from portal.demo.team import Team

BEHIND = {"care_team": (0, 4), "wider_team": (0, 6), "patient": (0, 3), "relatives": (0, 3)}
MOST_LOOKS = 400


def draw_readings(rng: random.Random, team: Team, posts: list[Post]) -> list[Reading]:
    """The moments of reading of nearly everybody; none for those who never connect."""
    seats = [seat for seat in team.patient.seats if not team.cast.people[seat.person].silent]
    return [reading for seat in seats if (reading := _reading(rng, team, seat, posts))]


def _reading(rng: random.Random, team: Team, seat: Seat, posts: list[Post]) -> Reading | None:
    standing = standing_of(seat.role)
    came = team.now - timedelta(days=seat.since if seat.since is not None else team.patient.days + 1)
    left = team.now - timedelta(days=seat.until or 0)
    seen = [post for post in posts if standing in READERS[post.audience] and came < post.at < left]
    if not seen:
        return None
    own = [post.at for post in seen if post.author == seat.person]
    behind = rng.randint(*BEHIND[standing]) if rng.random() < 0.75 else 0
    last = max(seen[max(len(seen) - 1 - behind, 0)].at + timedelta(seconds=rng.randint(5, 900)), *own, came)
    looks = rng.sample(seen, min(len(seen) // 3 + 1, MOST_LOOKS))
    moments = {post.at + timedelta(minutes=rng.uniform(1, 45)) for post in looks} | {at - timedelta(seconds=5) for at in own} | {last}
    return Reading(seat.person, tuple(sorted(_kept(moments, came, min(last, left, team.now - timedelta(seconds=20))))))


def _kept(moments: set[datetime], came: datetime, last: datetime) -> set[datetime]:
    return {moment for moment in moments if came < moment <= last} | {last}
