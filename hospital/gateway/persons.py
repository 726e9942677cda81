"""Who a message is about: identifiers, traits and the state of the identity (PAM.fr 6.6; INS: right OID, right type, PID-32 = VALI)."""
import re
from collections.abc import Iterable, Sequence

from django.conf import settings

from hospital.gateway.er7 import Er7, Segment, Value
from hospital.gateway.times import calendar_date
from hospital.stays.announcements import Identity, Number
from people.circles.traits import Traits

# NIR before NIA where both stand there; the test and demonstration ranges mean nobody in production.
_NIR, _NIA = "1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9"
_TEST = ("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11")
_QUALIFIED = "VALI"
_LONGEST_NAME = 100


def identity_of(message: Er7, authorities: Sequence[str]) -> Identity:
    """From PID. The INS is there only where it is qualified; the message counts without it otherwise (PAM.fr 6.6.15)."""
    pid = message.first("PID")
    statuses = frozenset(value.part().upper() for value in pid.all(32)) - {""}
    ins, oid = qualified_ins(pid.all(3)) if _QUALIFIED in statuses else ("", "")
    return Identity(_traits(pid, ins, oid), numbers_of(pid.all(3), authorities), statuses)


def qualified_ins(identifiers: Iterable[Value]) -> tuple[str, str]:
    """(number, OID). `NH` with the same OID is the number of billing, and no INS."""
    by_oid = {each.part(4, 2): each for each in reversed(list(identifiers)) if each.part(5).upper() == "INS" and each.part()}
    for oid in (_NIR, _NIA, *(() if settings.PRODUCTION else _TEST)):
        if oid in by_oid:
            return re.sub(r"\s", "", by_oid[oid].part()).upper()[:15], oid
    return "", ""


def withdrawn_ins(mrg: Segment) -> str:
    """The INS that MRG-1 takes back, "" where it names none."""
    return qualified_ins(mrg.all(1))[0]


def numbers_of(identifiers: Iterable[Value], authorities: Sequence[str]) -> tuple[Number, ...]:
    """The hospital's own numbers (CX-5 = PI), the first one first; of the authorities only that the feed names, where it names some."""
    found: list[Number] = []
    for each in identifiers:
        known_by = {each.part(4, 1), each.part(4, 2)} - {""}
        ours = not authorities or bool(known_by & set(authorities))
        if each.part() and each.part(5).upper() in {"PI", ""} and ours:
            found.append(((each.part(4, 2) or each.part(4, 1))[:100], each.part()[:100]))
    return tuple(dict.fromkeys(found))


def account_of(segment: Segment, field: int) -> Number | None:
    """A CX as (authority, value): the key of a stay. None where there is none."""
    value = segment.text(field)
    return ((segment.text(field, 4, 2) or segment.text(field, 4, 1))[:100], value[:100]) if value else None


def is_protected(message: Er7) -> bool:
    """Whether little may be told of what a message is about: PD1-12 = Y, PV1-16 = Y or I, PID-32 = CACH or ANOM."""
    statuses = {value.part().upper() for value in message.first("PID").all(32)}
    hidden = message.first("PD1").text(12).upper() == "Y" or message.first("PV1").text(16).upper() in {"Y", "I"}
    return hidden or bool(statuses & {"CACH", "ANOM"})


def _traits(pid: Segment, ins: str, oid: str) -> Traits:
    """PID-5: type L is the birth name with the birth given names, D the one that is used. What one of them lacks, the other has."""
    by_type = {name.part(7).upper(): name for name in reversed(pid.all(5))}
    birth = by_type.get("L") or by_type.get("") or by_type.get("D")
    used = by_type.get("D") or birth
    birth_name = birth.part()[:_LONGEST_NAME] if birth else ""
    used_name = (used.part() if used else "")[:_LONGEST_NAME] or birth_name
    sex = pid.text(8).upper()
    return Traits(
        family_name=used_name,
        birth_name=birth_name or used_name,
        given_names=_given(birth),
        birth_date=calendar_date(pid.text(7)),
        sex=sex if sex in {"F", "M"} else "U",
        birth_place_code=_birth_place(pid),
        ins=ins,
        ins_oid=oid,
    )


def _given(birth: Value | None) -> list[str]:
    """The first given name (XPN-2), then those of the list of birth (XPN-3) that it does not hold."""
    if birth is None:
        return []
    first, rest = birth.part(2)[:_LONGEST_NAME], birth.part(3)[:_LONGEST_NAME]
    if first and rest.upper().startswith(first.upper()):
        rest = rest[len(first) :]
    return [name for name in [first, *re.split(r"[\s,]+", rest)] if name]


def _birth_place(pid: Segment) -> str:
    """The INSEE code (XAD-9) of the address of type BDL; some senders type it BR."""
    for address in pid.all(11):
        if address.part(7).upper() in {"BDL", "BR"} and re.fullmatch(r"(\d{2}|2[AB])\d{3}", address.part(9).upper()):
            return address.part(9).upper()
    return ""
