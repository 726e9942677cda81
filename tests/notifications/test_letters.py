"""What leaves by e-mail says nothing, in both languages, and a mail server may do whatever it likes."""
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from notifications.transports.mail import send_mail
from tests.notifications.smtp import MailServer, mail_server

LINK = "https://cercle.example/notices/7d3f"
SENTENCES = {"fr": "Cercle : du nouveau vous attend.", "en": "Cercle: something new is waiting for you."}
BODIES = {
    "fr": f"""{SENTENCES["fr"]}

Ce message n’en dit pas plus, pour protéger chacun. Connectez-vous pour lire la suite :
{LINK}

Vous choisissez comment être prévenu dans Cercle, sous Moi.
""",
    "en": f"""{SENTENCES["en"]}

This message says nothing more, to protect everybody concerned. Sign in to read on:
{LINK}

You choose how you are told on Cercle, under Me.
""",
}


@pytest.fixture
def mails(settings: Settings) -> Iterator[MailServer]:
    """A mail server, and where links lead."""
    settings.PUBLIC_URL = "https://cercle.example"
    with mail_server(settings) as house:
        yield house


def sent(language: str = "fr") -> tuple[str, str]:
    """One letter; (what came of it, status)."""
    outcome = send_mail(to="lea@example.org", language=language, path="/notices/7d3f")
    return outcome.kind, outcome.status


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_e_mail_is_a_constant_sentence_and_a_bare_link(mails: MailServer, language: str) -> None:
    assert sent(language) == ("accepted", "sent")
    (letter,) = mails.letters
    assert letter["Subject"] == SENTENCES[language]
    assert letter["To"] == "lea@example.org"
    assert letter.get_content().replace("\r\n", "\n").rstrip() == BODIES[language].rstrip()


@pytest.mark.parametrize(
    ("manner", "outcome", "kept"),
    [("refuses", ("later", "550"), 0), ("busy", ("later", "421"), 0), ("hangs", ("later", "network"), 0),
     ("breaks", ("later", "network"), 1)],
)  # fmt: skip
def test_what_a_mail_server_did_is_an_outcome(mails: MailServer, manner: str, outcome: tuple[str, str], kept: int) -> None:
    mails.manner = manner
    assert sent() == outcome
    assert len(mails.raw) == kept


def test_no_mail_server_at_all(mails: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    assert sent() == ("later", "network")
