"""What may happen in a journal: beats, read from corpus/*.toml. A beat is one post and the answers that may follow it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A possible answer: `chance` in 0…1; `other` wants somebody else of the same trade than who wrote first."""

    by: str
    audience: str
    text: tuple[str, ...]
    chance: float
    other: bool


@dataclass(frozen=True, slots=True, eq=False)
class Beat:
    """A post of a theme: who writes it (`by`: a role, "family" or a trade), for whom, how often, at what time of the day."""

    theme: str
    by: str
    audience: str
    urgency: str
    asks: tuple[str, ...]
    weight: float
    hours: str
    text: tuple[str, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Every beat, and the fragments that texts share."""

    beats: tuple[Beat, ...]
    fragments: dict[str, tuple[str, ...]]


def _answer(entry: dict[str, Any]) -> Answer:
    return Answer(entry["by"], entry.get("to", "care_team"), tuple(entry["text"]), entry.get("chance", 1.0), entry.get("other", False))


def _beat(theme: str, entry: dict[str, Any]) -> Beat:
    return Beat(
        theme=theme, by=entry["by"], audience=entry.get("to", "care_team"), text=tuple(entry["text"]),
        urgency=entry.get("urgency", "info"), asks=tuple(entry.get("asks", ())),
        weight=entry.get("weight", 1), hours=entry.get("hours", "day"),
        answers=tuple(_answer(answer) for answer in entry.get("then", ())),
    )  # fmt: skip


@cache
def read_corpus() -> Corpus:
    """The whole corpus, in a fixed order."""
    beats: list[Beat] = []
    fragments: dict[str, tuple[str, ...]] = {}
    files = [entry for entry in resources.files(__package__).joinpath("corpus").iterdir() if entry.name.endswith(".toml")]
    for file in sorted(files, key=lambda entry: entry.name):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        fragments |= {name: tuple(texts) for name, texts in data.get("fragments", {}).items()}
        beats += [_beat(file.name.removesuffix(".toml"), entry) for entry in data.get("beat", ())]
    return Corpus(tuple(beats), fragments)
