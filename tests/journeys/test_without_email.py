"""Without e-mail: a nurse prints a code, the patient scans it, chooses a PIN, has a page of her own, writes, and is read."""
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.measures import small_targets, sticking_out
from tests.journeys.test_every_page import RULES
from tests.journeys.world import World, item

PIN, OTHER = "204857", "731942"
SMALL = """() => [...document.querySelectorAll(".c-own *")].filter((node) => [...node.childNodes].some((one) => one.nodeType === 3
  && one.textContent.trim()) && !node.closest(".c-mark") && parseFloat(getComputedStyle(node).fontSize) < 20)
  .map((node) => node.outerHTML)"""


def printed(desk: Page) -> str:
    """Makes a code on the page that stands; what a camera would read off the paper."""
    desk.get_by_role("button", name="Faire un code").click()
    code = desk.locator("[data-cercle-slip-code]").inner_text()
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}", code)
    expect(desk.get_by_role("img", name="Code carré")).to_be_visible()
    return code


def opened(world: World, code: str, pin: str) -> Page:
    """A telephone that has followed the square code and been given a PIN."""
    page = world.context(viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True).new_page()
    page.goto(f"/accounts/printed/#{code}")
    expect(page.get_by_label("Code du papier")).to_have_value(code)
    assert "#" not in page.url
    page.get_by_label("Votre code secret").fill(pin)
    page.get_by_label("Les mêmes six chiffres").fill(pin)
    page.get_by_role("button", name="Ouvrir cet appareil").click()
    return page


@pytest.fixture
def desk(world: World) -> Page:
    """The nurse, who has just let the patient in without e-mail."""
    page = world.context("alice").new_page()
    page.goto(f"/circles/{world.circle}/newcomer?role=patient")
    expect(page.get_by_label("Prénom")).to_have_value("Jeanne")
    page.get_by_role("button", name="Faire entrer").click()
    expect(page.get_by_role("heading", name="Un code pour Jeanne Durand")).to_be_visible()
    return page


def test_the_patient_comes_in_by_paper_and_is_read(world: World, desk: Page) -> None:
    world.say("alice", "Je passe demain à neuf heures.", "patient")
    phone = opened(world, printed(desk), PIN)
    expect(phone.get_by_role("heading", name="Bonjour Madame Durand")).to_be_visible()
    expect(phone.get_by_text("Je passe demain à neuf heures.")).to_be_visible()
    expect(phone.get_by_role("heading", level=1)).to_have_css("font-size", "30px")  # its letters have arrived
    assert phone.evaluate(SMALL) + small_targets(phone) + sticking_out(phone) == []
    assert [one["id"] for one in Axe().run(phone, options=RULES).response["violations"]] == []
    phone.get_by_role("button", name="Écrire").click()
    phone.get_by_label("Votre message").fill("Le talon me fait moins mal.")
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.get_by_text("Pas encore lu")).to_be_visible()
    desk.goto(world.thread)
    expect(item(desk, "Le talon me fait moins mal.")).to_have_count(1)
    expect(phone.get_by_text("Lu par Alice Martin")).to_be_visible()


def test_a_renewed_code_signs_the_old_telephone_out_while_it_is_open(world: World, desk: Page) -> None:
    phone = opened(world, printed(desk), PIN)
    expect(phone.get_by_role("heading", name="Bonjour Madame Durand")).to_be_visible()
    desk.goto(f"/circles/{world.circle}/people")
    row = desk.locator(".c-person", has_text="Jeanne Durand")
    row.get_by_role("button", name="Plus").click()
    row.get_by_role("link", name="Imprimer un code d’entrée").click()
    expect(desk.get_by_text("Un nouveau code le déconnecte aussitôt.")).to_be_visible()
    code = printed(desk)
    expect(phone.get_by_label("Votre code secret")).to_be_visible()  # the open page was signed out and asks for the PIN
    phone.get_by_label("Votre code secret").fill(PIN)
    phone.get_by_role("button", name="Se connecter").click()
    expect(phone.get_by_text("Cet appareil ne vous ouvre plus.")).to_be_visible()
    newer = opened(world, code, OTHER)
    expect(newer.get_by_role("heading", name="Bonjour Madame Durand")).to_be_visible()


def test_somebody_to_call_is_kept_called_and_the_call_is_noted(world: World) -> None:
    page = world.context("alice").new_page()
    page.goto(f"/circles/{world.circle}/people")
    page.get_by_role("button", name="Ajouter quelqu’un à appeler").click()
    page.get_by_label("Prénom et nom").fill("Nadine Poyanne")
    page.get_by_label("Téléphone").fill("05 36 49 12 34")
    page.get_by_label("À quel titre").select_option("other_health")
    page.get_by_label("Profession ou parenté").fill("podologue")
    page.locator('dialog[open] input[name="gender"][value="F"]').check()
    page.get_by_role("button", name="Enregistrer").click()
    row = page.locator("[data-cercle-contact]")
    expect(row).to_contain_text("Pas connectée, à appeler")
    expect(row.get_by_role("link", name="Appeler Nadine Poyanne, 05 36 49 12 34")).to_have_attribute("href", "tel:0536491234")
    row.get_by_role("link", name="Noter l’appel").click()
    field = page.locator("[data-cercle-text]")
    expect(field).to_have_value(re.compile(r"^Appelé Nadine Poyanne à \d+:\d\d : $"))
    field.press("End")
    field.press_sequentially("elle passe jeudi.")
    field.press("Control+Enter")
    expect(item(page, "elle passe jeudi.")).to_have_count(1)
    expect(page.locator("[data-cercle-rail]")).to_contain_text("Nadine Poyanne")
