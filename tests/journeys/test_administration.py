"""From nothing to a colleague's first sign-in: an operator, an administrator and a new nurse, each in a browser of their own."""
import os
import re
import subprocess
import sys
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.measures import small_letters, small_targets, sticking_out
from tests.journeys.world import World
from tests.service import ROOT, Service

PHONE = {"width": 360, "height": 780}
PASSWORD = "un cheval sous la pluie"


def name_operator(service: Service, email: str) -> None:
    """At the machine itself, beside the running service."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CERCLE_", "DJANGO_"))}
    command = [sys.executable, "manage.py", "account", "operator", email]
    env = {**inherited, "CERCLE_DATA": str(service.data), "CERCLE_DEMO": "0"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def link_for(service: Service, email: str) -> str:
    """The link in the e-mail to an address: it left before the page answered."""
    letters = [message_from_bytes(file.read_bytes()) for file in (Path(service.data) / "mail").glob("*")]
    texts = [_text(letter) for letter in letters if letter["To"] == email]
    found: list[str] = [link for text in texts for link in re.findall(r"https?://\S+/accounts/join/#\S+", text)]
    assert found, [letter["Subject"] for letter in letters]
    return found[-1]


def _text(letter: Message) -> str:
    body = letter.get_payload(decode=True)
    return body.decode() if isinstance(body, bytes) else ""


def look_over(page: Page) -> None:
    """What axe and a ruler find wrong."""
    wrong = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in wrong] == []
    assert (small_targets(page), small_letters(page), sticking_out(page)) == ([], [], [])


def test_from_the_first_operator_to_a_colleagues_first_sign_in(world: World) -> None:
    name_operator(world.service, "nadia@example.org")
    operator = world.context("nadia").new_page()
    operator.goto("/me")
    operator.get_by_role("link", name="Le service").click()
    operator.get_by_role("link", name="Inscrire une structure").click()
    operator.get_by_label("Nom de la structure").fill("Cabinet du Marensin")
    operator.get_by_role("button", name="Inscrire").click()
    operator.get_by_label("Adresse électronique").fill("alice@example.org")
    operator.get_by_role("button", name="Inviter à administrer").click()
    expect(operator.get_by_text("alice@example.org", exact=True)).to_be_visible()

    alice = world.context("alice", viewport=PHONE).new_page()
    alice.goto(link_for(world.service, "alice@example.org"))
    alice.get_by_role("button", name="Rejoindre").click()
    alice.get_by_role("link", name="Cabinet du Marensin").click()
    expect(alice.get_by_text("Personne ne travaille encore ici.")).to_be_visible()
    alice.get_by_role("link", name="Inviter un(e) collègue").click()
    look_over(alice)
    alice.get_by_label("Adresse électronique").fill("ines@example.org")
    alice.get_by_role("button", name="Envoyer l’invitation").click()
    expect(alice.get_by_text("ines@example.org", exact=True)).to_be_visible()

    ines = world.context(viewport=PHONE).new_page()
    ines.goto(link_for(world.service, "ines@example.org"))
    expect(ines.get_by_role("heading", name="Rejoindre Cabinet du Marensin")).to_be_visible()
    assert "#" not in ines.url
    look_over(ines)
    ines.get_by_label("Prénom").fill("Inès")
    ines.get_by_label("Nom", exact=True).fill("Dupouy")
    ines.get_by_label("Profession").select_option("nurse")
    ines.get_by_label("Mot de passe").fill(PASSWORD)
    ines.get_by_role("button", name="Créer mon compte et rejoindre").click()
    expect(ines.get_by_text("Vous avez rejoint Cabinet du Marensin.")).to_be_visible()

    alice.reload()
    alice.get_by_role("link", name="Inès Dupouy").click()
    look_over(alice)
    alice.get_by_role("button", name="Confirmer la profession").click()
    expect(alice.get_by_text("La profession est confirmée.")).to_be_visible()
    alice.get_by_role("button", name="Mettre fin au travail ici").click()
    alice.get_by_role("button", name="Annuler la fin").click()
    expect(alice.get_by_role("link", name="Inès Dupouy")).to_be_visible()
    look_over(alice)
