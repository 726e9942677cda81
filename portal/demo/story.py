"""The shape of a journal before it is stored: posts in order of time, and what was done to each."""

from dataclasses import dataclass, field
from datetime import datetime

from portal.demo.cast import FAMILY, Patient

STANDINGS = (
    {"patient": "patient"} | dict.fromkeys(("social_worker", "home_help", "secretary"), "wider_team") | dict.fromkeys(FAMILY, "relatives")
)
READERS: dict[str, frozenset[str]] = {
    "care_team": frozenset({"care_team"}),
    "wider_team": frozenset({"care_team", "wider_team"}),
    "patient": frozenset({"care_team", "patient"}),
    "relatives": frozenset({"care_team", "relatives"}),
    "circle": frozenset({"care_team", "wider_team", "patient", "relatives"}),
}
NEVER_TAKE = FAMILY | {"secretary", "patient"}


def standing_of(role: str) -> str:
    """The standing of a role, as the contract's table says."""
    return STANDINGS.get(role, "care_team")


@dataclass(frozen=True, slots=True)
class Step:
    """What became of an urgent or to-do post: `taken`, `reopened` or `done`, by a person's key."""

    kind: str
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A correction (`before` is what stood there first) or a retraction (`before` is "")."""

    at: datetime
    reason: str
    before: str = ""


@dataclass(slots=True)
class Post:
    """One post; `reply_to` is the answered post itself, `to` roles of whom something is expected, `files` keys of the demo's files."""

    at: datetime
    author: str
    role: str
    audience: str
    text: str
    urgency: str = "info"
    to: tuple[str, ...] = ()
    reply_to: "Post | None" = None
    steps: list[Step] = field(default_factory=list)
    corrected: Change | None = None
    retracted: Change | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """At each of these moments, ascending, the person read all that was there for them."""

    person: str
    moments: tuple[datetime, ...]


@dataclass(slots=True)
class Journal:
    """All of one patient's circle: `opened_at`, the posts by ascending time, who read when."""

    patient: Patient
    opened_at: datetime
    posts: list[Post]
    readings: list[Reading]
