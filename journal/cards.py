"""What a hospital's post shows to whom: a card for the audience that may answer to it, another one for everybody else who sees it.

Plain values and how they are kept. They rest in `Post.sealed_event` and, of cards that were replaced, in `PostVersion.sealed_event`.
"""
import json
from dataclasses import dataclass
from typing import Any

Data = dict[str, Any]


@dataclass(frozen=True)
class EventCard:
    """One card: a sentence for clients that know no events, and what `event` holds in the API (`docs/protocol.md`, "hospital events")."""

    text: str
    data: Data


@dataclass(frozen=True)
class EventCards:
    """Both cards of one post. `others`: None where nobody but the audience sees the post."""

    care: EventCard
    others: EventCard | None


@dataclass(frozen=True)
class Kept:
    """Cards as a row keeps them; `others_at`: when the others' card was changed last, RFC 3339, or None."""

    cards: EventCards
    others_at: str | None = None

    def card(self, *, whole: bool) -> EventCard:
        """The card of somebody who reads the post itself, or of one of the others."""
        return self.cards.care if whole else self.cards.others or EventCard("", {})

    def packed(self) -> str:
        """As JSON."""
        others = self.cards.others
        return json.dumps({
            "care": [self.cards.care.text, self.cards.care.data],
            "others": [others.text, others.data] if others else None,
            "others_at": self.others_at,
        }, ensure_ascii=False)  # fmt: skip

    @classmethod
    def unpacked(cls, packed: str) -> "Kept":
        """The inverse of `packed`."""
        read = json.loads(packed)
        others = EventCard(*read["others"]) if read["others"] else None
        return cls(EventCards(EventCard(*read["care"]), others), read["others_at"])
