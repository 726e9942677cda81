"""From the bytes to the answer and to the thread: what is stored, what is not, and that twice is once."""
import datetime as dt
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from foundation import clock
from hospital.gateway.cleaning import clean
from hospital.gateway.enums import FeedMode
from hospital.gateway.er7 import MOST_SEGMENTS
from hospital.gateway.judging import Peer
from hospital.gateway.keeping import bytes_of
from hospital.gateway.models import Feed, Message
from hospital.gateway.receiving import prepare_head, store
from hospital.gateway.replays import replay
from hospital.gateway.working_out import Hand, work_out
from hospital.stays.models import OpenStay, Stay
from people.accounts.appointments import appoint_operator
from people.accounts.models import Person, Structure
from people.circles.models import Circle
from tests.contract.hospital import told
from tests.gateway.gate import HERE, Gate, about_jeanne, about_nobody, load_gate
from tests.gateway.messages import Adt

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """Jeanne Durand's circle and a hospital's feed."""
    return load_gate(tmp_path)


def everything_stored() -> str:
    """All tables of the main database as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)) for row in cursor.fetchall()]
    return "\n".join(found)


def test_a_message_waits_sealed_and_is_worked_out(gate: Gate) -> None:
    message = about_jeanne()
    assert gate.told(message) == ("AA", "")
    row = Message.objects.get()
    assert (row.state, row.kind, bytes_of(row)) == ("waiting", "ADT^A01", message.bytes())
    assert message.ins not in everything_stored()
    gate.work()
    assert gate.states() == ["done"]
    assert gate.whats() == ["admitted"]


def test_of_a_stranger_nothing_stays_but_id_hash_and_time(gate: Gate) -> None:
    message = about_nobody(control="STRANGER-1")
    assert gate.told(message) == ("AA", "")
    row = Message.objects.get()
    assert (row.state, bytes(row.sealed), row.patient, row.control) == ("unmatched", b"", None, "STRANGER-1")
    assert OpenStay.objects.count() == 1
    stored = everything_stored()
    for word in (message.ins, "INCONNUE", "ZOE", "V99"):
        assert word not in stored


def test_twice_is_once_with_the_same_answer(gate: Gate) -> None:
    message = about_jeanne()
    first = gate.answer(message)
    gate.work()
    assert gate.answer(message) == first
    assert gate.answer(b"\r\n" + message.bytes() + b"\n") == first
    gate.work()
    assert (gate.states(), gate.whats()) == (["done"], ["admitted"])


def test_the_same_number_with_other_content_is_another_message(gate: Gate) -> None:
    assert gate.told(about_jeanne(control="1")) == gate.told(about_jeanne("A03", control="1", movement="2")) == ("AA", "")
    gate.work()
    assert gate.states() == ["done", "done"]


def test_what_follows_one_that_waits_waits_as_well(gate: Gate) -> None:
    """The first one teaches the number by which the second one is known."""
    assert gate.told(about_jeanne("A31", stay="", movement="", ipp="555")) == ("AA", "")
    assert gate.told(about_jeanne(ins="", ipp="555", status="PROV")) == ("AA", "")
    assert gate.states() == ["waiting", "waiting"]
    gate.work()
    assert gate.whats() == ["admitted"]


ANSWERS: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"trigger": "A99"}, ("AR", "201")), ({"facility": "CH-ELSEWHERE"}, ("AR", "204")), ({"facility": ""}, ("AR", "204")),
    ({"version": "3.0"}, ("AR", "203")), ({"processing": "X"}, ("AR", "202")), ({"processing": "D"}, ("AA", "")),
    ({"stay": ""}, ("AE", "101")), ({"at": "", "sent": ""}, ("AE", "101")), ({"trigger": "A08", "stay": "", "movement": ""}, ("AA", "")),
    ({"charset": "8859/15"}, ("AA", "")),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "answer"), ANSWERS, ids=lambda each: str(each))
def test_answers_are_those_of_the_table(gate: Gate, fields: dict[str, Any], answer: tuple[str, str]) -> None:
    assert gate.told(about_jeanne(**fields)) == answer
    gate.work()


@pytest.mark.parametrize(
    ("raw", "answer"),
    [(b"<ADT_A01 xmlns='urn:hl7-org:v2xml'/>", ("AR", "199")), (b"\x00\xff\xfe", ("AR", "100")), (b"", ("AR", "100")),
     (about_jeanne().bytes().replace(b"ADT^", b"SIU^"), ("AR", "200")), (about_jeanne().bytes() + about_jeanne().bytes(), ("AE", "100"))],
    ids=["xml", "noise", "nothing", "appointments", "two in one"],
)  # fmt: skip
def test_what_is_not_for_us_is_answered_too(gate: Gate, raw: bytes, answer: tuple[str, str]) -> None:
    assert gate.told(raw) == answer


def test_the_answer_echoes_what_the_sender_needs(gate: Gate) -> None:
    answer = gate.answer(about_jeanne(control="M-77", charset="UNICODE UTF-8"))
    msh, msa = (line.split("|") for line in answer.split("\r")[:2])
    assert msh[2:6] == ["CERCLE", "CERCLE", "GAM", "CH-DAX"]
    assert (msh[8], msh[10:12]) == ("ACK^A01^ACK", ["P", "2.5^FRA^2.11"])
    assert msh[16:18] == ["FRA", "UNICODE UTF-8"]
    assert msa[1:3] == ["AA", "M-77"]
    assert dt.datetime.strptime(msh[6], "%Y%m%d%H%M%S%z").utcoffset() is not None


def test_a_refused_message_rests_in_quarantine_and_one_for_others_leaves_nothing(gate: Gate) -> None:
    gate.told(about_jeanne(stay=""))
    gate.told(about_jeanne("A99"))
    assert [(row.state, row.answer, row.code, bool(row.sealed)) for row in Message.objects.order_by("number")] == [
        ("quarantined", "AE", "101", True), ("ignored", "AR", "201", False),
    ]  # fmt: skip


def test_one_that_was_not_for_us_may_be_later(gate: Gate) -> None:
    message = about_jeanne()
    Feed.objects.update(mode=FeedMode.STOPPED)
    assert gate.told(message) == ("AR", "207")
    Feed.objects.update(mode=FeedMode.LIVE)
    assert gate.told(message) == ("AA", "")


def test_a_feed_in_observation_stores_nothing(gate: Gate) -> None:
    Feed.objects.update(mode=FeedMode.OBSERVED)
    assert gate.told(about_jeanne()) == ("AA", "")
    assert gate.told(about_nobody()) == ("AA", "")
    assert (Message.objects.count(), OpenStay.objects.count(), Stay.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("bound", "peer", "production", "answer"),
    [("", "", False, "AA"), ("ab" * 32, "ab" * 32, False, "AA"), ("ab" * 32, "cd" * 32, False, "AR"), ("ab" * 32, "", False, "AR"),
     ("", "", True, "AR"), ("ab" * 32, "ab" * 32, True, "AA")],
)  # fmt: skip
def test_a_facility_is_spoken_for_by_its_certificate(
    gate: Gate, settings: Any, bound: str, peer: str, *, production: bool, answer: str
) -> None:
    Feed.objects.update(certificate=bound)
    settings.PRODUCTION = production
    assert gate.told(about_nobody(), Peer("10.0.0.9", peer))[0] == answer


def test_production_takes_production_messages_only(gate: Gate, settings: Any) -> None:
    Feed.objects.update(certificate="ab" * 32)
    settings.PRODUCTION = True
    peer = Peer("10.0.0.9", "ab" * 32)
    assert [gate.told(about_nobody(processing=each), peer) for each in "PTD"] == [("AA", ""), ("AR", "202"), ("AR", "202")]


def test_a_message_that_cannot_be_worked_out_delays_nobody_and_ends_in_quarantine(gate: Gate) -> None:
    gate.told(about_jeanne())
    poison = Message.objects.get()
    Message.objects.filter(pk=poison.pk).update(sealed=b"broken", kind="ADT^A01")
    gate.told(about_jeanne("A03", movement="2"))
    gate.work()
    assert gate.whats() == ["discharged"]
    assert gate.states()[1] == "done"


def test_one_that_keeps_failing_is_put_off_each_time_longer_and_then_aside(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.told(about_jeanne())
    number = Message.objects.get().number
    broken = Message.objects.get().sealed
    monkeypatch.setattr("hospital.gateway.working_out._apply", lambda row: [][0])
    waits = []
    for _ in range(5):
        work_out(number)
        row = Message.objects.get()
        waits.append(round((row.due_at - timezone.now()).total_seconds()) if row.due_at else None)
    assert waits == [1, 5, 30, 120, None]
    assert (row.state, row.reason, row.sealed) == ("quarantined", "failed", broken)


def test_what_the_database_stops_is_no_attempt_of_a_message(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.told(about_jeanne())
    gate.told(about_jeanne("A02", movement="2"))
    hand = Hand()
    with monkeypatch.context() as away:
        away.setattr("hospital.gateway.working_out._apply", Mock(side_effect=OperationalError))
        for _ in range(15):
            with pytest.raises(OperationalError):
                hand.look()
            hand.leave()
            assert set(Message.objects.values_list("attempts", "failures", "state")) == {(0, 0, "waiting")}
            Message.objects.update(due_at=timezone.now())
    while hand.look():
        pass
    assert (gate.states(), gate.whats()) == (["done", "done"], ["admitted", "transferred"])


def test_two_processes_do_not_work_on_one_feed(gate: Gate) -> None:
    gate.told(about_jeanne())
    gate.told(about_jeanne("A03", movement="2"))
    first, second = Hand(), Hand()
    assert first._lease(gate.row.id)
    assert not second.look()
    assert gate.states() == ["waiting", "waiting"]
    first.leave()
    assert second.look()
    assert gate.states() == ["done", "done"]


def test_one_hospital_s_backlog_is_not_another_s(gate: Gate) -> None:
    other = Structure.objects.create(name="CH de Pau", kind="hospital")
    Feed.objects.create(structure=other, msh4="CH-PAU", made_at=clock.now())
    for number in range(20):
        gate.told(about_jeanne("A02", movement=f"{number}", stay="V1"))
    gate.told(about_jeanne(facility="CH-PAU", ipp="1"))
    Hand().look()
    last = Message.objects.order_by("number").last()
    assert last is not None
    assert last.state == "done"
    assert "waiting" in gate.states()


def test_raw_messages_go_after_their_time(gate: Gate, settings: Any) -> None:
    gate.told(about_jeanne())
    gate.told(about_jeanne(stay=""))
    gate.work()
    Message.objects.update(received_at=clock.now() - dt.timedelta(days=settings.MESSAGE_DAYS + 1))
    gate.told(about_jeanne("A03", movement="2"))
    assert not clean()
    assert [bool(row.sealed) for row in Message.objects.order_by("number")] == [False, False, True]
    Message.objects.update(received_at=clock.now() - dt.timedelta(days=500))
    clean()
    assert Message.objects.count() == 0


def test_what_nobody_decides_goes_after_the_same_time(gate: Gate, settings: Any) -> None:
    gate.told(about_jeanne(born="19410310"))
    row = Message.objects.select_related("patient").get()
    assert (row.patient_id, row.sealed != b"") == (Circle.objects.get(pk=gate.feed.circle()).patient_id, True)
    gate.work()
    assert gate.states() == ["doubted"]
    Message.objects.update(received_at=clock.now() - dt.timedelta(days=settings.MESSAGE_DAYS + 1))
    clean()
    row.refresh_from_db()
    assert (row.state, row.reason, bytes(row.sealed), row.patient_id) == ("ignored", "undecided", b"", None)


def test_of_what_is_too_long_the_head_is_put_aside_and_never_worked_out(gate: Gate) -> None:
    whole = about_jeanne(control="LONG-1").bytes()
    for answer in (gate.told(whole + b"NTE|1\r" * (MOST_SEGMENTS + 1)), told(sent_cut(whole))):
        assert answer[0] == "AE"
    rows = Message.objects.order_by("number")
    assert {(row.state, row.reason, row.control) for row in rows} == {("quarantined", "cut", "LONG-1")}
    assert all(0 < len(bytes_of(row)) <= 4096 for row in rows)
    assert len(rows) == 2
    operator = appoint_operator(person=Person.objects.create_user("op@example.org", None))
    assert replay(operator, feed=gate.row.id) == 0


def sent_cut(head: bytes) -> str:
    """The answer to a message of which the listener kept the head."""
    incoming = prepare_head(head, HERE)
    store([incoming])
    return incoming.answer.decode()


def test_an_erased_value_is_no_value(gate: Gate) -> None:
    assert gate.told(Adt(ins='""', ipp="", birth_name='""', stay="V5")) == ("AA", "")
    assert gate.states() == ["unmatched"]
