"""A person's own account in a real Chromium: sign-up, a passkey on a virtual authenticator, sign-in by it alone, the list of sessions.

Each page is met under the content security policy that production has; a refused script or style fails the journey.
"""
import re
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.service import Service, running_service

PASSWORD = "un cheval sous la pluie"
SECRET_KEYS = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The product without its demo."""
    with running_service(demo=False) as running:
        yield running


@pytest.fixture
def page(browser: Browser, service: Service) -> Iterator[Page]:
    """A French phone with an authenticator; whatever the policy refuses is gathered and fails at the end."""
    context = browser.new_context(base_url=service.host(), locale="fr-FR", viewport={"width": 360, "height": 780}, reduced_motion="reduce")
    opened = context.new_page()
    refused: list[str] = []
    opened.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    devices = context.new_cdp_session(opened)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**SECRET_KEYS, "automaticPresenceSimulation": True}})
    yield opened
    context.close()
    assert refused == []


def code_from_mail(data: Path) -> str:
    """The code in the newest e-mail; without a mail server they are files."""
    for _ in range(100):
        files = sorted((data / "mail").glob("*"), key=lambda file: file.stat().st_mtime) if (data / "mail").is_dir() else []
        body = message_from_bytes(files[-1].read_bytes()).get_payload(decode=True) if files else None
        found = re.search(rb"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", body, re.MULTILINE) if isinstance(body, bytes) else None
        if found:
            return found.group(1).decode()
        time.sleep(0.1)
    raise AssertionError("no e-mail with a code came")


def sign_up(page: Page, service: Service, email: str) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Prénom").fill("Hélène")
    page.get_by_label("Nom", exact=True).fill("Castets")
    page.get_by_label("Profession").select_option("physician")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.get_by_role("button", name="Créer mon compte").click()
    page.locator("input[name=code]").fill(code_from_mail(service.data))
    page.get_by_role("button", name="Confirmer").click()
    page.wait_for_url("**/")


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/")
    page.get_by_text("Ajouter une clé d’accès").click()
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_role("button", name="Ajouter").click()
    page.wait_for_url("**/recovery-codes/")
    expect(page.locator(".c-codes > li")).to_have_count(10)


def forget_cookies(context: BrowserContext) -> None:
    context.clear_cookies()


def test_from_sign_up_to_a_sign_in_by_passkey_alone(page: Page, service: Service) -> None:
    sign_up(page, service, "helene@example.org")
    add_passkey(page)
    forget_cookies(page.context)
    page.goto("/accounts/sessions/")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    page.get_by_role("button", name="Continuer avec ma clé d’accès").click()
    page.wait_for_url("**/accounts/sessions/")
    rows = page.locator(".c-settings > li")
    expect(rows).to_have_count(2)
    rows.get_by_role("button").click()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Tout fermer, ici aussi").click()
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()


def test_without_a_passkey_the_page_says_so_in_words(page: Page) -> None:
    page.goto("/accounts/login/")
    expect(page.get_by_text("Aucune clé d’accès n’a servi")).to_be_hidden()
    page.get_by_role("button", name="Continuer avec ma clé d’accès").click()
    expect(page.get_by_text("Aucune clé d’accès n’a servi")).to_be_visible(timeout=90_000)


def test_the_password_stands_behind_its_words_with_15_and_116_117_at_the_foot(page: Page) -> None:
    page.goto("/accounts/login/")
    expect(page.locator("input[name=password]")).to_be_hidden()
    page.get_by_text("Adresse et mot de passe").click()
    expect(page.locator("input[name=password]")).to_be_visible()
    expect(page.locator('a[href="tel:15"]')).to_be_visible()
    expect(page.locator('a[href="tel:116117"]')).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, label.c-check")]
  .filter((node) => node.checkVisibility() && !node.closest("label.c-check input") && !node.matches(".c-skip, label.c-check input"))
  .map((node) => [node.getBoundingClientRect().height, node.outerHTML.slice(0, 120)]).filter(([height]) => height < 47.5)"""
VISITOR = ("login", "signup", "password/reset")
OWN = ("2fa", "2fa/totp/activate", "2fa/webauthn", "2fa/webauthn/add", "2fa/recovery-codes", "2fa/recovery-codes/generate", "sessions",
       "password/change", "email", "3rdparty", "logout")  # fmt: skip


def look_over(page: Page, path: str) -> list[str]:
    """What axe and a ruler find wrong on a page of the account, in light and dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto(f"/accounts/{path}")
        wrong = Axe().run(page).response["violations"]
        found += [f"{path} {scheme} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in wrong]
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{path} is {wide} wide"] if wide > 360 else []
    return found + [f"{path} small: {one}" for one in page.evaluate(SMALL)]


def test_every_page_is_accessible_and_its_targets_are_large(page: Page, service: Service) -> None:
    found = [one for path in VISITOR for one in look_over(page, path)]
    sign_up(page, service, "anne@example.org")
    add_passkey(page)
    found += [one for path in OWN for one in look_over(page, path)]
    assert found == []
