"""The real files of the ANS and of the PAM.fr specification: each ends as AA, or as the AE or AR that it deserves."""
from pathlib import Path

import pytest

from foundation import clock
from hospital.gateway.er7 import read_er7
from hospital.gateway.judging import Peer
from hospital.gateway.models import Feed, Message
from hospital.gateway.receiving import receive
from hospital.gateway.working_out import Hand
from people.accounts.models import Structure
from tests.contract.hospital import told

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "interop-data" / "hl7v2"
pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"]),
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the real files are not here: {FOLDER}"),
]
FILES = sorted(file for file in FOLDER.rglob("*") if file.is_file())
WRONG = {"message_MDM_CR_Radio_INIT_N1.er7": ("AE", "102"), "message_ORU_CR_Bio_DEL_N3_SEGUR.hl7": ("AE", "207")}


def test_each_real_file_is_answered_and_worked_out() -> None:
    hospital = Structure.objects.create(name="CH", kind="hospital")
    answers: dict[str, tuple[str, str]] = {}
    for file in FILES:
        raw = file.read_bytes()
        read = read_er7(raw)
        Feed.objects.get_or_create(msh4=read.msh.text(4), defaults={"structure": hospital, "made_at": clock.now()})
        answers[str(file.relative_to(FOLDER))] = told(receive(None, raw, Peer("127.0.0.1")).decode("utf-8", "replace"))
    for name, answer in answers.items():
        file = FOLDER / name
        if file.name in WRONG:
            assert answer == WRONG[file.name], name
        elif file.name.startswith(("ack", "Message_metier")):
            assert answer == ("AR", "200"), name
        elif read_er7(file.read_bytes()).kind[0] == "ADT":
            assert answer == ("AA", ""), name
        else:
            assert answer[0] in {"AA", "AE"}, name
    while Hand().look():
        pass
    assert not Message.objects.filter(state="waiting").exists()
    assert {row.state for row in Message.objects.filter(answer="AA")} <= {"unmatched", "ignored"}
    assert {bytes(row.sealed) for row in Message.objects.filter(answer="AA")} == {b""}
