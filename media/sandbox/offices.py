"""An office file or a text: kept as it is and never opened here, so only what it is and that nothing in it acts or bursts."""
import io
import re
import zipfile
from itertools import pairwise

from media.sandbox import bounds
from media.sandbox.refusal import Refusal
from media.sandbox.result import Checked, Result

OFFICE = "application/zip"  # which one, it says itself
_WORDS = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS = {
    "word/document.xml": _WORDS + "wordprocessingml.document",
    "xl/workbook.xml": _WORDS + "spreadsheetml.sheet",
    "ppt/presentation.xml": _WORDS + "presentationml.presentation",
}
_OPEN_DOCUMENTS = {f"application/vnd.oasis.opendocument.{what}" for what in ("text", "spreadsheet", "presentation")}
_ACTS = re.compile(
    r"vba|macro|activex|(^|/)(basic|scripts)/|oleobject|\.(exe|dll|js|vbs|vbe|jar|hta|bat|cmd|ps1|msi|scr|lnk|html?|svg)$", re.IGNORECASE
)
_ARCHIVE = re.compile(r"\.(zip|gz|bz2|xz|7z|rar|tar)$", re.IGNORECASE)
_OUTSIDE = re.compile(rb"<[^>]*Relationship\b[^>]*TargetMode\s*=\s*[\"']External[^>]*>", re.IGNORECASE)
_MARKUP_BYTES = 1024 * 1024
_ENCRYPTED = 0x1


def read_office(data: bytes, media_type: str, checked: Checked) -> Result:
    """Raises Refusal and zipfile's errors. Judges by the directory of the archive and by what its parts point to."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        _not_a_bomb(entries, len(data))
        checked()
        for entry in entries:
            if _ACTS.search(entry.filename):
                raise Refusal("media.active_content")
            if _ARCHIVE.search(entry.filename):
                raise Refusal("media.too_complex")
            if entry.flag_bits & _ENCRYPTED:
                raise Refusal("media.encrypted")
            if entry.filename.endswith(".rels"):
                _points_inside(_read(archive, entry))
        return Result(_is_a(archive, entries))


def _not_a_bomb(entries: list[zipfile.ZipInfo], size: int) -> None:
    if not entries:
        raise Refusal("media.unreadable")
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    steep = any(entry.file_size > 4_000_000 and entry.file_size > bounds.ARCHIVE_RATIO * entry.compress_size for entry in entries)
    if steep or len(entries) > bounds.ARCHIVE_ENTRIES or unpacked > bounds.ARCHIVE_BYTES or packed > size:
        raise Refusal("media.too_complex")
    starts = sorted(entry.header_offset for entry in entries)
    taken = {entry.header_offset: entry.compress_size for entry in entries}
    if any(first + taken[first] > second for first, second in pairwise(starts)) or len(taken) < len(starts):
        raise Refusal("media.too_complex")  # entries that share their bytes


def _points_inside(relations: bytes) -> None:
    """A link that is clicked is harmless; a template, picture or object that is fetched on opening is not."""
    for relation in _OUTSIDE.findall(relations):
        if b"/hyperlink" not in relation:
            raise Refusal("media.active_content")


def _is_a(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names:
        if b"macroEnabled" in _read(archive, archive.getinfo("[Content_Types].xml")):
            raise Refusal("media.active_content")
        for part, media_type in _MAIN_PARTS.items():
            if part in names:
                return media_type
    elif "mimetype" in names and "content.xml" in names:
        media_type = _read(archive, archive.getinfo("mimetype")).decode("ascii", "replace").strip()
        if media_type in _OPEN_DOCUMENTS:
            return media_type
    raise Refusal("media.unreadable")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as part:
        content = part.read(_MARKUP_BYTES + 1)
    if len(content) > _MARKUP_BYTES:
        raise Refusal("media.too_complex")
    return content


def read_text(data: bytes, media_type: str, checked: Checked) -> Result:
    """Plain text in UTF-8. Raises Refusal, UnicodeDecodeError."""
    text = data.decode("utf-8")
    checked()
    if any(sign < " " and sign not in "\t\n\r\f" for sign in set(text)):
        raise Refusal("media.unreadable")
    return Result(media_type)
