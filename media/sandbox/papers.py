"""A PDF: its pages counted, the first one drawn, and all of it written anew without what acts, hides or tells of its making."""
import io
import logging
import re
from typing import Any

import pypdfium2
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, DictionaryObject, EncodedStreamObject, IndirectObject, NameObject, PdfObject, StreamObject

from media.sandbox import bounds
from media.sandbox.previews import preview
from media.sandbox.refusal import Refusal
from media.sandbox.result import Checked, Result
from media.sandbox.segments import without_metadata

_OBJECT = re.compile(rb"\d[ \r\n\t]+obj\b")
_PACKED = re.compile(rb"/N[ \r\n\t]+(\d{1,9})")
_SIZE = re.compile(rb"/Size[ \r\n\t]+(\d{1,12})")
# What runs, what is fetched, what is hidden inside, and what tells who made it and with what.
_STRIPPED = {
    "/OpenAction", "/AA", "/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/AF", "/Metadata", "/PieceInfo", "/XFA", "/Collection",
    "/RichMediaContent", "/RichMediaSettings", "/Info", "/Perms", "/DSS", "/Thumb", "/LastModified", "/SpiderInfo", "/Legal",
}  # fmt: skip
_QUIET_ACTIONS = {"/GoTo", "/URI", "/Named"}
_LIVE_NOTES = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
_WEB = ("http://", "https://", "mailto:", "tel:")

logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


def read_paper(data: bytes, media_type: str, checked: Checked) -> Result:
    """Raises Refusal, and whatever pdfium and pypdf raise over a broken file."""
    if b"/Encrypt" in data and _is_locked(data):
        raise Refusal("media.encrypted")
    _not_too_much(data)
    document, pages, thumbnail = _drawn(data)
    checked()
    return Result("application/pdf", {"pages": pages}, _rewritten(data, document), thumbnail)


def _is_locked(data: bytes) -> bool:
    """Also where it opens without a password, but forbids to be changed: it can't be written anew then. What can't be told is locked."""
    try:
        return PdfReader(io.BytesIO(data)).is_encrypted
    except Exception:
        return True


def _not_too_much(data: bytes) -> None:
    """Counts objects by their marks, which no compression hides: packed ones by what their streams announce."""
    plain = sum(1 for _ in _OBJECT.finditer(data))
    packed = sum(int(number) for number in _PACKED.findall(data) if int(number) > 1) if b"/ObjStm" in data else 0
    announced = max((int(number) for number in _SIZE.findall(data)), default=0) if b"/XRef" in data or b"trailer" in data else 0
    if max(plain, packed, announced) > bounds.OBJECTS:
        raise Refusal("media.too_complex")


def _drawn(data: bytes) -> tuple[pypdfium2.PdfDocument, int, bytes]:
    """The document as pdfium understands it, how many pages, and the first one as a WebP."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Refusal("media.encrypted" if "assword" in str(error) else "media.unreadable") from None
    pages = len(document)
    if not 0 < pages <= bounds.PAGES:
        raise Refusal("media.too_many_pages" if pages else "media.unreadable")
    page = document[0]
    width, height = page.get_size()
    if not (0 < width < 100_000 and 0 < height < 100_000):
        raise Refusal("media.unreadable")
    picture = page.render(scale=bounds.THUMBNAIL_EDGE / max(width, height), may_draw_forms=False).to_pil()
    return document, pages, preview(picture, bounds.THUMBNAIL_EDGE, 80)


def _rewritten(data: bytes, document: pypdfium2.PdfDocument) -> bytes:
    """Without what `_strip` takes out. What only pdfium can read, as much that scanners and old programs write, it sets right first."""
    try:
        return _stripped(data)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        mended = io.BytesIO()
        document.save(mended)
        return _stripped(mended.getvalue())


def _stripped(data: bytes) -> bytes:
    reader = PdfReader(io.BytesIO(data), strict=False)
    _strip(reader.root_object)
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _strip(root: DictionaryObject) -> None:
    """Goes through all that hangs on the root, once, and takes out what has no place in a document that is only read."""
    seen: set[int] = set()
    waiting: list[Any] = [root]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if thing.idnum in seen:
                continue
            seen.add(thing.idnum)
            if len(seen) > bounds.OBJECTS:
                raise Refusal("media.too_complex")
            thing = thing.get_object()
        if isinstance(thing, DictionaryObject):
            _quieten(thing)
            if isinstance(thing, StreamObject):
                _clean_photo(thing)
            waiting.extend(thing.values())
        elif isinstance(thing, ArrayObject):
            thing[:] = [item for item in thing if not _is_live(item)]
            waiting.extend(thing)


def _clean_photo(stream: StreamObject) -> None:
    """A photo in a PDF is a whole JPEG, that tells where it was taken. One that is packed once more is unpacked for good.

    Raises Refusal where that fails.
    """
    if "/Filter" not in stream:
        return
    filters = stream["/Filter"]
    names = [str(item.get_object()) for item in (filters if isinstance(filters, ArrayObject) else [filters])]
    if not names or names[-1] not in {"/DCTDecode", "/DCT"}:
        return
    if len(names) > 1:
        try:
            stream._data = _unpacked(stream, names[:-1])
        except Exception:  # broken, or too much when unpacked: said rather than handed on unseen or left out without a word
            raise Refusal("media.unreadable") from None
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        stream.pop("/DecodeParms", None)
    stream._data = without_metadata(stream._data)


def _unpacked(stream: StreamObject, names: list[str]) -> bytes:
    packed = EncodedStreamObject()
    packed._data = stream._data
    packed[NameObject("/Filter")] = ArrayObject(NameObject(name) for name in names)
    if "/DecodeParms" in stream:
        packed[NameObject("/DecodeParms")] = stream["/DecodeParms"]
    return decode_stream_data(packed)


def _quieten(thing: DictionaryObject) -> None:
    for key in _STRIPPED & thing.keys():
        if key != "/JS" or not isinstance(thing, StreamObject):
            del thing[key]
    for key in ("/A", "/Next", "/PA"):
        if key in thing and not _is_quiet(thing[key]):
            del thing[key]


def _is_quiet(action: PdfObject) -> bool:
    if not isinstance(action, DictionaryObject):
        return not isinstance(action, ArrayObject)  # another use of the same name
    kind = str(action.get("/S", ""))
    return kind in _QUIET_ACTIONS and (kind != "/URI" or str(action.get("/URI", "")).lower().startswith(_WEB))


def _is_live(item: PdfObject) -> bool:
    """An annotation that plays, runs or carries a file."""
    note = item.get_object() if isinstance(item, IndirectObject) else item
    return isinstance(note, DictionaryObject) and note.get("/Subtype") in _LIVE_NOTES
