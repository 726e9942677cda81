"""The credit of one socket (contract, promise 5), against a model of it, over many random courses of events."""
import json
import random
from typing import Any
from uuid import UUID

import pytest

from messaging.live.outlet import MOST_BYTES, MOST_FRAMES, PATIENCE_S, Outlet
from messaging.live.protocol import event

CIRCLE = UUID(int=1)


class Line:
    """What went out, and how often the outlet said that there is room."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.freed = 0
        self.outlet = Outlet(self.frames.append, self._free)
        self.confirmed = 0

    def _free(self) -> None:
        self.freed += 1

    def got(self, n: int) -> None:
        """The client says that frames up to `n` have arrived."""
        self.confirmed = max(self.confirmed, min(n, len(self.frames)))
        self.outlet.confirm(n)

    @property
    def unconfirmed(self) -> list[bytes]:
        """What the client has not confirmed."""
        return self.frames[self.confirmed :]

    def numbers(self) -> list[int]:
        """The `n` of every frame."""
        return [json.loads(frame)["n"] for frame in self.frames]


def filler(size: int) -> bytes:
    """An event of about a size."""
    return event("items", filler="x" * size)


@pytest.mark.parametrize("seed", range(30))
def test_never_more_than_the_credit_is_unconfirmed_whatever_happens(seed: int) -> None:
    chance, line = random.Random(seed), Line()
    for _ in range(600):
        act = chance.random()
        if act < 0.6:
            before = len(line.frames)
            sent = line.outlet.send(filler(chance.choice([10, 1000, 30_000, 100_000])))
            assert len(line.frames) == before + sent
        elif act < 0.7:
            line.outlet.send_marks(CIRCLE, {"m": {"member": "m", "seq": chance.randrange(100), "at": None}})
        else:
            line.got(chance.choice([-5, 0, line.confirmed, line.confirmed + chance.randrange(9), len(line.frames), 2**53]))
        held = line.unconfirmed
        assert len(held) <= MOST_FRAMES
        assert len(held) <= 1 or sum(map(len, held)) <= MOST_BYTES
    assert line.numbers() == list(range(1, len(line.frames) + 1))


def test_one_frame_larger_than_the_credit_goes_out_alone() -> None:
    line = Line()
    assert line.outlet.send(filler(MOST_BYTES + 1))
    assert not line.outlet.send(filler(1))
    line.got(1)
    assert line.outlet.send(filler(1))


def test_full_it_takes_no_more_until_something_is_confirmed() -> None:
    line = Line()
    assert [line.outlet.send(filler(1)) for _ in range(MOST_FRAMES + 1)] == [True] * MOST_FRAMES + [False]
    assert not line.outlet.has_room()
    line.got(1)
    assert line.freed == 1
    assert line.outlet.has_room()


def test_marks_that_must_wait_are_merged_the_newest_per_member() -> None:
    line = Line()
    for _ in range(MOST_FRAMES):
        line.outlet.send(filler(1))
    for seq in range(5):
        line.outlet.send_marks(CIRCLE, {"a": {"member": "a", "seq": seq, "at": None}})
    line.outlet.send_marks(CIRCLE, {"b": {"member": "b", "seq": 9, "at": None}})
    line.got(MOST_FRAMES)
    last: dict[str, Any] = json.loads(line.frames[-1])
    assert len(line.frames) == MOST_FRAMES + 1
    assert [(receipt["member"], receipt["seq"]) for receipt in last["receipts"]] == [("a", 4), ("b", 9)]


def test_of_news_that_must_wait_only_the_last_goes_out() -> None:
    line = Line()
    for _ in range(MOST_FRAMES):
        line.outlet.send(filler(1))
    for head in (1, 2, 3):
        line.outlet.send_inbox(CIRCLE, event("inbox", circle=str(CIRCLE), head=head))
    line.got(MOST_FRAMES)
    assert [json.loads(frame)["head"] for frame in line.frames[MOST_FRAMES:]] == [3]


def test_what_waits_of_a_circle_that_ended_is_forgotten() -> None:
    line = Line()
    for _ in range(MOST_FRAMES):
        line.outlet.send(filler(1))
    line.outlet.send_marks(CIRCLE, {"a": {"member": "a", "seq": 1, "at": None}})
    line.outlet.send_inbox(CIRCLE, event("inbox", circle=str(CIRCLE), head=1))
    line.outlet.drop_circle(CIRCLE)
    line.got(MOST_FRAMES)
    assert len(line.frames) == MOST_FRAMES


def test_answers_are_neither_counted_nor_held_back() -> None:
    line = Line()
    for _ in range(MOST_FRAMES):
        line.outlet.send(filler(1))
    line.outlet.say(b'{"re":1,"ok":true}')
    assert line.frames[-1] == b'{"re":1,"ok":true}'
    assert line.outlet.n == MOST_FRAMES


def test_patience_ends_only_for_who_has_something_unconfirmed_and_says_nothing() -> None:
    line = Line()
    later = line.outlet.heard_at + PATIENCE_S + 1
    assert not line.outlet.is_stuck(later)
    line.outlet.send(filler(1))
    assert not line.outlet.is_stuck(line.outlet.heard_at + PATIENCE_S)
    assert line.outlet.is_stuck(line.outlet.heard_at + PATIENCE_S + 1)
    line.got(1)
    assert not line.outlet.is_stuck(line.outlet.heard_at + PATIENCE_S + 1)
