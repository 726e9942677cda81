"""Measures that evolve plausibly: a patient's weight, pressure, glucose and wound at any moment of the journal."""

import math
import random
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Curve:
    """A slow wave around a base with a drift over the whole journal and a little noise at each reading."""

    base: float
    drift: float
    swing: float
    period_days: float
    phase: float
    noise: float

    def level(self, days: float, length: float) -> float:
        """The value without noise, `days` after the journal began."""
        wave = self.swing * math.sin(2 * math.pi * days / self.period_days + self.phase)
        return self.base + self.drift * days / max(length, 1) + wave


SPREAD: dict[str, tuple[float, float, float, float, float]] = {
    # lowest and highest base, drift at most, swing, noise
    "systolic": (122, 148, 6, 8, 6),
    "diastolic": (64, 84, 3, 4, 4),
    "pulse": (62, 84, 4, 6, 4),
    "saturation": (94.5, 97.5, 0.8, 0.9, 0.6),
    "temperature": (36.6, 37.0, 0, 0.15, 0.2),
    "weight": (52, 88, 3, 1.4, 0.25),
    "glucose": (1.15, 1.65, 0.2, 0.2, 0.18),
    "pain": (2, 4, 1, 1, 0.9),
    "calf": (33, 39, 1, 1.2, 0.3),
    "walk": (25, 90, 40, 15, 8),
    "creatinine": (78, 140, 15, 8, 4),
    "insulin": (14, 26, 4, 2, 0),
}
HEALING_DAYS = 160.0
TURN = 0.8  # of that time it closes, then it worsens again


class Body:
    """One patient's measures. `began` is the start of the journal, `length` its days."""

    def __init__(self, rng: random.Random, *, began: datetime, length: int) -> None:
        self.rng = rng
        self.began = began
        self.length = float(length)
        self.wound_size = rng.uniform(3.8, 6.2)
        self.wound_shape = rng.uniform(0.6, 0.85)
        self.curves = {name: self._curve(*spread) for name, spread in SPREAD.items()}

    def _curve(self, low: float, high: float, drift: float, swing: float, noise: float) -> Curve:
        draw = self.rng.uniform
        return Curve(draw(low, high), draw(-drift, drift), draw(swing / 2, swing), draw(18, 70), draw(0, math.tau), noise)

    def days(self, at: datetime) -> float:
        return (at - self.began).total_seconds() / 86_400

    def read(self, name: str, at: datetime, days_ago: float = 0) -> float:
        """A measure as somebody would find it at that moment, or so many days earlier."""
        curve = self.curves[name]
        return curve.level(self.days(at) - days_ago, self.length) + self.rng.gauss(0, curve.noise)

    def wound(self, at: datetime, days_ago: float = 0) -> tuple[float, float]:
        """Length and width in cm: it closes over some months, and in a long journal opens again."""
        days = max(self.days(at) - days_ago, 0)
        span = min(self.length * 1.3, HEALING_DAYS)
        phase = (days % span) / span
        left = 1 - 0.72 * phase / TURN if phase < TURN else 0.28 + 0.72 * (phase - TURN) / (1 - TURN)
        length = max(self.wound_size * left, 0.6)
        return length, max(length * self.wound_shape, 0.4)
