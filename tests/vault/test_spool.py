"""Bodies on their way: as a file gives them back, and on disk nothing that anybody could read."""
import io
import os
import random
from pathlib import Path

import pytest

from foundation.vault.spool import CHUNK, SealedSpool

DICE = random.Random(4)


def spooled(plain: bytes) -> SealedSpool:
    """A spool with these bytes, written in uneven pieces."""
    spool, at = SealedSpool(), 0
    while at < len(plain):
        step = DICE.choice((1, 1000, CHUNK, CHUNK + 1, 200_000))
        assert spool.write(plain[at : at + step]) == len(plain[at : at + step])
        at += step
    return spool


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 2 * CHUNK, 10 * CHUNK + 3])
def test_it_reads_like_a_file(size: int) -> None:
    plain = os.urandom(size)
    spool, file = spooled(plain), io.BytesIO(plain)
    assert spool.tell() == spool.size == size
    assert spool.seek(0) == 0
    assert spool.read() == plain
    for _ in range(60):
        place, length = DICE.randrange(size + 1), DICE.choice((0, 1, 500, CHUNK, 3 * CHUNK, -1))
        assert spool.seek(place) == file.seek(place)
        assert spool.read(length) == file.read(length)
        assert spool.tell() == file.tell()
    assert spool.seek(-min(size, 5), os.SEEK_END) == max(0, size - 5)
    assert spool.read() == plain[-5:]
    spool.seek(0)
    lines = spool.readlines() if size < CHUNK else []
    assert b"".join(lines) == (plain if size < CHUNK else b"")


def on_disk() -> dict[int, bytes]:
    """What stands in this process's open files that have no name."""
    found = {}
    for number in Path("/proc/self/fd").iterdir():
        try:
            if str(number.readlink()).endswith("(deleted)"):
                found[int(number.name)] = os.pread(int(number.name), 1 << 20, 0)
        except OSError:
            continue
    return found


def test_a_small_body_touches_no_disk_and_of_a_large_one_no_word_stands_there() -> None:
    before = set(on_disk())
    small = spooled(b"Marguerite" * 10)
    assert set(on_disk()) == before
    large = spooled(b"Marguerite" * 50_000)
    (disk,) = (content for number, content in on_disk().items() if number not in before)
    assert len(disk) > 400_000
    assert b"Marguerite" not in disk
    assert len(set(disk)) == 256
    small.close()
    large.close()
    assert set(on_disk()) == before


@pytest.mark.parametrize("moved", [False, True], ids=["changed", "moved"])
def test_what_was_changed_or_moved_on_disk_is_not_given_back(moved: bool) -> None:
    before = set(on_disk())
    spool = spooled(os.urandom(2 * CHUNK + 1))
    ((number, disk),) = ((number, content) for number, content in on_disk().items() if number not in before)
    bad = disk[CHUNK + 16 :] + disk[: CHUNK + 16] if moved else disk[:9] + bytes((disk[9] ^ 1,)) + disk[10:]
    os.pwrite(number, bad, 0)
    spool.seek(0)
    with pytest.raises(OSError, match="not as it was written"):
        spool.read()
    spool.close()


def test_it_is_written_at_its_end_only_and_not_after_it_was_closed() -> None:
    spool = spooled(b"abc")
    spool.seek(1)
    with pytest.raises(io.UnsupportedOperation):
        spool.write(b"x")
    spool.close()
    for call in (lambda: spool.read(), lambda: spool.write(b"x"), lambda: spool.seek(0)):
        with pytest.raises(ValueError, match="closed"):
            call()
