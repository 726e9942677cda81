"""What a file is, by its first bytes and never by its name: an allow-list, and everything else is turned away."""
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings

from media import errors
from media.enums import MediaKind

HEAD_BYTES = 64 * 1024  # of the start, or the whole of a shorter file

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
EXTENSIONS = {
    "image/jpeg": ("jpg", "jpeg"), "image/png": ("png",), "image/webp": ("webp",), "image/heic": ("heic", "heif"),
    "audio/webm": ("webm", "weba"), "audio/ogg": ("ogg", "oga", "opus"), "audio/mp4": ("m4a", "mp4"), "audio/mpeg": ("mp3",),
    "audio/wav": ("wav",), "application/pdf": ("pdf",), "text/plain": ("txt", "md", "csv"),
    f"{_OFFICE}wordprocessingml.document": ("docx",), f"{_OFFICE}spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}presentationml.presentation": ("pptx",), f"{_OPEN_DOCUMENT}text": ("odt",), f"{_OPEN_DOCUMENT}spreadsheet": ("ods",),
    f"{_OPEN_DOCUMENT}presentation": ("odp",),
}  # fmt: skip

_STILL_HEIC = {b"heic", b"heix", b"heim", b"heis"}
_SOUND_IN_MP4 = {b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"iso8", b"dash"}
_PART = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_MAIN_PARTS = {b"word/": "wordprocessingml.document", b"xl/": "spreadsheetml.sheet", b"ppt/": "presentationml.presentation"}
_NO_PROSE = re.compile(
    r"^\s*(<|#!|#EXTM3U|ffconcat|\{\\rtf|%!|\[InternetShortcut\]|MZ)"
    r"|<\s*(html|script|svg|iframe|body|!doctype|\?xml)|javascript:",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Recognised:
    """What a file is taken for until it has been opened."""

    kind: MediaKind
    media_type: str


def recognised(head: bytes, *, size: int, name: str = "") -> Recognised:
    """Judges the first `HEAD_BYTES` of a file of `size` bytes; `name` changes nothing, so that no name can.

    Raises TooLarge `media.too_large`, UnsupportedType `media.unsupported_type`, Invalid `media.empty`.
    """
    if size <= 0:
        raise errors.empty()
    if size > settings.MEDIA_MOST_BYTES:
        raise errors.too_large(size, settings.MEDIA_MOST_BYTES)
    media_type = _photo(head) or _voice(head) or _document(head, whole=size <= len(head))
    if not media_type:
        raise errors.unsupported()
    family = media_type.partition("/")[0]
    return Recognised({"image": MediaKind.PHOTO, "audio": MediaKind.VOICE}.get(family, MediaKind.DOCUMENT), media_type)


def fitting_name(name: str, media_type: str) -> str:
    """`name` with an ending of its type, so that no computer runs what was only read: `plan.txt` stays, `plan.bat` is `plan.bat.txt`."""
    endings = EXTENSIONS.get(media_type, ())
    if not endings or PurePosixPath(name).suffix.lower().lstrip(".") in endings:
        return name
    return f"{name}.{endings[0]}"


def _photo(head: bytes) -> str:
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:16] in {b"WEBPVP8 ", b"WEBPVP8L", b"WEBPVP8X"}:
        return "image/webp"
    brands = _brands(head)
    return "image/heic" if brands[:1] and brands[0] in {*_STILL_HEIC, b"mif1"} and _STILL_HEIC & set(brands) else ""


def _voice(head: bytes) -> str:
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "audio/webm" if b"\x42\x82\x84webm" in head[:64] else ""
    if head.startswith(b"OggS"):
        return "audio/ogg" if head[28:36] == b"OpusHead" else ""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in {b"\xfb", b"\xfa", b"\xf3", b"\xf2", b"\xe3", b"\xe2"}):
        return "audio/mpeg"
    brands = _brands(head)
    return "audio/mp4" if brands[:1] and brands[0] in _SOUND_IN_MP4 else ""


def _brands(head: bytes) -> list[bytes]:
    """The major brand of an ISO file and those that it is compatible with; none when it is no such file."""
    length = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= length <= 256:
        return []
    return [head[8:12], *(head[place : place + 4] for place in range(16, length, 4))]


def _document(head: bytes, *, whole: bool) -> str:
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return _office(head)
    return "text/plain" if _is_prose(head, whole=whole) else ""


def _office(head: bytes) -> str:
    if head[30:38] == b"mimetype":
        said = head[38 : 38 + 80].decode("latin-1")
        return next((kind for kind in EXTENSIONS if kind.startswith(_OPEN_DOCUMENT) and said.startswith(kind + "PK")), "")
    names = [head[part.end() : part.end() + int.from_bytes(part[1], "little")] for part in _PART.finditer(head)]
    if not any(name in {b"[Content_Types].xml", b"_rels/.rels"} for name in names):
        return ""
    return next((_OFFICE + what for name in names for folder, what in _MAIN_PARTS.items() if name.startswith(folder)), "")


def _is_prose(head: bytes, *, whole: bool) -> bool:
    """UTF-8 without control signs, and neither markup nor a list of what to play."""
    try:
        text = head.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        if whole or error.start < len(head) - 4 or error.reason != "unexpected end of data":
            return False
        text = head[: error.start].decode("utf-8", "replace")
    return not _NO_PROSE.search(text) and not _CONTROL.search(text)
