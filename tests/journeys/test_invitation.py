"""From the nurse's invitation to the daughter's first message: an e-mail, one form, the thread."""
import re
import time
from email import message_from_bytes
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.measures import small_letters, small_targets, sticking_out
from tests.journeys.world import World, item

ADDRESS = "ines.durand@example.org"


def link_for(data: Path, address: str) -> str:
    """The link in the newest e-mail to an address; the worker sends it, so it is waited for."""
    for _ in range(300):
        for file in sorted((data / "mail").glob("*"), key=lambda file: file.stat().st_mtime, reverse=True):
            message = message_from_bytes(file.read_bytes())
            body = message.get_payload(decode=True)
            found = re.search(r"http\S+/join#\S+", body.decode()) if isinstance(body, bytes) and message["To"] == address else None
            if found:
                return found.group(0)
        time.sleep(0.1)
    raise AssertionError("no invitation came")


def invite(page: Page) -> None:
    page.get_by_role("button", name="Faire entrer quelqu’un").click()
    page.get_by_role("radio", name="Par e-mail").check()
    page.get_by_label("Adresse électronique").fill(ADDRESS)
    page.get_by_label("Rôle dans ce cercle").select_option("relative")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.locator('[data-cercle-invitation="pending"]')).to_contain_text(ADDRESS)


def test_a_daughter_comes_in_by_an_e_mail_and_writes(world: World) -> None:
    nurse = world.context("alice").new_page()
    nurse.goto(f"{world.thread}/people")
    invite(nurse)

    daughter = world.context(viewport={"width": 360, "height": 780}).new_page()
    daughter.goto(link_for(world.service.data, ADDRESS))
    expect(daughter.get_by_role("heading", name="Alice Martin vous invite")).to_be_visible()
    assert "#" not in daughter.url
    assert small_targets(daughter) == small_letters(daughter) == sticking_out(daughter) == []
    daughter.get_by_label("Prénom").fill("Inès")
    daughter.get_by_label("Nom", exact=True).fill("Durand")
    daughter.get_by_label("Mot de passe").fill("un cheval sous la pluie")
    daughter.get_by_role("button", name="Créer mon compte et entrer").click()
    daughter.wait_for_url(f"**/circles/{world.circle}")
    daughter.locator("[data-cercle-text]").fill("Bonjour, je suis la fille de Mme Durand.")
    daughter.get_by_role("button", name="Envoyer").click()
    expect(item(daughter, "je suis la fille")).to_be_visible()

    nurse.reload()
    came = nurse.locator('[data-cercle-invitation="accepted"]')
    expect(came).to_contain_text("Inès Durand")
    came.get_by_role("button", name="Annuler").click()
    expect(came).to_have_count(0)
    expect(daughter.get_by_text("Votre accès à ce dossier a pris fin")).to_be_visible()
