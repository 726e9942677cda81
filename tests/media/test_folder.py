"""The folder of sealed files: whose it is, and what a write that was cut short leaves."""
import subprocess
import sys
from pathlib import Path

import pytest

from foundation import ids
from media.stores import FileStore
from tests.service import ROOT

_HALF = """
import sys, time
from pathlib import Path
from uuid import UUID
from media.envelope import Place, seal_stream
from media.stores import FileStore

def source():
    for _ in range(40):
        yield b"Marguerite-Durand-1931" * 4000
    print("half", flush=True)
    time.sleep(600)

name = UUID(sys.argv[2])
FileStore(Path(sys.argv[1])).put(name.hex, seal_stream(bytes(32), Place(name, name, "upload"), source()))
"""


def test_a_file_is_its_owner_s_alone_and_stands_in_place_only_whole(tmp_path: Path) -> None:
    there, name = FileStore(tmp_path), ids.new().hex
    there.put(name, [b"first"])
    path = tmp_path / name[:2] / name
    assert path.stat().st_mode & 0o077 == 0
    assert list((tmp_path / name[:2]).iterdir()) == [path]
    assert list((tmp_path / "incoming").iterdir()) == []


def test_what_was_cut_short_is_listed_and_can_be_deleted_but_not_read(tmp_path: Path) -> None:
    there, whole, cut = FileStore(tmp_path), ids.new().hex, ids.new().hex
    there.put(whole, [b"whole"])
    (tmp_path / "incoming" / cut).write_bytes(b"half")
    assert {name for name, _ in there.names()} == {whole, cut}
    with pytest.raises(LookupError):
        there.size(cut)
    there.delete(cut)
    assert {name for name, _ in there.names()} == {whole}


def test_a_kill_in_the_middle_of_a_write_leaves_no_file_and_no_plain_byte(tmp_path: Path) -> None:
    there, name = FileStore(tmp_path), ids.new()
    process = subprocess.Popen([sys.executable, "-c", _HALF, str(tmp_path), str(name)], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as told:
        assert told.readline() == b"half\n"
        process.kill()
        process.wait()
    with pytest.raises(LookupError):
        there.size(name.hex)
    left = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(map(len, left)) > 1 << 20
    assert not any(b"Marguerite" in content for content in left)
    there.delete(name.hex)  # as the sweep does when an hour has passed
    assert list(there.names()) == []
