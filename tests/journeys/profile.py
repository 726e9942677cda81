"""A browser's profile on disk: kept open by a browser that is killed, then read byte by byte for words.

Read are all files as they lie, in UTF-8 and UTF-16, what is deflated in them, and the blocks of LevelDB tables, which Chromium
compresses with Snappy. Values that IndexedDB itself compresses or that a cache keeps in Brotli are not opened.
"""
import os
import signal
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Playwright

from tests.chromium import launch_options

_TABLE_MAGIC = bytes.fromhex("57fb808b247547db")
_FOOTER = 48
_TRAILER = 5  # a block's kind of compression and its checksum


@contextmanager
def killed_at_the_end(playwright: Playwright, folder: Path, origin: str) -> Iterator[BrowserContext]:
    """A browser with a profile of its own, which ends by kill -9 as in a crash or a lost battery."""
    settings = {"viewport": {"width": 1440, "height": 900}, "locale": "fr-FR", "base_url": origin}
    context = playwright.chromium.launch_persistent_context(folder, **launch_options(), **settings)  # type: ignore[arg-type]
    try:
        yield context
    finally:
        os.kill(_main_process(folder), signal.SIGKILL)
        with suppress(Error):  # it is dead, as it should be
            context.close()


def _main_process(folder: Path) -> int:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={folder}".encode() in words and not any(word.startswith(b"--type=") for word in words):
            return int(process.name)
    raise AssertionError("the browser is not running")


def until_written(page: Page, folder: Path, word: str) -> None:
    """Has the page store a word and waits until it lies on the disk: what was stored before it lies there too."""
    page.evaluate("(word) => localStorage.setItem('control', word)", word)
    for _ in range(300):
        if found(folder, word):
            return
        time.sleep(0.2)
    raise AssertionError("the browser wrote nothing")


def found(folder: Path, *words: str) -> list[str]:
    """Which words lie where in a profile: "word in file"."""
    needles = [(word, word.encode(code)) for word in words for code in ("utf-8", "utf-16-le", "utf-16-be")]
    hits = set()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        try:
            raw = path.read_bytes()
        except OSError:
            continue  # gone meanwhile
        layers = [raw, *_inflated(raw), *_table_blocks(raw)]
        hits |= {f"{word} in {path.relative_to(folder)}" for word, needle in needles for layer in layers if needle in layer}
    return sorted(hits)


def _inflated(raw: bytes) -> Iterator[bytes]:
    at = raw.find(b"\x1f\x8b\x08")
    while at >= 0:
        with suppress(zlib.error):  # three bytes that only look like it
            yield zlib.decompressobj(31).decompress(raw[at:])
        at = raw.find(b"\x1f\x8b\x08", at + 3)


def _table_blocks(raw: bytes) -> Iterator[bytes]:
    """The data blocks of a LevelDB table, opened; nothing for any other file."""
    if raw[-8:] != _TABLE_MAGIC:
        return
    footer, at = raw[-_FOOTER:], 0
    for _ in range(2):  # the handle of the meta index, which is passed over
        _, at = varint(footer, at)
    start, at = varint(footer, at)
    size, at = varint(footer, at)
    for offset, length in _handles(_block(raw, start, size)):
        yield _block(raw, offset, length)


def _handles(index: bytes) -> Iterator[tuple[int, int]]:
    at, end = 0, len(index) - 4 * (int.from_bytes(index[-4:], "little") + 1)
    while at < end:
        _shared, at = varint(index, at)
        rest, at = varint(index, at)
        size, at = varint(index, at)
        value = index[at + rest : at + rest + size]
        at += rest + size
        offset, place = varint(value, 0)
        yield offset, varint(value, place)[0]


def _block(raw: bytes, offset: int, size: int) -> bytes:
    data = raw[offset : offset + size]
    return unsnapped(data) if raw[offset + size] == 1 else data


def varint(data: bytes, at: int) -> tuple[int, int]:
    """(a number of seven bits per byte, least first; where it ends)."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def unsnapped(data: bytes) -> bytes:
    """Snappy's raw format: literals, and copies of what was written before."""
    size, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag, at = data[at], at + 1
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                more = length - 59
                length, at = int.from_bytes(data[at : at + more], "little"), at + more
            out += data[at : at + length + 1]
            at += length + 1
            continue
        if tag & 3 == 1:
            length, back, at = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at], at + 1
        else:
            width = 2 if tag & 3 == 2 else 4
            length, back, at = (tag >> 2) + 1, int.from_bytes(data[at : at + width], "little"), at + width
        for _ in range(length):
            out.append(out[-back])
    assert len(out) == size
    return bytes(out)
