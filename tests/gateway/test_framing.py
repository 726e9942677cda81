"""MLLP's blocks, however the bytes come."""
import pytest

from hospital.gateway.framing import Block, Framer

THREE = b"\x0bone\x1c\r\x0btwo\x1c\r\nnoise\x0bthr\x1cee\x1c\r"


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 1000])
def test_blocks_are_the_same_in_pieces_of_any_size(piece: int) -> None:
    framer = Framer(100)
    found = [block for start in range(0, len(THREE), piece) for block in framer.take(THREE[start : start + piece])]
    assert found == [Block(b"one"), Block(b"two"), Block(b"thr\x1cee")]
    assert not framer.inside
    assert framer.held == 0


def test_one_without_an_end_is_none() -> None:
    framer = Framer(100)
    assert framer.take(b"\x0bMSH|") == []
    assert framer.inside


@pytest.mark.parametrize("piece", [1, 7, 4096, 100_000])
def test_one_that_is_too_long_costs_no_memory_and_is_followed_by_the_next(piece: int) -> None:
    framer, most = Framer(1000), 0
    raw = b"\x0bMSH|head" + b"x" * 50_000 + b"\x1c\r\x0bnext\x1c\r"
    found: list[Block] = []
    for start in range(0, len(raw), piece):
        found += framer.take(raw[start : start + piece])
        most = max(most, framer.held)
    assert [(block.whole, block.content[:8]) for block in found] == [(False, b"MSH|head"), (True, b"next")]
    assert most <= 1000
    assert len(found[0].content) <= 4096


def test_what_is_given_up_is_answered_by_its_head_when_it_ends() -> None:
    framer = Framer(1000)
    framer.take(b"\x0bMSH|head")
    framer.give_up()
    assert framer.held <= 1
    assert framer.take(b"more\x1c\r") == [Block(b"MSH|head", whole=False)]
