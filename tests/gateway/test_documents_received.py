"""Documents the whole way: bytes in, answer out, worked out afterwards. With the official samples, where they are at hand."""
from pathlib import Path
from typing import Any

import pytest

from hospital.gateway.judging import Peer
from hospital.gateway.models import Feed, HospitalDocument, Message
from hospital.gateway.receiving import receive
from hospital.gateway.working_out import Hand
from media.models import Blob
from people.circles.models import Circle
from people.circles.traits import Traits
from tests.gateway.letters import Envelope, Letter
from tests.gateway.ward import READERS, Ward, open_ward
from tests.media.papers import paper

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "interop-data" / "hl7v2" / "ansforge"
PEER = Peer("127.0.0.1")
CARE = {"nurse", "gp", "coordinator"}
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the official sample messages are not beside this repository")


def answer(ward: Ward, raw: bytes) -> str:
    """ "AA", or MSA-1 with ERR-3 and ERR-5. What waits is worked out."""
    name = raw.split(b"|", 4)[3].decode()
    feed = Feed.objects.get_or_create(msh4=name, defaults={"structure": ward.hospital, "made_at": "2026-01-01T00:00:00Z"})[0]
    said = [line.split("|") for line in receive(feed, raw, PEER).decode().split("\r")]
    work_all_out()
    error = next(([line[3].split("^")[0], line[5] if len(line) > 5 else ""] for line in said if line[0] == "ERR"), ["", ""])
    return "/".join(filter(None, [said[1][1], *error]))


def work_all_out() -> None:
    """Until nothing waits."""
    hand = Hand()
    while hand.look():
        pass
    hand.leave()


def posts(ward: Ward, who: str = "gp") -> list[dict[str, Any]]:
    """What somebody sees, oldest first."""
    return ward.posts(who)


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """A circle and a hospital."""
    return open_ward(tmp_path)


def test_a_document_is_answered_then_filed_and_its_message_done(ward: Ward) -> None:
    raw = Envelope(letter=Letter(pdf=paper())).raw()
    assert [answer(ward, raw), answer(ward, raw)] == ["AA", "AA"]
    assert [post["event"]["what"] for post in posts(ward)] == ["document"]
    assert Message.objects.get().state == "done"
    assert len(posts(ward)[0]["media"]) == 1


def test_what_is_received_before_the_first_is_worked_out_is_judged_by_it(ward: Ward) -> None:
    feed = Feed.objects.create(msh4="CHD", structure=ward.hospital, made_at="2026-01-01T00:00:00Z")
    sent = [
        Envelope(), Envelope(action="replace", letter=Letter(number="2", replaces="1")),
        Envelope(action="replace", letter=Letter(number="3", replaces="1")), Envelope(action="delete", letter=Letter(number="2")),
    ]  # fmt: skip
    answers = [receive(feed, one.raw(), PEER).decode().split("\r")[1].split("|")[1] for one in sent]
    work_all_out()
    assert answers == ["AA", "AA", "AE", "AA"]
    assert [bool(post["event"].get("cancelled_at")) for post in posts(ward)] == [True, True]
    assert [bool(post["event"].get("replaced")) for post in posts(ward)] == [True, False]


@pytest.mark.parametrize(("envelope", "said"), [
    (Envelope(letter=Letter(ins="277076322082910")), "AE/207/904"), (Envelope(content="aGVsbG8"), "AE/102"),
    (Envelope(action="delete"), "AE/207/900"),
])  # fmt: skip
def test_what_is_refused_is_in_quarantine_and_never_shown(ward: Ward, envelope: Envelope, said: str) -> None:
    assert answer(ward, envelope.raw()) == said
    assert Message.objects.get().state == "quarantined"
    assert all(posts(ward, who) == [] for who in READERS)
    assert not HospitalDocument.objects.exists()
    assert not Blob.objects.exists()


def test_of_nobody_of_a_circle_the_message_keeps_nothing(ward: Ward) -> None:
    stranger = Envelope(ins="277076322082910", letter=Letter(ins="277076322082910", pdf=paper()))
    assert answer(ward, stranger.raw()) == "AA"
    row = Message.objects.get()
    assert (row.state, bytes(row.sealed), row.patient) == ("unmatched", b"", None)


@pytest.fixture
def sampled(ward: Ward) -> Ward:
    """The patient of the official samples has the circle."""
    patient = Circle.objects.select_related("patient").get(pk=ward.circle).patient
    number, oid = "279035121518989", "1.2.250.1.213.1.4.10"
    traits = Traits("PAT-TROIS", "PAT-TROIS", ["DOMINIQUE"], "1979-03-28", "F", "63220", number, oid)
    patient.set_traits(traits)
    patient.save(update_fields=["sealed_traits"])
    patient.hashes.all().delete()
    for purpose, digest in traits.hashes():
        patient.hashes.create(purpose=purpose, digest=digest)
    return ward


def sample(name: str) -> bytes:
    """One of the official messages."""
    return (SAMPLES / name).read_bytes()


MDM = "transdoc_v2.1/MDM/{}_MDM/message_MDM_CR_Radio_{}.er7"
ORU = "transdoc_v2.1/ORU/{}_ORU/message_ORU_CR_Bio_{}_N3_SEGUR.hl7"
OFFICIAL = [
    (MDM.format("Transmission_initiale", "INIT_N1"), "AE/102", 0), (MDM.format("Remplacement", "RPLC_N1"), "AE/207/900", 0),
    (MDM.format("Suppression", "DEL_N1"), "AE/207/900", 0), (MDM.format("Transmission_initiale", "INIT_N1_Base64"), "AA", 1),
    (MDM.format("Remplacement", "RPLC_N1"), "AE/207/900", 1), (ORU.format("Transmission_initiale", "INIT"), "AA", 2),
    (ORU.format("Remplacement", "RPLC"), "AE/207/900", 2), (ORU.format("Suppression", "DEL"), "AE/207/904", 2),
    ("transdoc_v1.2/MDM/message.hl7", "AE/102", 2), ("transdoc_v1.2/ORU/message.hl7", "AE/102", 2),
]  # fmt: skip


@needs_samples
def test_the_official_messages_end_as_they_should(sampled: Ward) -> None:
    for name, said, shown in OFFICIAL:
        assert (name, answer(sampled, sample(name)), len(posts(sampled))) == (name, said, shown)
    radio, bio = posts(sampled)
    assert (sampled.seen_by(radio["id"]), sampled.seen_by(bio["id"])) == (CARE, CARE | {"patient"})
    types = [[file["media_type"] for file in post["media"]] for post in (radio, bio)]
    assert types == [["application/pdf"], ["application/pdf", "image/png"]]
    assert len(sampled.document("gp", bio["id"])[1]["sections"]) == 7


@needs_samples
def test_the_official_radiology_is_replaced_for_more_readers_and_deleted(sampled: Ward) -> None:
    steps = [("Transmission_initiale", "INIT_N1_Base64"), ("Remplacement", "RPLC_N1"), ("Suppression", "DEL_N1")]
    assert [answer(sampled, sample(MDM.format(*step))) for step in steps] == ["AA"] * 3
    first, second = posts(sampled)
    assert (sampled.seen_by(first["id"]), sampled.seen_by(second["id"])) == (CARE, CARE | {"patient"})
    assert (first["event"]["replaced"], second["event"].get("replaced"), bool(second["event"]["cancelled_at"])) == (True, None, True)


@needs_samples
def test_of_a_patient_without_a_circle_the_official_messages_leave_nothing(ward: Ward) -> None:
    for name, said, _ in OFFICIAL:
        assert answer(ward, sample(name)) == ("AA" if said in {"AA", "AE/207/900"} else said)
    assert not Blob.objects.exists()
    assert not HospitalDocument.objects.exists()
