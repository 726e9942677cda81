"""Apps of one's own, by FCM and APNs: as mute as a browser's push, and their answers understood. Against servers on loopback."""
import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pytest_django import Settings

from foundation.errors import Invalid
from notifications import transports
from notifications.enums import Transport
from notifications.protocol import SubscriptionBody
from notifications.subscriptions import address_in
from notifications.transports import NativeAddress, Outcome, apns, fcm, payload_of
from tests.notifications.secure import Heard, SecureService

ID = UUID("0f2f8a3e-3f5c-4c58-9d53-1f2f6f1c7a01")
TEXT = "Cercle : du nouveau vous attend."
FCM_TOKEN, APNS_TOKEN = "dQw4w9WgXcQ:APA91b" + "x" * 120, "a1" * 32


def sent(address: NativeAddress, times: int = 1) -> list[Outcome]:
    """What came of sending, one after the other."""

    async def all_of_them() -> list[Outcome]:
        try:
            return [await transports.send(address, payload_of(ID), ttl_s=86_400, urgency="high") for _ in range(times)]
        finally:
            await transports.close()

    return asyncio.run(all_of_them())


def pem(key: Any) -> str:
    """A private key as the services hand it out."""
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


@pytest.fixture
def service(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecureService]:
    """Google and Apple in one, under the name of this machine."""
    with SecureService(tmp_path, "localhost") as running:
        monkeypatch.setattr(httpx2, "create_ssl_context", lambda **_: running.trusting())
        settings.PUSH_ALLOW = running.origin
        yield running


@pytest.fixture
def google(service: SecureService, tmp_path: Path, settings: Settings) -> SecureService:
    """With an account of ours."""
    fcm._tokens.clear()
    account = {"project_id": "cercle", "client_email": "cercle@example.org", "token_uri": f"{service.origin}/token",
               "private_key": pem(rsa.generate_private_key(65537, 2048)), "private_key_id": "k1"}  # fmt: skip
    (tmp_path / "account.json").write_text(json.dumps(account))
    settings.FCM_ACCOUNT_FILE, settings.FCM_URL = str(tmp_path / "account.json"), service.origin
    return service


@pytest.fixture
def apple(service: SecureService, tmp_path: Path, settings: Settings) -> ec.EllipticCurvePrivateKey:
    """With a key of ours; the key."""
    apns._token.cache_clear()
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "key.p8").write_text(pem(key))
    settings.APNS_KEY_FILE, settings.APNS_URL = str(tmp_path / "key.p8"), service.origin
    settings.APNS_KEY_ID, settings.APNS_TEAM_ID, settings.APNS_TOPIC = "KEY", "TEAM", "org.example.cercle"
    return key


def firebase(status: int = 200, body: bytes = b"{}") -> Any:
    """Answers to a token's asking, and to a message."""

    def answer(heard: Heard) -> tuple[int, bytes]:
        return (200, b'{"access_token":"t0k","expires_in":3599}') if heard.headers[":path"] == "/token" else (status, body)

    return answer


def test_an_android_app_gets_a_constant_and_an_id_and_the_token_is_asked_for_once(google: SecureService) -> None:
    google.answer = firebase()
    assert sent(NativeAddress(Transport.FCM, FCM_TOKEN), 2) == [Outcome("200", "accepted")] * 2
    asked, *messages = google.heard
    grant = parse_qs(asked.body.decode())
    claims = jwt.decode(grant["assertion"][0], options={"verify_signature": False})
    assert (claims["iss"], claims["aud"]) == ("cercle@example.org", f"{google.origin}/token")
    assert len(messages) == 2
    for message in messages:
        assert message.headers["authorization"] == "Bearer t0k"
        assert message.headers[":path"] == "/v1/projects/cercle/messages:send"
        android = {"priority": "HIGH", "ttl": "86400s"}
        assert message.json == {"message": {"token": FCM_TOKEN, "data": {"id": str(ID), "text": TEXT}, "android": android}}


@pytest.mark.parametrize(
    ("status", "word", "outcome"),
    [
        (404, "UNREGISTERED", Outcome("404", "gone")),
        (404, "NOT_FOUND", Outcome("404", "refused")),
        (401, "UNAUTHENTICATED", Outcome("401", "later")),
        (403, "SENDER_ID_MISMATCH", Outcome("403", "refused")),
        (503, "UNAVAILABLE", Outcome("503", "later")),
    ],
)
def test_what_firebase_says_is_understood(google: SecureService, status: int, word: str, outcome: Outcome) -> None:
    google.answer = firebase(status, json.dumps({"error": {"details": [{"errorCode": word}]}}).encode())
    assert sent(NativeAddress(Transport.FCM, FCM_TOKEN)) == [outcome]


def test_without_a_token_of_google_s_nothing_is_lost(google: SecureService) -> None:
    google.answer = lambda _heard: (400, b'{"error":"invalid_grant"}')
    assert sent(NativeAddress(Transport.FCM, FCM_TOKEN)) == [Outcome("token_400", "later")]


def test_an_iphone_app_gets_a_constant_and_an_id_over_http_2(service: SecureService, apple: ec.EllipticCurvePrivateKey) -> None:
    service.answer = lambda _heard: (200, b"")
    assert sent(NativeAddress(Transport.APNS, APNS_TOKEN)) == [Outcome("200", "accepted")]
    [heard] = service.heard
    assert heard.headers[":path"] == f"/3/device/{APNS_TOKEN}"
    token = heard.headers["authorization"].removeprefix("bearer ")
    assert jwt.get_unverified_header(token)["kid"] == "KEY"
    assert jwt.decode(token, apple.public_key(), algorithms=["ES256"])["iss"] == "TEAM"
    said = {name: heard.headers[name] for name in ("apns-topic", "apns-push-type", "apns-priority", "apns-collapse-id")}
    assert said == {"apns-topic": "org.example.cercle", "apns-push-type": "alert", "apns-priority": "10", "apns-collapse-id": str(ID)}
    assert int(heard.headers["apns-expiration"]) > time.time() + 4 * 3600
    assert heard.json == {"aps": {"alert": {"body": TEXT}, "sound": "default", "mutable-content": 1}, "id": str(ID)}


@pytest.mark.parametrize(
    ("status", "reason", "outcome"),
    [
        (410, "Unregistered", Outcome("410", "gone")),
        (400, "BadDeviceToken", Outcome("400", "gone")),
        (400, "BadTopic", Outcome("400", "refused")),
        (404, "BadPath", Outcome("404", "refused")),
        (403, "ExpiredProviderToken", Outcome("403", "later")),
        (429, "TooManyRequests", Outcome("429", "later")),
    ],
)
@pytest.mark.usefixtures("apple")
def test_what_apple_says_is_understood(service: SecureService, status: int, reason: str, outcome: Outcome) -> None:
    service.answer = lambda _heard: (status, json.dumps({"reason": reason}).encode())
    assert sent(NativeAddress(Transport.APNS, APNS_TOKEN)) == [outcome]


def test_an_app_is_taken_only_where_it_can_be_sent_to(google: SecureService) -> None:
    assert address_in(SubscriptionBody(transport="fcm", token=FCM_TOKEN)) == NativeAddress(Transport.FCM, FCM_TOKEN)
    with pytest.raises(Invalid) as refused:
        address_in(SubscriptionBody(transport="apns", token=APNS_TOKEN))
    assert refused.value.code == "push.not_offered"


@pytest.mark.parametrize("token", ["", "../../x", "a1" * 31 + "/.", "é" * 64, "a1" * 2000])
@pytest.mark.usefixtures("apple")
def test_a_token_that_could_be_a_path_is_none(token: str) -> None:
    with pytest.raises(Invalid) as refused:
        address_in(SubscriptionBody(transport="apns", token=token))
    assert refused.value.code == "push.bad_token"
