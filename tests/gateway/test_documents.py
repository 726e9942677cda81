"""What a message says of a document, and what the sender is answered instead where it can't be filed."""
from base64 import b64encode
from dataclasses import replace
from uuid import uuid4

import pytest

from hospital.gateway.documents import DocumentAction, Mark, translate_document
from hospital.gateway.er7 import read_er7
from hospital.gateway.errors import Refused
from tests.gateway.letters import OID, Envelope, Letter
from tests.gateway.ward import judge_document

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def refusal(envelope: Envelope) -> str:
    """ERR-3, and ERR-5 after a slash; "" where it is accepted. Nobody has a circle here."""
    fault = judge_document(envelope.raw(), uuid4()).fault
    return "/".join(filter(None, (fault.code, fault.own))) if fault else ""


@pytest.mark.parametrize("form", ["MDM", "ORU"])
@pytest.mark.parametrize("action", ["new", "replace", "delete"])
def test_both_forms_say_what_is_done(form: str, action: str) -> None:
    news = translate_document(read_er7(Envelope(form=form, action=action, letter=Letter(replaces="7")).raw()))
    assert (news.action, news.replaces, news.document.title) == (DocumentAction(action), (Letter(number="7").id,), Letter().title)
    assert (news.stay, news.unit_code) == (("1.2.250.1.999.9", "V77"), "4420")


def test_marks_are_read_by_their_old_and_new_names() -> None:
    raw = Envelope(marks=("MASQUE_PS", "INVISIBLE_PATIENT")).text()
    assert translate_document(read_er7(raw.encode())).marks == {Mark.MASKED, Mark.HIDDEN_FROM_PATIENT}
    old = raw.replace("INVISIBLE_REP_LEGAUX^x^MetaDMPMSS||N^^", "INVISIBLE_REPRESENTANTS_LEGAUX^x||Y^^")
    assert Mark.HIDDEN_FROM_GUARDIANS in translate_document(read_er7(old.encode())).marks


@pytest.mark.parametrize(("envelope", "code"), [
    (Envelope(), ""),
    (Envelope(content=b64encode("Document médical".encode()).decode()), "102"),
    (Envelope(content="%%%"), "102"),
    (Envelope(content=""), "101"),
    (Envelope(letter=Letter(ins="")), "207/903"),
    (Envelope(letter=Letter(ins="277076322082910")), "207/904"),
    (Envelope(letter=Letter(given="", born="")), "207/905"),
    (Envelope(letter=Letter(sex="?")), "207/905"),
    (Envelope(letter=Letter(born="19410310")), "207/906"),
    (Envelope(ins="", letter=Letter(ins="", family="MOREAU", title="x")), ""),  # the used name is the same
    (Envelope(ins="", family="LEROY", letter=Letter(ins="", family="MOREAU")), ""),
    (Envelope(ins="", letter=Letter(ins="", given="LOUISE")), "207/906"),  # a twin's
    (Envelope(ins="", letter=Letter(ins="", sex="M")), "207/906"),
    (Envelope(letter=Letter(given="LOUISE")), "207/906"),  # a twin's, the INS copied
    (Envelope(letter=Letter(sex="M")), "207/906"),
    (Envelope(letter=Letter(family="MOREAU")), ""),  # the INS is the same, and the used name
    (Envelope(letter=Letter(sections=())), "207/906"),
    (Envelope(letter=Letter(body=b"")), "207/906"),
    (Envelope(action="replace", letter=Letter(replaces="7")), ""),  # of somebody unknown: nothing is known of any version
    (Envelope(status="PROV", letter=Letter(ins="277076322082910")), "207/904"),  # compared as it stands, qualified or not
    (Envelope(oid=OID, ins="2 41 03 40 088 001 38"), ""),
])  # fmt: skip
def test_what_cannot_be_filed_is_answered_with_its_code(envelope: Envelope, code: str) -> None:
    assert refusal(envelope) == code


def test_what_pid_leaves_out_is_not_held_against_a_document() -> None:
    names, sex = "PETIT^JEANNE^JEANNE MARIE^^^^L~DURAND^JEANNE^^^^^D", "||19410309|F"
    for text in (Envelope().text().replace(names, "PETIT^^^^^^L"), Envelope().text().replace(sex, "||19410309|")):
        assert judge_document(text.encode(), uuid4()).fault is None
    whole = Envelope().text().replace(names, "PETIT^JEANNE MARIE^^^^^L")  # all of them in one field
    assert judge_document(whole.encode(), uuid4()).fault is None


def test_a_message_without_a_document_is_refused() -> None:
    lines = [line for line in Envelope().text().split("\r") if not line.startswith("OBX|1|")]
    with pytest.raises(Refused) as refused:
        translate_document(read_er7("\r".join(lines).encode()))
    assert refused.value.fault.code == "100"


def test_an_order_that_nobody_knows_is_no_action() -> None:
    text = replace(Envelope(), form="ORU").text().replace("ORC|NW", "ORC|SC")
    assert translate_document(read_er7(text.encode())).action is DocumentAction.NEW  # OBX-11 says it
    with pytest.raises(Refused) as refused:
        translate_document(read_er7(text.replace("||||||F|", "||||||X|").encode()))
    assert refused.value.fault.code == "103"
