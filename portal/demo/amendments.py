"""Corrections and retractions: what people write wrong, and how they put it right."""

import random
import re
from datetime import datetime, timedelta

from portal.demo.story import Change, Post

CORRECTED_SHARE = 0.018
RETRACTED_SHARE = 0.006
WITHDRAWN_FOR = ("mauvais fil", "écrit deux fois", "destiné à un autre patient", "envoyé trop tôt", "erreur de patient")
FIGURE = re.compile(r"\d+,\d")
SIDES = {"gauche": "droit", "droit": "gauche", "gauches": "droits"}
SIDE = re.compile(r"\b(gauche|droit)\b")


def amend(rng: random.Random, posts: list[Post], now: datetime) -> None:
    """Correct some posts and retract a few that nobody answered; each within hours of writing, never after `now`."""
    answered = {id(post.reply_to) for post in posts if post.reply_to}
    for post in posts:
        draw = rng.random()
        at = post.at + timedelta(minutes=rng.uniform(1, 90))
        if at >= now or post.urgency != "info":
            continue
        if draw < RETRACTED_SHARE and id(post) not in answered:
            post.retracted = Change(at, rng.choice(WITHDRAWN_FOR))
        elif draw < RETRACTED_SHARE + CORRECTED_SHARE:
            before, reason = slip(rng, post.text)
            if before != post.text:
                post.corrected = Change(at, reason, before)


def slip(rng: random.Random, text: str) -> tuple[str, str]:
    """The text as it was first written, with one slip in it, and the reason that its author gives for correcting it."""
    if side := SIDE.search(text):
        return text[: side.start()] + SIDES[side.group()] + text[side.end() :], "côté corrigé"
    if figure := FIGURE.search(text):
        whole, _, tenth = figure.group().partition(",")
        wrong = f"{whole},{(int(tenth) + rng.randint(2, 7)) % 10}"
        return text[: figure.start()] + wrong + text[figure.end() :], "chiffre corrigé"
    sentences = text.split(". ")
    if len(sentences) > 1:
        return ". ".join(sentences[:-1]) + ".", "précision ajoutée"
    return text, ""
