"""A hospital's feed without a socket: what is sent is received, answered and worked out as it is behind one."""
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation import clock
from hospital.gateway.judging import Peer
from hospital.gateway.models import Feed as FeedRow
from hospital.gateway.models import Message
from hospital.gateway.receiving import receive
from hospital.gateway.working_out import Hand
from tests.contract.hospital import stamp, told
from tests.gateway.messages import Adt
from tests.stays.speaking import JEANNE, Feed, load_feed

HERE = Peer("127.0.0.1")


@dataclass
class Gate:
    """Jeanne Durand's circle, her namesake's, and the feed of CH de Dax."""

    feed: Feed
    row: FeedRow

    def answer(self, message: Adt | bytes, peer: Peer = HERE) -> str:
        """The acknowledgment of a message."""
        return receive(None, message.bytes() if isinstance(message, Adt) else message, peer).decode("utf-8", "replace")

    def told(self, message: Adt | bytes, peer: Peer = HERE) -> tuple[str, str]:
        """(MSA-1, ERR-3)."""
        return told(self.answer(message, peer))

    def work(self) -> None:
        """Works out all that waits and is due."""
        hand = Hand()
        while hand.look():
            pass
        hand.leave()

    def whats(self, circle: str = "p1", who: str = "nurse") -> list[str]:
        """What the hospital has told in a circle, oldest first."""
        return [post["event"]["what"] for post in self.feed.posts(who, circle)]

    def states(self) -> list[str]:
        """The states of all messages, in the order of their arrival."""
        return list(Message.objects.order_by("number").values_list("state", flat=True))


def load_gate(folder: Path) -> Gate:
    """Loads the circles and makes the feed."""
    feed = load_feed(folder)
    return Gate(feed, FeedRow.objects.create(structure_id=feed.hospital, msh4="CH-DAX", made_at=clock.now()))


def about_jeanne(trigger: str = "A01", **more: Any) -> Adt:
    """A message about her, of something that happened an hour ago."""
    known = {"ins": JEANNE.ins, "ipp": "80001", "birth_name": "PETIT", "used_name": "DURAND", "at": stamp(hours=1), "sent": stamp()}
    return Adt(trigger, **{**known, **more})


def about_nobody(trigger: str = "A01", **more: Any) -> Adt:
    """A message about somebody who has no circle."""
    known = {"ins": "255017512345655", "ipp": "99", "birth_name": "INCONNUE", "given": "ZOE", "at": stamp(hours=1), "sent": stamp()}
    return Adt(trigger, **{"stay": "V99", **known, **more})
