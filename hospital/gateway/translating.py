"""From the fields of IHE PAM France 2.11 (ITI-30, ITI-31) to what stays understand. Pure: decides nothing, stores nothing."""
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from hospital.gateway.documents import DocumentNews, translate_document
from hospital.gateway.er7 import Er7
from hospital.gateway.errors import not_for_us, unfit
from hospital.gateway.persons import account_of, identity_of, is_protected, numbers_of, withdrawn_ins
from hospital.gateway.times import local_time
from hospital.stays.announcements import Identity, Merge, MovementNews, Number
from hospital.stays.enums import Action, Event, StayClass

# Trigger → what it inserts (PAM.fr 4.2). A06 and A07 are each other's cancel; only ZBE-4 tells.
_INSERTS = {
    "A01": Event.ADMITTED, "A02": Event.TRANSFERRED, "A03": Event.DISCHARGED, "A04": Event.REGISTERED, "A05": Event.PLANNED,
    "A06": Event.ADMITTED, "A07": Event.REGISTERED, "A14": Event.PLANNED, "A16": Event.LEAVING, "A21": Event.LEFT, "A22": Event.RETURNED,
}  # fmt: skip
# Trigger → the trigger that it takes back.
_CANCELS = {"A11": "A01", "A12": "A02", "A13": "A03", "A25": "A16", "A27": "A14", "A38": "A05", "A52": "A21", "A53": "A22"}
_CROSSED = {"A06": "A07", "A07": "A06"}
_IDENTITIES = {"A08", "A28", "A31"}  # A08 is not used in France: who sends it means A31
_MERGES = {"A40": "merged", "A44": "moved"}
_IDLE = {"A15", "A26", "A54", "A55"}  # plans of transfers, attending doctors: nothing that a circle is told
_UPDATE = "Z99"
KNOWN = {*_INSERTS, *_CANCELS, *_IDENTITIES, *_MERGES, *_IDLE, "A47", _UPDATE}
_HURRIED, _EXPECTED = {"A", "E", "U"}, {"R", "C", "L"}  # PV1-4, table 0007: accident, emergency, urgent; routine, comfort, elective
_FROM_EMERGENCY = "5"  # ZFM-3
_DEAD = "9"  # ZFM-2


@dataclass(frozen=True)
class Said:
    """What a message says: of whom, and what. Without `news` or `merge` it is the identity alone; `idle`: nothing for anybody here."""

    identity: Identity
    news: MovementNews | None = None
    merge: Merge | None = None
    document: DocumentNews | None = None
    idle: bool = False
    protected: bool = False  # marks that an identity bears, whatever its stay
    relatives_untold: bool = False


def translate(message: Er7, *, authorities: Sequence[str], received_at: dt.datetime) -> Said:
    """A message's meaning. Raises Refused: AR 201 for an event that PAM.fr has not, AE 101 where a field is missing; of a document what
    `documents` says.
    """
    if message.kind[0] != "ADT":
        document = translate_document(message, authorities=authorities)
        return Said(document.identity, document=document)
    trigger = message.kind[1]
    if trigger not in KNOWN:
        raise not_for_us("201", "Événement non pris en charge.", "MSH^1^9")
    identity = identity_of(message, authorities)
    if trigger in _IDLE:
        return Said(identity, idle=True)
    if trigger in _IDENTITIES:
        return Said(identity, protected=is_protected(message), relatives_untold=_relatives_untold(message))
    if trigger == "A47" or trigger in _MERGES:
        return Said(identity, merge=_merge(message, identity, authorities))
    event, action = _meaning(message)
    if event is None:
        return Said(identity, idle=True)
    return Said(identity, news=_movement(message, event, action, received_at))


def _meaning(message: Er7) -> tuple[Event | None, Action]:
    """The movement's own event, whatever is done to it; None where it is none that a circle is told."""
    trigger, wish, original = message.kind[1], _wish(message), message.first("ZBE").text(6).upper()
    if trigger == _UPDATE:
        if message.first("ZBE").text(9).upper() == "C":  # a corrected status, no movement
            return None, Action.UPDATE
        if not original:
            raise unfit("101", "ZBE-6 est requis dans un message Z99.", "ZBE^1^6")
        action = Action.CANCEL if wish == "CANCEL" else Action.UPDATE
        return _event(message, original), action
    if trigger in _CANCELS:
        return _event(message, original if original in _INSERTS else _CANCELS[trigger]), Action.CANCEL
    if wish == "CANCEL":
        return _event(message, _CROSSED.get(trigger, trigger)), Action.CANCEL
    return _event(message, trigger), Action.UPDATE if wish == "UPDATE" else Action.INSERT


def _wish(message: Er7) -> str:
    return message.first("ZBE").text(4).upper()


def _event(message: Er7, trigger: str) -> Event | None:
    found = _INSERTS.get(trigger)
    if found is Event.REGISTERED and trigger == "A04" and _class(message) is StayClass.EMERGENCY:
        return Event.EMERGENCY
    if found is Event.DISCHARGED and (message.first("ZFM").text(2) == _DEAD or message.first("PID").text(30).upper() == "Y"):
        return Event.DIED
    return found


def _class(message: Er7) -> StayClass:
    said = message.first("PV1").text(2).upper()
    return StayClass(said) if said in StayClass.values else StayClass.OTHER


def _movement(message: Er7, event: Event, action: Action, received_at: dt.datetime) -> MovementNews:
    zbe, pv1 = message.first("ZBE"), message.first("PV1")
    code, name = _unit(message)
    return MovementNews(
        event=event,
        action=action,
        stay=_stay(message),
        movement=(zbe.text(1, 3) or zbe.text(1, 2), zbe.text(1)) if zbe.text(1) else ("", ""),
        at=_moment(message, event, received_at),
        stay_class=_class(message),
        unit_code=code,
        unit_name=name,
        historic=zbe.text(5).upper() == "Y",
        planned=_planned(message),
        recorded_at=local_time(message.first("EVN").text(2), reference=received_at),
        protected=is_protected(message),
        relatives_untold=_relatives_untold(message),
        facts={key: value[:16] for key, value in _facts(message, pv1.text(36)).items() if value},
    )


def _stay(message: Er7) -> Number:
    """PV1-19; where a sender has none, the account (PID-18) or the number of the announced stay (PV1-5)."""
    found = account_of(message.first("PV1"), 19) or account_of(message.first("PID"), 18) or account_of(message.first("PV1"), 5)
    if not found:
        raise unfit("101", "Numéro de venue absent : PV1-19 (ou PID-18) est requis.", "PV1^1^19")
    return found


def _moment(message: Er7, event: Event, received_at: dt.datetime) -> dt.datetime:
    """When it happened, or is planned. MSH-7 is only the time of transport, so it comes last."""
    zbe, evn, pv2 = message.first("ZBE").text(2), message.first("EVN"), message.first("PV2")
    planned = {Event.PLANNED: [evn.text(3), pv2.text(8)], Event.LEAVING: [pv2.text(9), evn.text(3)]}.get(event, [])
    for said in [*planned, zbe, evn.text(6), evn.text(2), message.msh.text(7)]:
        if moment := local_time(said, reference=received_at):
            return moment
    raise unfit("101", "Aucune date lisible : ZBE-2 est requis.", "ZBE^1^2")


def _unit(message: Er7) -> tuple[str, str]:
    """(code, label) of the medical unit (ZBE-7), else of care (ZBE-8), else of lodging (PV1-3.1). Never a room, never a bed."""
    zbe = message.first("ZBE")
    for field in (7, 8):
        if zbe.text(field, 10) or zbe.text(field):
            return zbe.text(field, 10)[:32], zbe.text(field)[:200]
    return message.first("PV1").text(3)[:32], ""


def _planned(message: Er7) -> bool | None:
    """Whether an admission was planned, as far as its message says: not where it is urgent, by way of the emergency room, or of somebody
    kept in (PV1-4, ZFM-3, A06); None where it says nothing of it.
    """
    kind = message.first("PV1").text(4).upper()
    if kind in _HURRIED or message.first("ZFM").text(3) == _FROM_EMERGENCY or message.kind[1] == "A06":
        return False
    return True if kind in _EXPECTED else None


def _relatives_untold(message: Er7) -> bool:
    """Whether somebody is marked as not to be told (NK1-7 = P)."""
    return any(reason.part().upper() == "P" for kin in message.all("NK1") for reason in kin.all(7))


def _facts(message: Er7, disposition: str) -> dict[str, str]:
    """Codes only: nature (ZBE-9), mode of discharge (ZFM-2), its kind (PV1-36), destination (ZFM-4), the hospital after (PV1-37)."""
    zfm = message.first("ZFM")
    return {
        "nature": message.first("ZBE").text(9).upper(),
        "mode": zfm.text(2),
        "disposition": disposition,
        "destination": zfm.text(4),
        "next": message.first("PV1").text(37),
    }


def _merge(message: Er7, identity: Identity, authorities: Sequence[str]) -> Merge:
    trigger, mrg = message.kind[1], message.first("MRG")
    former = numbers_of(mrg.all(1), authorities)
    former_ins = withdrawn_ins(mrg)
    if not former and not former_ins:
        raise unfit("101", "MRG-1 est requis : l'identifiant remplacé.", "MRG^1^1")
    if trigger in _MERGES:
        stays = account_of(message.first("PV1"), 19) if trigger == "A44" else None
        return Merge(_MERGES[trigger], identity, former, former_ins, (stays,) if stays else ())
    kind = "withdrawn" if former_ins and identity.traits.ins in {"", former_ins} else "changed"
    return Merge(kind, identity, former, former_ins)
