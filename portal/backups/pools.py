"""Sealed files from one store into another. None is ever changed under its name, so what is there whole is not copied again."""
from collections.abc import Iterable, Iterator
from pathlib import Path

from media.envelope import sealed_size
from media.stores import Absent, FileStore, Store
from portal.backups.progress import Progress

LIST = "media.list"  # a line for each file of the backup: its name and its bytes at rest
_PIECE = 1024 * 1024
Files = dict[str, int]


def pool(place: Path) -> FileStore:
    """The files that all backups of a target share."""
    return FileStore(place / "media")


def at_rest(rows: Iterable[tuple[object, int]]) -> Files:
    """Name → sealed bytes, from ids and plain bytes."""
    return {str(blob).replace("-", ""): sealed_size(size) for blob, size in rows}


def write_list(path: Path, files: Files) -> None:
    """Sorted by name."""
    path.write_text("".join(f"{name} {size}\n" for name, size in sorted(files.items())))


def read_list(path: Path) -> Files:
    """The files that a backup's rows name."""
    pairs = (line.split() for line in path.read_text().splitlines())
    return {name: int(size) for name, size in pairs}


def absent(files: Files, store: Store) -> list[str]:
    """Those that a store has not, or not whole."""
    return [name for name, size in files.items() if _size(store, name) != size]


def copy(files: Files, source: Store, target: Store, progress: Progress, what: str) -> list[str]:
    """Puts what the target lacks there; the names that the source has not whole either."""
    wanted, gone = absent(files, target), []
    for count, name in enumerate(wanted, start=1):
        if _size(source, name) != files[name]:
            gone.append(name)
            continue
        target.delete(name)  # also what a copy that was cut short has left
        try:
            target.put(name, _pieces(source, name, files[name]))
        except Absent:  # replaced while it was being copied
            target.delete(name)
            gone.append(name)
        progress.at(what, count, len(wanted))
    return gone


def drop_unnamed(store: FileStore, lists: Iterable[Path]) -> int:
    """Deletes what no remaining backup names; how many."""
    named = {name for path in lists for name in read_list(path)}
    gone = [name for name, _ in store.names() if name not in named]
    for name in gone:
        store.delete(name)
    return len(gone)


def _size(store: Store, name: str) -> int:
    try:
        return store.size(name)
    except Absent:
        return -1


def _pieces(store: Store, name: str, size: int) -> Iterator[bytes]:
    for start in range(0, size, _PIECE):
        yield store.read(name, start, min(_PIECE, size - start))
