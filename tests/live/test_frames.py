"""Frames that the direct write builds and the short way reads are RFC 6455's, as another implementation has them."""
import random

import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, Protocol
from websockets.streams import StreamReader

from messaging.live.frames import header, whole_texts

_LONGEST = 8 * 1024


def sent(text: str | bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True, mask: bool = True) -> bytes:
    """A frame as a client sends it."""
    return Frame(opcode, text.encode() if isinstance(text, str) else text, fin).serialize(mask=mask)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 300_000])
def test_a_frame_is_read_as_one_unmasked_text(size: int) -> None:
    client = Protocol(CLIENT, max_size=None)
    payload = b"x" * size
    client.receive_data(header(size) + payload)
    (frame,) = client.events_received()
    assert (frame.opcode, frame.fin, frame.data) == (Opcode.TEXT, True, payload)  # type: ignore[union-attr]
    assert isinstance(client.reader, StreamReader)


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 125, 126, 127, 4_000, _LONGEST])
def test_a_client_s_text_is_unmasked(size: int) -> None:
    text = "".join(random.choices("abc {}é", k=size)).encode()[:size].decode(errors="ignore")
    frame = sent(text)
    assert whole_texts(frame, _LONGEST) == ([text], len(frame))


def test_several_in_one_piece_are_all_read_and_what_is_cut_is_left() -> None:
    first, second = sent('{"op":"ping"}'), sent("é" * 200)
    assert whole_texts(first + second + first[:5], _LONGEST) == (['{"op":"ping"}', "é" * 200], len(first + second))
    for cut in range(len(second)):
        assert whole_texts(second[:cut], _LONGEST) == ([], 0)


@pytest.mark.parametrize(
    "other",
    [
        sent("a", fin=False), sent("a", Opcode.CONT), sent(b"a", Opcode.BINARY), sent(b"", Opcode.CLOSE), sent(b"", Opcode.PING),
        sent("a", mask=False), sent(b"\xff\xfe"), sent("x" * (_LONGEST + 1)), sent("x" * 70_000),
        b"\xc1" + sent("a")[1:],  # a reserved bit
        bytes((0x81, 0x80 | 126, 0, 5)) + bytes(4) + b"abcde",  # a length that has a shorter form
    ],
    ids=lambda _: "",  # masks are random: every process would name them otherwise
)  # fmt: skip
def test_what_is_anything_else_is_left_to_who_knows_all_of_it(other: bytes) -> None:
    before = sent("vorher")
    assert whole_texts(before + other, _LONGEST) == (["vorher"], len(before))
