"""The copy as an archive: paper, FHIR, items, files and a manifest, in a ZIP that is written while it is read."""
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from care.exports.contents import Contents
from care.exports.fhir import bundle_of
from foundation import clock
from foundation.clock import rfc3339
from media import files
from media.enums import Part
from media.models import Blob
from media.sniffing import EXTENSIONS
from messaging.feed.items import Item

_READ_ME = Path(__file__).resolve().parent / "papers" / "archive.txt"
_SOON = 64 * 1024
Step = Callable[[int], None]


class _Sink:
    """Takes what the ZIP writes until somebody fetches it. It cannot be wound back, so lengths stand behind what they measure."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Adds at the end."""
        self._held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """What it holds can still be taken."""

    def taken(self) -> bytes:
        """What has come since it was asked last."""
        held, self._held = b"".join(self._held), []
        return held


def archive_of(contents: Contents, paper: bytes, step: Step) -> Iterator[bytes]:
    """The ZIP's bytes. `contents` has been written to `paper` already, which has found the files that go with it; its counts are
    made anew here. `step(n)` is told of n more files that are in. Raises what the store raises.
    """
    media = list(contents.ready)
    places = {medium["id"]: f"media/{medium['id']}.{_ending(medium)}" for medium in media}
    counted = Counter({name: count for name, count in contents.counted.items() if name not in {"posts", "media"}})
    sink, told = _Sink(), list[dict[str, Any]]()
    with ZipFile(sink, "w") as archive:
        yield from _added(archive, sink, told, "LISEZ-MOI.txt", [_READ_ME.read_bytes()])
        yield from _added(archive, sink, told, "record.pdf", _pieces(paper), stored=True)
        yield from _added(archive, sink, told, "record.json", _items(contents, counted))
        yield from _added(archive, sink, told, "fhir.json", bundle_of(contents, places))
        for medium in media:
            yield from _added(archive, sink, told, places[medium["id"]], _content(medium["id"]), stored=True)
            counted["media"] += 1
            step(1)
        contents.counted = counted
        manifest = {"made_at": rfc3339(clock.now()), "counts": dict(counted), "files": told}
        yield from _added(archive, sink, [], "manifest.json", [json.dumps(manifest, indent=1).encode()])
    yield sink.taken()


def _added(
    archive: ZipFile, sink: _Sink, told: list[dict[str, Any]], path: str, pieces: Iterable[bytes], *, stored: bool = False
) -> Iterator[bytes]:
    """One file, with its line for the manifest."""
    now, digest, size = clock.now(), hashlib.sha256(), 0
    entry = ZipInfo(path, (now.year, now.month, now.day, now.hour, now.minute, now.second))
    entry.compress_type, entry.external_attr = ZIP_STORED if stored else ZIP_DEFLATED, 0o600 << 16
    with archive.open(entry, "w", force_zip64=True) as out:
        waiting = 0
        for piece in pieces:
            out.write(piece)
            digest.update(piece)
            size, waiting = size + len(piece), waiting + len(piece)
            if waiting >= _SOON:
                yield sink.taken()
                waiting = 0
    told.append({"path": path, "sha256": digest.hexdigest(), "bytes": size})
    yield sink.taken()


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _SOON):
        yield data[start : start + _SOON]


def _content(medium: str) -> Iterator[bytes]:
    blob = Blob.objects.select_related("medium__circle__patient").get(medium=UUID(medium), part=Part.CONTENT)
    assert blob.medium is not None
    return files.read(blob, blob.medium.vault)


def _ending(medium: Item) -> str:
    return EXTENSIONS.get(medium.get("media_type", ""), ("bin",))[0]


def _items(contents: Contents, counted: Counter[str]) -> Iterator[bytes]:
    """Everything as the API tells it to this reader, one thing to a line."""
    yield b'{"people": ' + _json(contents.people) + b',\n"posts": [\n'
    before = b""
    for post in contents.posts():
        item = {**post.item, "media": [{key: said for key, said in one.items() if key != "placeholder"} for one in post.item["media"]]}
        yield before + _json({**item, "earlier": list(post.earlier)})
        counted["posts"] += 1
        before = b",\n"
    yield b'],\n"records": [\n'
    before = b""
    for family, _record, item in contents.records:
        yield before + _json({"family": family, "item": item})
        before = b",\n"
    yield b"]}\n"


def _json(what: Any) -> bytes:
    return json.dumps(what, ensure_ascii=False).encode()
