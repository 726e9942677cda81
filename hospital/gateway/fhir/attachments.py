"""What a DocumentReference carries: text in the words of its time, files by their bytes. An address of elsewhere stays words."""
from base64 import b64decode
from dataclasses import dataclass

from hospital.gateway.fhir.outcomes import Resource, refused
from hospital.gateway.fhir.references import Around
from hospital.gateway.fhir.shape import padded
from media.arriving import Arrival

_MOST_FILES = 20
_TEXTS = {"text/plain"}
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class Carried:
    """A note's words and files."""

    text: str
    files: tuple[Arrival, ...]


def carried_by(resource: Resource, around: Around, place: str) -> Carried:
    """The contents in their order: texts joined, everything else a file. Raises FhirRefused (422) for content that is not here."""
    texts, files = [], []
    for index, content in enumerate(resource.get("content", ())):
        where = f"{place}.content[{index}].attachment"
        media_type, raw = content_of(resource, index, around, place)
        if media_type in _TEXTS:
            texts.append(decoded(raw, content["attachment"].get("contentType", "")))
        else:
            arrival = Arrival(raw, str(content["attachment"].get("title") or "document")[:150])
            if arrival.recognised is None:
                raise refused(422, "not-supported", "This is no kind of file that is taken here.", where)
            files.append(arrival)
    if len(files) > _MOST_FILES:
        raise refused(422, "too-costly", f"At most {_MOST_FILES} files.", f"{place}.content")
    return Carried("\n\n".join(text for text in texts if text.strip()), tuple(files))


def content_of(resource: Resource, index: int, around: Around, place: str) -> tuple[str, bytes]:
    """(media type without parameters, bytes) of one content, inline or by a Binary that came along. Raises FhirRefused (422)."""
    attachment, where = resource["content"][index]["attachment"], f"{place}.content[{index}].attachment"
    media_type = str(attachment.get("contentType", _UNKNOWN))
    data = attachment.get("data")
    if data is None and attachment.get("url"):
        binary = around.found(resource, {"reference": attachment["url"]})
        if binary is None or "data" not in binary:
            text = "The content is not here: send it as data, or as a Binary of the same bundle. Nothing is fetched from elsewhere."
            raise refused(422, "not-found", text, f"{where}.url")
        data, media_type = binary["data"], str(binary.get("contentType", media_type))
    if data is None:
        raise refused(422, "required", "An attachment has data, or the url of a Binary of the same bundle.", where)
    return media_type.partition(";")[0].strip().lower(), b64decode(padded(str(data)))


def decoded(raw: bytes, content_type: str) -> str:
    """Text in the charset that it says, else UTF-8; what is neither is Latin-1 as Windows has it, as the guide's own example is."""
    said = content_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    for charset in (*((said,) if said in {"utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "us-ascii"} else ()), "utf-8"):
        try:
            return raw.decode("cp1252" if charset == "iso-8859-1" else charset).replace("\x00", "").removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return raw.decode("cp1252", "replace").replace("\x00", "")
