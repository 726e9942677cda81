"""Documents by HL7 v2 (CI-SIS volet "Transmission de documents CDA-R2 en HL7v2" 2.1, and "LPS" 1.1): MDM^T02/T10/T04 and ORU^R01.

`translate_document` and `check_version` are asked before the answer, `note` in the transaction that stores the message,
`filing.file_document` when it is worked out. Nothing of a refused document is kept but the message, in quarantine.
"""
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from hospital.gateway.cda import Document, NotADocument, base64_bytes, read_document
from hospital.gateway.er7 import Er7, Segment
from hospital.gateway.errors import not_for_us, unfit
from hospital.gateway.models import HospitalDocument
from hospital.gateway.persons import account_of, identity_of, is_protected
from hospital.gateway.versions import known_version, note_deletion, note_version, version_in_force
from hospital.stays.announcements import Identity, Number
from hospital.stays.resembling import agrees
from people.circles.models import Circle
from people.circles.traits import INS_OIDS, Traits, normalised


class DocumentAction(StrEnum):
    """What a message does to a document."""

    NEW = "new"
    REPLACE = "replace"
    DELETE = "delete"


class Mark(StrEnum):
    """Marks of visibility (`MetaDMPMSS`) that we honour; both names of a mark that was renamed."""

    HIDDEN_FROM_PATIENT = "INVISIBLE_PATIENT"
    HIDDEN_FROM_GUARDIANS = "INVISIBLE_REP_LEGAUX"
    MASKED = "MASQUE_PS"
    SECRET = "CONNEXION_SECRETE"  # noqa: S105  -- the profile's word for who connects in secret
    VISIBILITY_ONLY = "MODIF_CONF_CODE"


_MARKS = {mark.value: mark for mark in Mark} | {
    "INVISIBLE_REPRESENTANTS_LEGAUX": Mark.HIDDEN_FROM_GUARDIANS, "MODIF_CONFIDENTIALITYCODE": Mark.VISIBILITY_ONLY,
}  # fmt: skip
_BY_EVENT = {"T02": DocumentAction.NEW, "T10": DocumentAction.REPLACE, "T04": DocumentAction.DELETE}
_BY_ORDER = {"NW": DocumentAction.NEW, "RO": DocumentAction.REPLACE, "CA": DocumentAction.DELETE}
_BY_RESULT = {"F": DocumentAction.NEW, "C": DocumentAction.REPLACE, "D": DocumentAction.DELETE}
_SEXES = {"F", "M", "U", "UN", "I"}  # those of HL7 and of the CI-SIS


@dataclass(frozen=True)
class DocumentNews:
    """What a message says of one document. Whoever makes one (HL7 v2, FHIR) has checked that it speaks of `identity`."""

    action: DocumentAction
    document: Document
    identity: Identity
    marks: frozenset[Mark] = frozenset()
    replaces: tuple[str, ...] = ()  # ids of what it replaces, in the document's words first; () is the set's version in force
    stay: Number | None = None  # PV1-19
    unit_code: str = ""
    protected: bool = False


def check_version(news: DocumentNews, structure: UUID, circles: Sequence[Circle]) -> None:
    """Raises Refused AE 207/900 where it replaces or deletes what is in force in none of these circles. Of somebody who has no circle
    nothing is known, and the answer is AA."""
    if circles and all(_unknown(news, structure, circle) for circle in circles):
        raise unfit("207", "La version à remplacer ou à supprimer n'est pas celle en vigueur.", "TXA^1^13", "900")


def note(news: DocumentNews, structure: UUID, circle: UUID, known_at: dt.datetime) -> None:
    """Notes which versions there are from now on in one circle, in the transaction that stores the message; again it changes nothing."""
    if news.action is DocumentAction.DELETE:
        row = known_version(structure, circle, [news.document.id])
        note_deletion([row] if row else [], at=known_at)
        return
    replaced = replaced_version(news, structure, circle) if news.action is DocumentAction.REPLACE else None
    identifier, set_id = news.document.id, news.document.set_id
    note_version(structure, circle, identifier=identifier, set_id=set_id, replaced=replaced, known_at=known_at)


def replaced_version(news: DocumentNews, structure: UUID, circle: UUID) -> HospitalDocument | None:
    """Which row a document replaces: by the ids that it names, else the version of its set that is in force."""
    if news.replaces:
        return known_version(structure, circle, news.replaces)
    return version_in_force(structure, circle, news.document.set_id)


def _unknown(news: DocumentNews, structure: UUID, circle: Circle) -> bool:
    """Whether the message speaks of a version that is not in force. The same message in another envelope is no fault."""
    known = known_version(structure, circle.pk, [news.document.id])
    if news.action is DocumentAction.DELETE:
        return known is None or known.replaced_by_id is not None
    if known is not None or news.action is DocumentAction.NEW:
        return False
    replaced = replaced_version(news, structure, circle.pk)
    return replaced is None or replaced.replaced_by_id is not None or replaced.deleted_at is not None


def translate_document(message: Er7, *, authorities: Sequence[str] = ()) -> DocumentNews:
    """What the message says, its CDA opened and compared with PID; stores nothing. Raises Refused: AR 201 for an event of no document,

    and AE, all of them to be put in quarantine: 100 no OBX · 101 an OBX-5 without content, or a CDA without an id · 102 no base64, no XML,
    no ClinicalDocument · 103 an action that is none · 207/903 the patient has an INS in PID and none in the CDA · 207/904 another one ·
    207/905 the CDA's traits are incomplete · 207/906 other traits than PID's, or nothing in it to be read.
    """
    if message.kind not in {*(("MDM", event) for event in _BY_EVENT), ("ORU", "R01")}:
        raise not_for_us("201", "Événement non pris en charge.", "MSH^1^9")
    results = message.all("OBX")
    carried = next((one for one in results if one.text(2).upper() == "ED" and one.text(3).upper() != "CORPSMAIL_PS"), None)
    if carried is None:
        raise unfit("100", "Aucun segment OBX ne porte de document.", "OBX^1")
    document = _document(carried)
    identity = identity_of(message, authorities)
    _check_patient(message, document, identity)
    if not document.sections and not document.attachments:
        raise unfit("207", "Le corps du document est vide ou illisible.", "OBX^1^5", "906")
    action = _action(message, carried)
    pv1, pid = message.first("PV1"), message.first("PID")
    return DocumentNews(
        action=action, document=document, identity=identity, marks=marks_of(results),
        replaces=document.replaces or _named(message.first("TXA")), stay=account_of(pv1, 19) or account_of(pid, 18),
        unit_code=pv1.text(3)[:32], protected=is_protected(message),
    )  # fmt: skip


def marks_of(results: Iterable[Segment]) -> frozenset[Mark]:
    """The coded OBX whose value is Y."""
    found = (_MARKS.get(one.text(3).upper()) for one in results if one.text(5).upper() in {"Y", "O", "OUI"})
    return frozenset(mark for mark in found if mark)


def _document(carried: Segment) -> Document:
    content = carried.text(5, 5) or carried.text(5)
    if not content:
        raise unfit("101", "OBX-5 est vide : le document est requis.", "OBX^1^5")
    try:
        document = read_document(base64_bytes(content.encode("ascii", "replace")))
    except NotADocument:
        raise unfit("102", "OBX-5.5 ne contient pas de document CDA-R2 en base64.", "OBX^1^5^1^5") from None
    if not document.id:
        raise unfit("101", "ClinicalDocument/id est requis.", "OBX^1^5")
    return document


def _check_patient(message: Er7, document: Document, identity: Identity) -> None:
    """The CDA speaks of whom the envelope speaks of. An INS is compared as it stands in PID-3, qualified or not."""
    named = {_bare(each.part()) for each in message.first("PID").all(3) if each.part(4, 2) in INS_OIDS and each.part(5).upper() == "INS"}
    inside = {_bare(number) for number in document.ins}
    traits, theirs = identity.traits, document.traits
    if named and not inside:
        raise unfit("207", "Le document CDA ne porte pas l'INS du patient.", "PID^1^3", "903")
    if named and not named & inside:
        raise unfit("207", "L'INS du document CDA n'est pas celui de PID-3.", "PID^1^3", "904")
    named_whole = (theirs.birth_name or theirs.family_name) and theirs.given_names
    if not named_whole or not theirs.birth_date or theirs.sex not in _SEXES:
        raise unfit("207", "Les traits d'identité du document CDA sont incomplets.", "PID^1^5", "905")
    if not agrees(_filled(traits, theirs, named & inside), replace(theirs, ins=next(iter(named & inside), ""))):
        raise unfit("207", "Les traits d'identité du document CDA ne sont pas ceux de PID.", "PID^1^5", "906")


def _filled(ours: Traits, theirs: Traits, same: set[str]) -> Traits:
    """PID's traits to be compared: what it leaves out is taken from the CDA, and so are the names of family of one and the same INS.

    Given names and sex are compared always: twins have the same family name and birth date, and a copied INS is no rarity.
    """
    families = {"family_name": theirs.family_name, "birth_name": theirs.birth_name}
    blank = same or not (normalised(ours.family_name) or normalised(ours.birth_name))
    given = ours.given_names if any(normalised(name) for name in ours.given_names) else theirs.given_names
    return replace(ours, given_names=given, ins=next(iter(same), ""), **(families if blank else {}))


def _bare(ins: str) -> str:
    return re.sub(r"\s", "", ins).upper()[:13]


def _action(message: Er7, carried: Segment) -> DocumentAction:
    """MDM says it by its event; ORU by ORC-1, and where that says something else (1.1: SC) by OBX-11."""
    if message.kind[0] == "MDM":
        found = _BY_EVENT.get(message.kind[1])
    else:
        found = _BY_ORDER.get(message.first("ORC").text(1).upper()) or _BY_RESULT.get(carried.text(11).upper() or "F")
    if found is None:
        raise unfit("103", "Action inconnue : ORC-1 et OBX-11 ne disent pas que faire du document.", "ORC^1^1")
    return found


def _named(txa: Segment) -> tuple[str, ...]:
    """TXA-13, the document that this one replaces: EI, whose first component is the id where there is no universal one."""
    parent, universal = txa.text(13), txa.text(13, 3)
    return tuple(filter(None, (f"{universal}^{parent}" if universal and parent else "", parent)))
