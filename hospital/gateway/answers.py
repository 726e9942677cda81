"""The acknowledgment of a message (HL7 2.5, 2.9.2, original mode; PAM.fr 6.1; CI-SIS volet "Transmission de documents").

It is made of what the row of the message holds and of the message's own MSH, so the same message again has the same bytes.
"""
import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from hospital.gateway.enums import Answer
from hospital.gateway.er7 import Er7, trimmed
from hospital.gateway.errors import Fault

_WORDS = {  # of ERR-3, table 0357
    "100": "Segment sequence error", "101": "Required field missing", "102": "Data type error", "103": "Table value not found",
    "199": "Unsupported encoding", "200": "Unsupported message type", "201": "Unsupported event code",
    "202": "Unsupported processing id", "203": "Unsupported version id", "204": "Unknown key identifier",
    "205": "Duplicate key identifier", "206": "Application record locked", "207": "Application internal error",
}  # fmt: skip
_US = "CERCLE"


def answer_to(message: Er7, *, number: UUID, at: dt.datetime, fault: Fault | None) -> bytes:
    """MSH, MSA and, where it is refused, ERR: who sent it is who receives this; MSH-11, -12, -17 and -18 as they came."""
    msh, signs = message.msh, message.signs.every
    fields = [
        "MSH", signs[1] + signs[2] + signs[3] + signs[4], msh.raw(5) or _US, msh.raw(6), msh.raw(3), msh.raw(4),
        at.astimezone(ZoneInfo(settings.CIRCLE_TIME_ZONE)).strftime("%Y%m%d%H%M%S%z"), "",
        signs[1].join(["ACK", message.kind[1], "ACK"]) if message.kind[1] else "ACK",
        number.hex[:20], msh.raw(11) or "P", msh.raw(12) or "2.5", "", "", "", "", msh.raw(17), msh.raw(18),
    ]  # fmt: skip
    lines = [signs[0].join(fields), signs[0].join(["MSA", fault.answer if fault else Answer.AA, msh.raw(10)])]
    if fault:
        lines.append(_error(fault, signs))
    return ("\r".join(line.rstrip(signs[0]) for line in lines) + "\r").encode(message.signs.charset, "replace")


def answer_to_unreadable(raw: bytes, *, number: UUID, at: dt.datetime, fault: Fault) -> bytes:
    """Of what has no MSH that can be read: with what of it can be echoed, in ASCII."""
    line = trimmed(raw[:4096]).replace(b"\n", b"\r").split(b"\r")[0].decode("ascii", "ignore")
    fields = line.split("|") if line.startswith("MSH|") else []
    control = "".join(sign for sign in (fields[9] if len(fields) > 9 else "") if sign.isprintable() and sign not in "|^~\\&")[:199]
    stamp = at.astimezone(ZoneInfo(settings.CIRCLE_TIME_ZONE)).strftime("%Y%m%d%H%M%S%z")
    head = f"MSH|^~\\&|{_US}||||{stamp}||ACK|{number.hex[:20]}|P|2.5"
    return "\r".join([head, f"MSA|{fault.answer}|{control}", _error(fault, "|^~\\&"), ""]).encode("utf-8")


def _error(fault: Fault, signs: str) -> str:
    """ERR-2 place, ERR-3 code, ERR-4 severity, ERR-5 the volet's code, ERR-8 words for a human."""
    place = fault.at.replace("^", signs[1])
    code = signs[1].join([fault.code, _WORDS.get(fault.code, ""), "HL70357"])
    return signs[0].join(["ERR", "", place, code, "E", fault.own, "", "", fault.words])
