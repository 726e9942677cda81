"""What leaves by text message is one constant sentence to one number, and a provider may do whatever it likes."""
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from notifications.transports.sms import FILES, international, send_sms
from tests.notifications.sms import Provider, sms_provider
from tests.notifications.test_letters import SENTENCES


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider that takes everything."""
    with sms_provider(settings) as running:
        yield running


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_text_message_is_a_constant_sentence(provider: Provider, language: str) -> None:
    assert send_sms(number="0612345678", language=language).kind == "accepted"
    ((path, headers, body),) = provider.taken
    assert (path, headers["api-key"]) == ("/v3/sms", "k-17")
    assert body == {"recipient": "+33612345678", "content": SENTENCES[language], "sender": "Cercle"}


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (429, {"Retry-After": "40"}, ("later", "429", 40.0)),
        (500, {}, ("later", "500", None)),
        (503, {"Retry-After": "soon"}, ("later", "503", None)),
        (401, {}, ("refused", "401", None)),
        (0, {}, ("later", "network", None)),
    ],
)
def test_what_a_provider_answered_is_an_outcome(
    provider: Provider, status: int, headers: dict[str, str], outcome: tuple[str, str, float | None]
) -> None:
    provider.status, provider.headers = status, headers
    came = send_sms(number="0612345678", language="fr")
    assert (came.kind, came.status, came.retry_after) == outcome
    assert len(provider.taken) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_followed_nowhere(provider: Provider, status: int) -> None:
    provider.status, provider.headers = status, {"Location": f"{provider.url}/elsewhere"}
    assert send_sms(number="0612345678", language="fr").kind == "refused"
    assert [path for path, _headers, _body in provider.taken] == ["/v3/sms"]


def test_without_a_provider_there_are_files_or_nothing(settings: Settings, tmp_path: Path) -> None:
    settings.DATA, settings.SMS_URL = tmp_path, FILES
    assert send_sms(number="+41791234567", language="fr").kind == "accepted"
    (kept,) = (tmp_path / "sms").iterdir()
    assert json.loads(kept.read_text()) == {"to": "+41791234567", "text": SENTENCES["fr"]}
    settings.SMS_URL = ""
    assert send_sms(number="+41791234567", language="fr").kind == "gone"


def test_numbers_get_the_country_that_they_lack(settings: Settings) -> None:
    assert [international(number) for number in ("0612345678", "+33612345678", "0041791234567")] == [
        "+33612345678", "+33612345678", "+41791234567",
    ]  # fmt: skip
