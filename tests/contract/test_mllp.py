"""A hospital's messages over MLLP, to a server started as a user starts it."""
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cast import patient, person
from tests.contract.client import Line, Person, line_to
from tests.contract.hospital import Sender, mllp_send, stamp, told
from tests.contract.running import Server
from tests.gateway.letters import Envelope, Letter
from tests.gateway.messages import Adt
from tests.media.papers import paper
from tests.service import free_port

PATIENCE_S = 30.0


class Hospital:
    """A running server with a hospital's feed, and patients of circles who are nobody else's in these tests."""

    def __init__(self, server: Server, line: Line, port: int, ids: dict[str, str]) -> None:
        self.server, self.port, self.ids = server, port, ids
        self.nurse, self.daughter = (Person(line, key).sign_in() for key in ("nurse", "daughter"))

    def events(self, circle: str, reader: Person | None = None) -> list[Any]:
        """What the hospital has told there, oldest first."""
        return [post for post in (reader or self.nurse).seen(self.ids[circle]) if post["kind"] == "hospital_event"]

    def until(self, holds: Callable[[], object]) -> None:
        """Waits for what comes after the answer."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, "it never came"
            time.sleep(0.05)


def _cast() -> dict[str, Any]:
    seats = [("nurse", "nurse"), ("daughter", "relative")]
    patients = [patient(f"p{number}", "abcdefgh"[number], seats) | {"ins": f"2410340088{number:03}82"} for number in range(8)]
    unit = {"key": "cardio", "code": "4420", "name": "Cardiologie"}
    return {
        "structures": [
            {"key": "chd", "name": "CH de Dax", "finess": "400000001", "kind": "hospital", "units": [unit], "mllp": {"msh4": "CH-DAX"}}
        ],
        "people": [person("nurse", "nurse"), person("daughter")],
        "patients": patients,
    }


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    """One server for these tests."""
    port = free_port()
    with Server(tmp_path_factory.mktemp("mllp"), CERCLE_MLLP_PORT=str(port)) as server, line_to(server.url) as line:
        yield Hospital(server, line, port, server.load(_cast()))


def adt(number: int, trigger: str = "A01", **more: Any) -> Adt:
    """A message about one of the patients, of something that happened an hour ago."""
    name = f"Durand {'abcdefgh'[number]}"
    known = {"ins": f"2410340088{number:03}82", "ipp": f"7{number}", "birth_name": "Petit", "used_name": name, "given": "Jeanne"}
    times = {"at": stamp(hours=1), "sent": stamp()}
    return Adt(trigger, stay=f"V{number}", **{**known, **times, **more})


def test_an_admission_is_in_the_thread_of_both_in_their_own_words(hospital: Hospital, tmp_path: Path) -> None:
    printed = mllp_send(hospital.server, hospital.port, [adt(0).bytes()], tmp_path)
    assert "MSA|AA|" in printed
    hospital.until(lambda: hospital.events("p0"))
    (event,) = hospital.events("p0")
    assert (event["event"]["what"], event["event"]["unit"]["name"]) == ("admitted", "Cardiologie")
    assert event["author"]["source"]["name"] == "CH de Dax"
    (card,) = hospital.events("p0", hospital.daughter)
    assert card["event"]["what"] == "in_hospital"
    assert "Cardio" not in str(card)
    assert "Dax" not in str(card)


def test_the_same_message_again_has_the_same_answer_to_the_byte_and_no_second_effect(hospital: Hospital) -> None:
    with Sender(hospital.port) as sender:
        admission = adt(1, control="TWICE")
        first, second = sender.send(admission), sender.send(admission)
        other = sender.send(adt(1, "A03", control="TWICE", movement="2", at=stamp(minutes=5)))
    assert told(first) == told(other) == ("AA", "")
    hospital.until(lambda: len(hospital.events("p1")) == 2)
    assert [event["event"]["what"] for event in hospital.events("p1")] == ["admitted", "discharged"]
    assert first == second


def test_messages_in_one_piece_of_bytes_are_all_answered_in_order(hospital: Hospital) -> None:
    messages = [adt(2, "A01", control="P1"), adt(2, "A02", control="P2", movement="2", unit="9999", at=stamp(minutes=30)),
                adt(2, "A03", control="P3", movement="3", at=stamp(minutes=10))]  # fmt: skip
    with Sender(hospital.port) as sender:
        sender.raw(b"".join(b"\x0b" + message.bytes() + b"\x1c\r" for message in messages))
        answers = [sender.answer() for _ in messages]
    assert [answer.split("MSA|AA|")[1].split("\r")[0] for answer in answers] == ["P1", "P2", "P3"]
    hospital.until(lambda: len(hospital.events("p2")) == 3)


def test_a_letter_is_read_in_place_and_its_copy_is_opened_like_any_file(hospital: Hospital) -> None:
    ins = "241034008800782"
    letter = Envelope(letter=Letter(ins=ins, pdf=paper()), ins=ins, msh4="CH-DAX", control="LETTER")
    with Sender(hospital.port) as sender:
        assert told(sender.send(letter.raw())) == ("AA", "")
    hospital.until(lambda: [file["state"] for post in hospital.events("p7") for file in post["media"]] == ["ready"])
    (post,) = hospital.events("p7")
    assert post["event"]["document"]["title"] == letter.letter.title
    read = hospital.nurse.get(f"posts/{post['id']}/document").body
    assert [section["title"] for section in read["sections"]][-2:] == ["Suites à donner", "Allergies"]
    copy = f"media/{post['media'][0]['id']}"
    assert hospital.nurse.get(copy).raw.startswith(b"%PDF-")
    assert hospital.nurse.get(f"{copy}/thumbnail").status == 200
    assert hospital.events("p7", hospital.daughter) == []
    assert {hospital.daughter.get(path).status for path in (copy, f"posts/{post['id']}/document")} == {404}
