"""The folder of sealed files: whose it is, and what a write that was cut short leaves."""
from pathlib import Path

import pytest

from foundation import ids
from media.stores import FileStore


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
