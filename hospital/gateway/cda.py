"""A CDA-R2 document, opened as a stranger's file: no entities, no DTD, no network, no style sheet, bounded in size and depth.

CI-SIS "Structuration minimale": level 1 has a body of another format (`nonXMLBody`), level 3 sections with or without a copy in PDF
(`observationMedia`). What comes out are plain values; nothing of the XML is ever shown.
"""
import binascii
import datetime as dt
import re
import secrets
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from hospital.gateway.narrative import V3, Block, Budget, blocks_of, plain_blocks, words
from people.circles.traits import INS_OIDS, Traits

MOST_BYTES = 32 * 1024 * 1024  # of the XML, what it embeds included
MOST_TAGS = 200_000
MOST_SECTIONS = 200
MOST_ATTACHMENTS = 5
_ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "iso-8859-1": "cp1252", "windows-1252": "cp1252", "iso-8859-15": "iso-8859-15",
}  # fmt: skip
_DECLARED = re.compile(rb"^<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"'][^>]{0,100}\?>")
_DECLARATION = re.compile(r"^<\?xml[^>]{0,300}\?>")
# What a document embeds is taken out before libxml2 sees it, whose texts end at 10 MB.
_LONG = re.compile(r"(representation\s*=\s*[\"']B64[\"'][^<>]{0,200}>)([A-Za-z0-9+/=\s]{65536,}+)<")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TIME = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\.\d+)?([+-]\d{4})?")
_PARIS = ZoneInfo("Europe/Paris")


class NotADocument(ValueError):
    """No XML, or no ClinicalDocument, or more than is taken."""


@dataclass(frozen=True)
class Section:
    """One section: `level` 1 stands in the body, 2 within such a one. `cut`: there was more than is kept."""

    code: str  # LOINC
    title: str
    level: int
    blocks: list[Block]
    cut: bool = False


@dataclass(frozen=True)
class Attachment:
    """Bytes that the document embeds. What they are, their first bytes say, not this type."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Document:
    """What a document says of itself and of the patient. Identifiers are "ROOT" or "ROOT^EXTENSION"; an absent one is ""."""

    id: str
    set_id: str
    version: int
    replaces: tuple[str, ...]  # ids of the documents that it replaces (relatedDocument RPLC)
    code: str  # LOINC of its type: 11490-0 is the discharge letter
    title: str
    date: dt.datetime | None
    author: str
    organisation: str
    confidentiality: str  # N, R, V
    traits: Traits  # of the patient as the document has them; `ins` is the first one
    ins: tuple[str, ...]  # every INS in it, NIR and NIA
    identifiers: tuple[tuple[str, str], ...]  # (root, extension) of the hospital's own numbers
    sections: tuple[Section, ...]
    attachments: tuple[Attachment, ...]

    @property
    def pdf(self) -> bytes | None:
        """The embedded PDF, where there is one that is one."""
        return next((one.content for one in self.attachments if one.content.startswith(b"%PDF-")), None)


def read_document(raw: bytes) -> Document:
    """The document. Raises NotADocument."""
    root, embedded = _parsed(raw)
    budget = Budget()
    sections = tuple(_sections(root, budget, embedded))
    identifiers = [(one.get("root", ""), one.get("extension", "")) for one in root.findall(_path("recordTarget/patientRole/id"))]
    ins = tuple(number for oid, number in identifiers if oid in INS_OIDS and number)
    return Document(
        id=_identifier(root.find(_path("id"))), set_id=_identifier(root.find(_path("setId"))), version=_version(root),
        replaces=tuple(_replaced(root)), code=_attribute(root, "code", "code")[:20], title=_title(root),
        date=time_of(_attribute(root, "effectiveTime", "value")), author=_author(root),
        organisation=_text(root, "author/assignedAuthor/representedOrganization/name"),
        confidentiality=_attribute(root, "confidentialityCode", "code"), traits=_traits(root, identifiers), ins=ins,
        identifiers=tuple(one for one in identifiers if one[0] not in INS_OIDS), sections=sections,
        attachments=tuple(_attachments(root, embedded)),
    )  # fmt: skip


def base64_bytes(text: bytes, most: int = MOST_BYTES) -> bytes:
    """Base64 as senders write it, with blanks and without padding. Raises NotADocument for other signs and for more than `most` bytes."""
    if len(text) > most * 3 // 2:
        raise NotADocument("too long")
    bare = text.translate(None, b" \t\r\n\f\v").rstrip(b"=")
    if len(bare) * 3 // 4 > most or bare.translate(None, _BASE64):
        raise NotADocument("no base64")
    try:
        return b64decode(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        raise NotADocument("no base64") from None


def time_of(said: str) -> dt.datetime | None:
    """A moment as HL7 writes it, `YYYYMMDDHHMMSS+ZZZZ`, a part of it being enough; without an offset in the time of Paris."""
    match = _TIME.fullmatch(said.strip())
    if match is None:
        return None
    numbers = [int(part) if part else default for part, default in zip(match.groups()[:6], (1, 1, 1, 0, 0, 0), strict=True)]
    try:
        moment = dt.datetime(*numbers, tzinfo=_PARIS)  # type: ignore[misc, arg-type]
        if match[7]:
            moment = moment.replace(tzinfo=dt.datetime.strptime(match[7], "%z").tzinfo)
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _parsed(raw: bytes) -> tuple[Any, dict[str, str]]:
    """(root, what was embedded by its mark). A document type declaration is refused: where none stands no entity can be."""
    if len(raw) > MOST_BYTES:
        raise NotADocument("too large")
    embedded: dict[str, str] = {}
    run = secrets.token_hex(8)

    def taken_out(match: re.Match[str]) -> str:
        mark = f"embedded:{run}:{len(embedded)}"
        embedded[mark] = match[2]
        return f"{match[1]}{mark}<"

    text = _LONG.sub(taken_out, _decoded(raw))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True,
        remove_pis=True, recover=False,
    )
    if text.count("<") > MOST_TAGS:
        raise NotADocument("too many tags")
    if "<!DOCTYPE" in text[: text.find("<ClinicalDocument")] or "<!ENTITY" in text:
        raise NotADocument("a document type declaration")
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError, ValueError):
        raise NotADocument("no XML") from None
    if root.getroottree().docinfo.internalDTD is not None or root.tag != f"{V3}ClinicalDocument":
        raise NotADocument("no ClinicalDocument")
    return root, embedded


def _decoded(raw: bytes) -> str:
    """The text without its declaration: as that says, and where it is not true as cp1252, which fits any bytes but five."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED.match(raw)
    name = _ENCODINGS.get(declared[1].decode().lower() if declared else "utf-8")
    if name is None or not raw.startswith(b"<"):
        raise NotADocument("no XML in a known encoding")
    try:
        text = raw.decode(name)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return _DECLARATION.sub("", text, count=1)


def _sections(root: Any, budget: Budget, embedded: dict[str, str]) -> Iterator[Section]:
    for body in root.findall(_path("component/nonXMLBody/text")):
        if body.get("mediaType") == "text/plain":
            content = _content(body, embedded)
            text = content.decode("utf-8", "replace") if content is not None else body.text or ""
            blocks = plain_blocks(text, budget)
            if blocks:
                yield Section("", "", 1, blocks, budget.spent)
    for body in root.findall(_path("component/structuredBody")):
        for number, (section, level) in enumerate(_nested(body, 1)):
            if number >= MOST_SECTIONS or budget.spent:
                return
            text = section.find(f"{V3}text")
            blocks = blocks_of(text, budget) if text is not None else []
            title = _text(section, "title")
            if blocks or (title and section.find(f"{V3}component/{V3}section") is not None):
                yield Section(_attribute(section, "code", "code")[:20], title, level, blocks, budget.spent)


def _nested(parent: Any, level: int) -> Iterator[tuple[Any, int]]:
    for section in parent.iterchildren(f"{V3}component"):
        for found in section.iterchildren(f"{V3}section"):
            yield found, level
            if level < 6:
                yield from _nested(found, level + 1)


def _attachments(root: Any, embedded: dict[str, str]) -> Iterator[Attachment]:
    """What the body is, else what it embeds: PDFs first, for the copy of the whole is one."""
    body = [one for one in root.findall(_path("component/nonXMLBody/text")) if one.get("mediaType") != "text/plain"]
    media = [value for one in root.iter(f"{V3}observationMedia") for value in one.findall(f"{V3}value")]
    found = sorted(body + media, key=lambda one: one.get("mediaType") != "application/pdf")
    for one in found[:MOST_ATTACHMENTS]:
        content = _content(one, embedded)
        if content:
            yield Attachment(content, one.get("mediaType", "")[:100])


def _content(element: Any, embedded: dict[str, str]) -> bytes | None:
    """The bytes of an element in base64; None where it is none."""
    if element.get("representation") != "B64":
        return None
    said = (element.text or "").strip()
    try:
        return base64_bytes(embedded.get(said, said).encode())
    except NotADocument:
        return None


def _title(root: Any) -> str:
    return _text(root, "title") or _attribute(root, "code", "displayName")[:200]


def _replaced(root: Any) -> Iterator[str]:
    for related in root.findall(_path("relatedDocument")):
        if related.get("typeCode") == "RPLC":
            yield from filter(None, (_identifier(one) for one in related.findall(_path("parentDocument/id"))))


def _version(root: Any) -> int:
    said = _attribute(root, "versionNumber", "value")
    return int(said) if said.isdecimal() and len(said) < 6 else 1


def _author(root: Any) -> str:
    """Dr Charles DAVID, as far as it is said; a device's name where a device wrote it."""
    name = root.find(_path("author/assignedAuthor/assignedPerson/name"))
    if name is None:
        return _text(root, "author/assignedAuthor/assignedAuthoringDevice/softwareName")
    given, family = (" ".join(words(one) for one in name.findall(V3 + part)) for part in ("given", "family"))
    title = next((said.title() for part in ("suffix", "prefix") if (said := _text(name, part)).upper() in {"DR", "PR"}), "")
    return " ".join(filter(None, (title, given, family.upper())))[:200] or words(name)[:200]


def _traits(root: Any, identifiers: list[tuple[str, str]]) -> Traits:
    """The identity traits after the INS rules; "" for what is not said."""
    patient = root.find(_path("recordTarget/patientRole/patient"))
    if patient is None:
        return Traits("", "")
    families = {one.get("qualifier", ""): words(one) for one in patient.findall(_path("name/family"))}
    given = [(one.get("qualifier", ""), words(one)) for one in patient.findall(_path("name/given"))]
    birth = families.get("BR", "") or families.get("", "")
    first = next((said for qualifier, said in given if qualifier == "BR"), "")
    others = [said for qualifier, said in given if qualifier == "" and said != first]
    born = _attribute(patient, "birthTime", "value")[:8]
    oid, ins = next(((oid, number) for oid, number in identifiers if oid in INS_OIDS and number), ("", ""))
    return Traits(
        family_name=families.get("CL", "") or families.get("SP", "") or birth, birth_name=birth,
        given_names=[said for said in [first, *others] if said], birth_date=f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 else "",
        sex=_attribute(patient, "administrativeGenderCode", "code") or "U",
        birth_place_code=_text(patient, "birthplace/place/addr/county")[:5], ins=ins, ins_oid=oid,
    )  # fmt: skip


def _identifier(element: Any) -> str:
    if element is None:
        return ""
    root, extension = element.get("root", "").strip(), element.get("extension", "").strip()
    return (f"{root}^{extension}" if extension else root)[:400]


def _attribute(parent: Any, path: str, name: str) -> str:
    element = parent.find(_path(path))
    return str(element.get(name, "")).strip() if element is not None else ""


def _text(parent: Any, path: str) -> str:
    element = parent.find(_path(path))
    return words(element).replace("\n", " ")[:200] if element is not None else ""


def _path(path: str) -> str:
    return "/".join(V3 + part for part in path.split("/"))
