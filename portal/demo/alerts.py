"""Urgent and to-do posts: who took them, handed them back, closed them."""

import random
from datetime import datetime, timedelta

from portal.demo.cast import Seat
from portal.demo.story import NEVER_TAKE, READERS, Post, Step, standing_of
from portal.demo.team import Team

SETTLED_AFTER = timedelta(days=3)
REASONS = (
    "Autre visite plus longue que prévu.",
    "Pas joignable cet après-midi.",
    "Plutôt pour le médecin.",
    "Je termine ma tournée plus tard que prévu.",
    "Voiture en panne.",
)


def settle_alerts(rng: random.Random, team: Team, posts: list[Post]) -> None:
    """Give every urgent and to-do post its steps; old ones are done, a few of the last days are still open or in hand."""
    answers: dict[int, list[Post]] = {}
    for post in posts:
        if post.reply_to:
            answers.setdefault(id(post.reply_to), []).append(post)
    for post in posts:
        if post.urgency != "info" and not post.steps:
            post.steps = _steps(rng, team, post, answers.get(id(post), []))


def may_take(seat: Seat, post: Post) -> bool:
    """The contract's rule: care team, social worker and home help, for what they read; one's own too."""
    return seat.role not in NEVER_TAKE and standing_of(seat.role) in READERS[post.audience]


def _steps(rng: random.Random, team: Team, post: Post, answers: list[Post]) -> list[Step]:
    takers = [seat for seat in team.present(post.at) if may_take(seat, post) and seat.person != post.author]
    asked = [seat for seat in takers if seat.role in post.to] or takers
    if not asked:
        return []
    urgent = post.urgency == "urgent"
    helper = next((a for a in answers if any(a.author == seat.person for seat in asked)), None)
    owner = helper.author if helper else rng.choice(asked).person
    taken_at = helper.at - timedelta(seconds=rng.randint(10, 50)) if helper else post.at + timedelta(minutes=_wait(rng, urgent))
    steps = [Step("taken", owner, max(taken_at, post.at + timedelta(seconds=5)))]
    others = [seat.person for seat in asked if seat.person != owner]
    if others and not helper and rng.random() < 0.3:
        back = steps[0].at + timedelta(minutes=_wait(rng, urgent))
        owner = rng.choice(others)
        again = back + timedelta(minutes=rng.randint(2, 30))
        steps += [Step("reopened", steps[0].by, back, rng.choice(REASONS)), Step("taken", owner, again)]
    last = max([steps[-1].at, *(answer.at for answer in answers)])
    steps.append(Step("done", owner, last + timedelta(minutes=rng.randint(4, 50) if urgent else rng.randint(30, 1300))))
    return _until(steps, team.now, keep_open=team.now - post.at < SETTLED_AFTER and rng.random() < 0.5)


def _wait(rng: random.Random, urgent: bool) -> float:
    return rng.uniform(1, 12) if urgent else rng.uniform(10, 300)


def _until(steps: list[Step], now: datetime, *, keep_open: bool) -> list[Step]:
    """The steps that have happened by now; without the last where the matter is still in hand."""
    past = [step for step in steps if step.at < now]
    return past[:-1] if keep_open and len(past) == len(steps) else past
