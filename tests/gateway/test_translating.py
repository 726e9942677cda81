"""The table of events of IHE PAM France, its fields and the oddities of real senders."""
import datetime as dt

import pytest

from hospital.gateway.er7 import read_er7
from hospital.gateway.errors import Refused
from hospital.gateway.times import local_time
from hospital.gateway.translating import Said, translate
from hospital.stays.announcements import MovementNews
from hospital.stays.enums import Action, Event, StayClass
from tests.gateway.messages import Adt

NOW = dt.datetime(2026, 3, 1, 8, 5, tzinfo=dt.UTC)
INS = "241034008800182"


def said(adt: Adt, *authorities: str) -> Said:
    return translate(read_er7(adt.bytes()), authorities=authorities, received_at=NOW)


def news(adt: Adt) -> MovementNews:
    found = said(adt).news
    assert found is not None
    return found


EVENTS = [
    (Adt("A01"), Event.ADMITTED, Action.INSERT), (Adt("A11", zbe4="CANCEL", zbe6="A01"), Event.ADMITTED, Action.CANCEL),
    (Adt("A11", zbe4="CANCEL", zbe6="A04", klass="E"), Event.EMERGENCY, Action.CANCEL),
    (Adt("A04", klass="E"), Event.EMERGENCY, Action.INSERT),
    (Adt("A04", klass="O"), Event.REGISTERED, Action.INSERT), (Adt("A05"), Event.PLANNED, Action.INSERT),
    (Adt("A38", zbe4="CANCEL"), Event.PLANNED, Action.CANCEL), (Adt("A06"), Event.ADMITTED, Action.INSERT),
    (Adt("A07", zbe4="CANCEL", zbe6="A06"), Event.ADMITTED, Action.CANCEL), (Adt("A07"), Event.REGISTERED, Action.INSERT),
    (Adt("A06", zbe4="CANCEL", zbe6="A07"), Event.REGISTERED, Action.CANCEL), (Adt("A02"), Event.TRANSFERRED, Action.INSERT),
    (Adt("A12", zbe4="CANCEL"), Event.TRANSFERRED, Action.CANCEL), (Adt("A03"), Event.DISCHARGED, Action.INSERT),
    (Adt("A13", zbe4="CANCEL"), Event.DISCHARGED, Action.CANCEL), (Adt("A16"), Event.LEAVING, Action.INSERT),
    (Adt("A25", zbe4="CANCEL"), Event.LEAVING, Action.CANCEL), (Adt("A21"), Event.LEFT, Action.INSERT),
    (Adt("A52", zbe4="CANCEL"), Event.LEFT, Action.CANCEL), (Adt("A22"), Event.RETURNED, Action.INSERT),
    (Adt("A53", zbe4="CANCEL"), Event.RETURNED, Action.CANCEL), (Adt("Z99", zbe4="UPDATE", zbe6="A03"), Event.DISCHARGED, Action.UPDATE),
    (Adt("Z99", zbe4="INSERT", zbe6="A01"), Event.ADMITTED, Action.UPDATE),
    (Adt("Z99", zbe4="CANCEL", zbe6="A02"), Event.TRANSFERRED, Action.CANCEL),
    (Adt("A01", zbe4="UPDATE"), Event.ADMITTED, Action.UPDATE), (Adt("A03", after=("ZFM||9",)), Event.DIED, Action.INSERT),
    (Adt("A13", zbe4="CANCEL", after=("ZFM||9",)), Event.DIED, Action.CANCEL),
]  # fmt: skip


@pytest.mark.parametrize(("adt", "event", "action"), EVENTS, ids=lambda each: each.trigger + each.zbe6 if isinstance(each, Adt) else None)
def test_each_trigger_says_its_event(adt: Adt, event: Event, action: Action) -> None:
    assert (news(adt).event, news(adt).action) == (event, action)


@pytest.mark.parametrize("trigger", ["A08", "A28", "A31"])
def test_identities_move_nobody(trigger: str) -> None:
    found = said(Adt(trigger, stay="", movement="", ipp="77"))
    assert (found.news, found.merge, found.idle) == (None, None, False)
    assert found.identity.identifiers == (("1.2.3", "77"),)


@pytest.mark.parametrize("adt", [Adt("A54"), Adt("A55", zbe4="CANCEL"), Adt("Z99", zbe4="UPDATE", zbe6="A54"), Adt("Z99", nature="C")])
def test_what_no_circle_is_told_is_idle(adt: Adt) -> None:
    assert said(adt).idle


@pytest.mark.parametrize(
    ("adt", "code"),
    [(Adt("A99"), "201"), (Adt("A01", stay=""), "101"), (Adt("Z99", zbe4="UPDATE"), "101"), (Adt("A40", stay="", movement=""), "101"),
     (Adt("A01", at="", sent=""), "101")],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(adt: Adt, code: str) -> None:
    with pytest.raises(Refused) as refused:
        said(adt)
    assert refused.value.fault.code == code


def test_the_movement_s_fields() -> None:
    found = news(Adt("A01", after=("ZFM|8|8|5|7",), historic="Y"))
    assert (found.stay, found.movement) == (("1.2.3", "V1"), ("1.2.3", "1"))
    assert (found.unit_code, found.unit_name, found.stay_class, found.historic) == ("4420", "Cardiologie", StayClass.INPATIENT, True)
    assert found.at == dt.datetime(2026, 3, 1, 7, 0, tzinfo=dt.UTC)
    assert found.facts == {"nature": "HMS", "mode": "8", "destination": "7"}
    assert found.planned is False  # by way of the emergency room


@pytest.mark.parametrize(("kind", "planned"), [("", None), ("R", True), ("C", True), ("L", True), ("N", None), ("A", False), ("E", False)])
def test_what_an_admission_says_of_having_been_planned(kind: str, planned: bool | None) -> None:
    raw = Adt().text().replace("PV1|1|I|4420|R|", f"PV1|1|I|4420|{kind}|")
    found = translate(read_er7(raw.encode()), authorities=[], received_at=NOW).news
    assert found is not None
    assert found.planned is planned


@pytest.mark.parametrize(
    ("adt", "protected", "untold"),
    [(Adt(), False, False), (Adt(after_pid=("PD1||||||||||||Y",)), True, False), (Adt(status="VALI~CACH"), True, False),
     (Adt(status="ANOM"), True, False), (Adt(after_pid=("NK1|1|X^Y|DAU||||P", "NK1|2|Z^T|SPO||||K")), False, True),
     (Adt(after_pid=("NK1|1|X^Y|DAU||||K",)), False, False)],
)  # fmt: skip
def test_marks_of_silence(adt: Adt, *, protected: bool, untold: bool) -> None:
    assert (news(adt).protected, news(adt).relatives_untold) == (protected, untold)


def test_a_protected_visit_is_marked_in_pv1() -> None:
    raw = Adt().text().replace("PV1|1|I|4420|R||||||||||||", "PV1|1|I|4420|R||||||||||||Y")
    assert "||Y" in raw
    found = translate(read_er7(raw.encode()), authorities=[], received_at=NOW).news
    assert found is not None
    assert found.protected


@pytest.mark.parametrize(
    ("adt", "ins"),
    [(Adt(ins=INS), INS), (Adt(ins=INS, status="PROV"), ""), (Adt(ins=INS, status=""), ""), (Adt(ins=INS, ins_oid="1.2.3"), ""),
     (Adt(ins=INS, ins_oid="1.2.250.1.213.1.4.10"), INS), (Adt(ins='""'), "")],
)  # fmt: skip
def test_the_ins_counts_only_where_it_is_qualified(adt: Adt, ins: str) -> None:
    assert said(adt).identity.traits.ins == ins


def test_a_test_ins_is_nobody_s_in_production(settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    assert said(Adt(ins=INS, ins_oid="1.2.250.1.213.1.4.10")).identity.traits.ins == ""


def test_a_billing_number_is_no_ins() -> None:
    raw = Adt(ins=INS).text().replace("ISO^INS", "ISO^NH")
    assert translate(read_er7(raw.encode()), authorities=[], received_at=NOW).identity.traits.ins == ""


def test_nir_comes_before_nia() -> None:
    both = f"1{INS[1:]}^^^A&1.2.250.1.213.1.4.9&ISO^INS~{INS}^^^A&1.2.250.1.213.1.4.8&ISO^INS"
    raw = Adt(ins=INS).text().replace(f"{INS}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS", both)
    assert translate(read_er7(raw.encode()), authorities=[], received_at=NOW).identity.traits.ins == INS


def test_numbers_of_other_authorities_are_not_the_hospital_s() -> None:
    assert said(Adt(ipp="77"), "1.2.3").identity.identifiers == (("1.2.3", "77"),)
    assert said(Adt(ipp="77"), "CHD").identity.identifiers == (("1.2.3", "77"),)
    assert said(Adt(ipp="77"), "9.9.9").identity.identifiers == ()


def test_birth_and_used_names() -> None:
    traits = said(Adt(birth_name="PETIT", used_name="DURAND", given="JEANNE")).identity.traits
    assert (traits.birth_name, traits.family_name, traits.given_names) == ("PETIT", "DURAND", ["JEANNE"])
    assert (traits.birth_date, traits.sex) == ("1941-03-09", "F")


@pytest.mark.parametrize(
    ("adt", "kind", "absorbed", "ins"),
    [(Adt("A40", stay="", movement="", ipp="77", after=("MRG|66^^^CHD&1.2.3&ISO^PI",)), "merged", (("1.2.3", "66"),), ""),
     (Adt("A47", stay="", movement="", ipp="77", after=(f"MRG|{INS}^^^A&1.2.250.1.213.1.4.8&ISO^INS",)), "withdrawn", (), INS),
     (Adt("A47", stay="", movement="", ipp="77", ins="1" + INS[1:], after=(f"MRG|{INS}^^^A&1.2.250.1.213.1.4.8&ISO^INS",)),
      "changed", (), INS),
     (Adt("A47", stay="", movement="", ipp="77", after=("MRG|66^^^CHD&1.2.3&ISO^PI",)), "changed", (("1.2.3", "66"),), ""),
     (Adt("A44", movement="", ipp="77", after=("MRG|66^^^CHD&1.2.3&ISO^PI",)), "moved", (("1.2.3", "66"),), "")],
)  # fmt: skip
def test_identities_that_move(adt: Adt, kind: str, absorbed: tuple[tuple[str, str], ...], ins: str) -> None:
    merge = said(adt).merge
    assert merge is not None
    assert (merge.kind, merge.absorbed, merge.absorbed_ins) == (kind, absorbed, ins)
    assert merge.kept.identifiers == (("1.2.3", "77"),)


@pytest.mark.parametrize(
    ("written", "received", "moment"),
    [("20260301080000", NOW, "2026-03-01T07:00:00"), ("202607010800", NOW, "2026-07-01T06:00:00"), ("20260301", NOW, "2026-02-28T23:00:00"),
     ("20151125123110.703+0100", NOW, "2015-11-25T11:31:10"),
     ("20261025023000", dt.datetime(2026, 10, 25, 0, 31, tzinfo=dt.UTC), "2026-10-25T00:30:00"),
     ("20261025023000", dt.datetime(2026, 10, 25, 1, 31, tzinfo=dt.UTC), "2026-10-25T01:30:00"),
     ("20260329023000", NOW, "2026-03-29T01:30:00")],
)  # fmt: skip
def test_times_are_those_of_the_hospital_s_clock(written: str, received: dt.datetime, moment: str) -> None:
    found = local_time(written, reference=received)
    assert found is not None
    assert found.isoformat()[:19] == moment


@pytest.mark.parametrize("written", ["", "hier", "2026", "20261301", "20260230080000", "2026030108000", "00010101"])
def test_what_is_no_time_is_none(written: str) -> None:
    assert local_time(written, reference=NOW) is None
