"""The operator's pages of hospitals' feeds: numbers, codes and what can be done; no content and nobody's name."""
import datetime as dt
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from foundation import clock
from foundation.vault.seal import SITE, seal
from hospital.gateway.models import Feed, Message
from people.accounts.models import AdministrationLine, Structure
from tests.accounts.offices import Practice, practice, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CONTENT = "PID|||279035121518989^^^ASIP||DURAND^JEANNE"


@pytest.fixture
def here(site_vault: None) -> Practice:
    """People, one of whom operates the service."""
    return practice()


@pytest.fixture
def feed() -> Feed:
    """A hospital's feed with a message of each fate."""
    hospital = Structure.objects.create(name="CH de Dax", kind="hospital")
    made = Feed.objects.create(structure=hospital, msh4="CHDAX", made_at=clock.now())
    for number, (state, answer, reason) in enumerate(
        [("done", "AA", ""), ("unmatched", "AA", ""), ("waiting", "AA", ""), ("quarantined", "AE", "904"), ("quarantined", "AA", "failed")]
    ):
        Message.objects.create(
            feed=made, control=f"M{number}", digest=bytes([number]), kind="ADT^A01", answer=answer, state=state, reason=reason,
            sealed=seal(SITE, "gateway.message", CONTENT), received_at=clock.now() - dt.timedelta(minutes=number),
        )  # fmt: skip
    return made


def pem(ends_in_days: int) -> tuple[str, str]:
    """A self-signed certificate and its private key, as PEM."""
    key, now = ec.generate_private_key(ec.SECP256R1()), timezone.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "feed.example")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=99)).not_valid_after(now + dt.timedelta(days=ends_in_days)).sign(key, hashes.SHA256())
    )  # fmt: skip
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(serialization.Encoding.PEM).decode(), key.private_bytes(*form).decode()


def read(here: Practice, path: str) -> str:
    """A page as the operator reads it, in English."""
    client = signed_in(here.omar.person)
    client.post("/me/language", {"language": "en"})
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_feeds_are_counted_and_nothing_of_a_message_is_shown(here: Practice, feed: Feed) -> None:
    listed, page = read(here, "/operator/feeds"), read(here, f"/operator/feeds/{feed.pk}")
    assert "24 hours: 4 accepted, 1 refused, 0 not for us" in listed
    assert "2 messages in quarantine" in listed
    assert "a message waits for" in page
    for word in ("DURAND", "JEANNE", "279035121518989", "PID"):
        assert word not in listed + page


def test_a_control_number_that_is_an_ins_is_not_shown(here: Practice, feed: Feed) -> None:
    Message.objects.filter(control="M3").update(control="279035121518989")
    Message.objects.filter(control="M4").update(control="DURAND JEANNE")
    page = read(here, f"/operator/feeds/{feed.pk}")
    assert ("279035121518989" in page, "DURAND" in page) == (False, False)


def test_what_is_in_quarantine_waits_again_and_its_structure_knows(here: Practice, feed: Feed) -> None:
    signed_in(here.omar.person).post(f"/operator/feeds/{feed.pk}/replay", {"reason": "failed"})
    again = Message.objects.get(control="M4")
    assert (again.state, again.answer, again.due_at is not None) == ("waiting", "AA", True)
    assert Message.objects.get(control="M3").state == "quarantined"
    assert AdministrationLine.objects.get(structure=feed.structure).act == "messages_replayed"


def test_a_message_of_another_feed_is_not_replayed_through_this_one(here: Practice, feed: Feed) -> None:
    other = Feed.objects.create(structure=feed.structure, msh4="OTHER", made_at=clock.now())
    held = Message.objects.get(control="M3")
    signed_in(here.omar.person).post(f"/operator/feeds/{other.pk}/replay", {"message": str(held.id)})
    held.refresh_from_db()
    assert held.state == "quarantined"


@pytest.mark.parametrize(("days", "said"), [(400, "holds until"), (12, "its certificate ends on"), (-1, "its certificate ended on")])
def test_a_certificate_is_bound_and_its_end_is_told_in_time(here: Practice, feed: Feed, days: int, said: str) -> None:
    certificate, key = pem(days)
    client, path = signed_in(here.omar.person), f"/operator/feeds/{feed.pk}/certificate"
    client.post(path, {"certificate": certificate + key})
    client.post(path, {"certificate": "x"})
    feed.refresh_from_db()
    assert feed.certificate == ""
    client.post(path, {"file": SimpleUploadedFile("feed.pem", certificate.encode())})
    feed.refresh_from_db()
    assert feed.certificate == x509.load_pem_x509_certificate(certificate.encode()).fingerprint(hashes.SHA256()).hex()
    assert said in read(here, f"/operator/feeds/{feed.pk}")


def test_a_new_feed_begins_in_observation_and_speaks_for_one_facility(here: Practice, feed: Feed) -> None:
    client = signed_in(here.omar.person)
    asked: dict[str, Any] = {"structure": str(feed.structure_id), "msh4": "CHDAX", "mode": "observed", "authorities": "A, B"}
    assert "déjà" in client.post("/operator/feeds/new", asked).content.decode()
    assert client.post("/operator/feeds/new", {**asked, "msh4": "CHDAX2"}).status_code == 302
    made = Feed.objects.get(msh4="CHDAX2")
    assert (made.mode, made.authorities, made.structure) == ("observed", ["A", "B"], feed.structure)
    client.post(f"/operator/feeds/{made.pk}", {"mode": "live"})
    made.refresh_from_db()
    assert made.mode == "live"
