"""The container alone: what goes in comes out, by any range, and nothing that was changed, moved, cut or repeated opens."""
import os
import random
import struct
from collections.abc import Iterator
from dataclasses import replace

import pytest

from foundation import ids
from media import envelope
from media.envelope import CHUNK, HEADER_BYTES, SEALED_CHUNK, Place, Tampered

KEY = bytes(range(32))
HERE = Place(ids.new(), ids.new(), "content")
DICE = random.Random(20)


def sealed(plain: bytes, key: bytes = KEY, place: Place = HERE) -> bytes:
    """The container of some bytes, which come in pieces of uneven length."""
    return b"".join(envelope.seal_stream(key, place, uneven(plain)))


def uneven(plain: bytes) -> Iterator[bytes]:
    """Pieces as a network gives them, empty ones among them."""
    at = 0
    while at < len(plain):
        step = DICE.choice((0, 1, 7, 4096, CHUNK - 1, CHUNK, CHUNK + 1, 200_000))
        yield plain[at : at + step]
        at += step


def opened(box: bytes, size: int, start: int = 0, end: int | None = None, key: bytes = KEY, place: Place = HERE) -> bytes:
    """The plain bytes of a range."""
    return b"".join(envelope.open_range(key, place, size, lambda at, length: box[at : at + length], start, end))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 20 * CHUNK + 5])
def test_what_goes_in_comes_out(size: int) -> None:
    plain = os.urandom(size)
    box = sealed(plain)
    assert len(box) == envelope.sealed_size(size)
    assert opened(box, size) == plain


def test_any_range_is_the_same_as_a_slice() -> None:
    plain = os.urandom(3 * CHUNK + 100)
    box = sealed(plain)
    edges = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK, len(plain) - 1, len(plain)]
    for start in edges:
        for end in [*edges, None, len(plain) + 50]:
            assert opened(box, len(plain), start, end) == plain[start:end]


def test_no_word_of_the_file_stands_in_the_container() -> None:
    assert b"Marguerite" not in sealed(b"Marguerite" * 10_000)


def test_every_sampled_flipped_bit_of_header_and_chunks_is_noticed() -> None:
    plain = os.urandom(2 * CHUNK + 500)
    box = sealed(plain)
    places = [*range(HEADER_BYTES * 8), *(DICE.randrange(len(box) * 8) for _ in range(400))]
    for place in places:
        changed = bytearray(box)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(Tampered):
            opened(bytes(changed), len(plain))


def test_no_byte_of_a_changed_chunk_or_of_one_after_it_is_given() -> None:
    plain = os.urandom(4 * CHUNK)
    changed = bytearray(sealed(plain))
    changed[HEADER_BYTES + 2 * SEALED_CHUNK + 9] ^= 1
    given: list[bytes] = []
    with pytest.raises(Tampered):
        given.extend(envelope.open_range(KEY, HERE, len(plain), lambda at, length: bytes(changed[at : at + length])))
    assert b"".join(given) == plain[: 2 * CHUNK]


@pytest.mark.parametrize(
    "elsewhere",
    [replace(HERE, vault=ids.new()), replace(HERE, blob=ids.new()), replace(HERE, part="thumbnail")],
    ids=["another patient", "another file", "another part"],
)
def test_a_container_in_another_place_does_not_open(elsewhere: Place) -> None:
    box = sealed(b"private")
    assert opened(box, 7) == b"private"
    with pytest.raises(Tampered):
        opened(box, 7, place=elsewhere)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Tampered):
        opened(sealed(b"private"), 7, key=os.urandom(32))


def chunks(box: bytes) -> list[bytes]:
    """The sealed chunks of a container."""
    return [box[at : at + SEALED_CHUNK] for at in range(HEADER_BYTES, len(box), SEALED_CHUNK)]


def test_chunks_that_were_swapped_repeated_or_taken_from_another_container_do_not_open() -> None:
    plain = os.urandom(4 * CHUNK)
    box, other = sealed(plain), chunks(sealed(plain))  # of the same key, place and bytes: only the salt differs
    head, mine = box[:HEADER_BYTES], chunks(box)
    for bad in (
        [mine[1], mine[0], *mine[2:]],
        [mine[0], mine[0], *mine[2:]],
        [mine[0], other[1], *mine[2:]],
        [*mine[:3], other[3]],
    ):
        with pytest.raises(Tampered):
            opened(head + b"".join(bad), len(plain))


@pytest.mark.parametrize("whole", [0, 1, 2, 3])
def test_a_container_cut_after_any_chunk_does_not_pass_for_a_shorter_file(whole: int) -> None:
    box = sealed(os.urandom(4 * CHUNK))
    cut = box[: HEADER_BYTES + whole * SEALED_CHUNK]
    for claimed in (4 * CHUNK, whole * CHUNK):  # as the row says, and as a row that was changed with it would
        with pytest.raises(Tampered):
            opened(cut, claimed)


def test_a_chunk_behind_the_last_one_does_not_open() -> None:
    plain = os.urandom(2 * CHUNK)
    box = sealed(plain)
    with pytest.raises(Tampered):
        opened(box + chunks(box)[-1], 3 * CHUNK)


def test_two_containers_of_one_key_have_neither_cipher_key_nor_nonce_in_common() -> None:
    heads = [sealed(b"")[:HEADER_BYTES] for _ in range(500)]
    salts = {head[9:25] for head in heads}
    assert len(salts) == len(heads)  # another salt is another key by HKDF
    assert len({head[25:32] for head in heads}) == len(heads)


def test_within_a_container_no_nonce_comes_twice() -> None:
    """By what may be told from outside: each chunk opens at its own number and last flag only."""
    plain = bytes(3 * CHUNK)
    mine = chunks(sealed(plain))
    assert len(set(mine)) == len(mine)  # equal plain chunks, all sealed differently


def test_a_header_of_another_version_or_chunk_size_is_refused() -> None:
    box = sealed(b"x")
    for changed in (b"CRCM\x02" + box[5:], box[:5] + struct.pack(">I", 1 << 20) + box[9:], box[: HEADER_BYTES - 1], b""):
        with pytest.raises(Tampered):
            opened(changed, 1)
