"""The app lock of a phone: covered at once, opened by its PIN or by the device itself, five wrong ones sign out."""
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.test_account import SECRET_KEYS
from tests.journeys.test_phone import PHONE, told
from tests.journeys.world import World, item, open_thread, until

PIN = "2749"
COVERED = "document.documentElement.hasAttribute('data-cercle-covered')"
# What a phone does when the app goes to the background and comes back: the page is told, and its time stands still meanwhile.
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (hidden ? "hidden" : "visible") });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
AWAY = """(seconds) => new Promise((done) => {
  const asked = indexedDB.open("cercle");
  asked.onsuccess = () => {
    const notes = asked.result.transaction("device", "readwrite").objectStore("device");
    notes.put({ id: "awake", at: Date.now() - seconds * 1000 }).onsuccess = () => { asked.result.close(); done(); };
  };
})"""
NOTED_SINCE = """(moment) => new Promise((done) => {  // when the page was last looked at, as it is kept
  const asked = indexedDB.open("cercle");
  asked.onsuccess = () => {
    const found = asked.result.transaction("device").objectStore("device").get("awake");
    found.onsuccess = () => { asked.result.close(); done((found.result?.at ?? 0) >= moment); };
  };
})"""


@pytest.fixture
def phone(world: World) -> tuple[BrowserContext, Page]:
    """A phone on which Alice has just set a lock."""
    context = world.context(viewport=PHONE, has_touch=True, is_mobile=True)
    world.sign_in(context, "alice")
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Mettre un verrou").tap()
    page.get_by_label("Code", exact=True).fill("1234")
    page.get_by_role("button", name="Verrouiller cet appareil").tap()
    expect(page.get_by_text("Pas des chiffres qui se suivent.")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(PIN)
    page.get_by_label("Le même code encore une fois").fill(PIN)
    page.get_by_role("button", name="Verrouiller cet appareil").tap()
    expect(page.get_by_text("Cet appareil se verrouille après deux minutes")).to_be_visible()
    return context, page


def enter(page: Page, pin: str) -> None:
    """Types a PIN on the lock screen, as soon as it takes one."""
    page.get_by_label("Code de cet appareil").fill(pin)
    page.get_by_role("button", name="Ouvrir").click()


def test_a_hidden_page_is_covered_at_once_and_after_two_minutes_asks_for_the_pin(world: World, phone: tuple[BrowserContext, Page]) -> None:
    world.say("helene", "Mirabelle quatorze")
    _, page = phone
    open_thread(page, world.thread)
    expect(item(page, "Mirabelle quatorze")).to_be_visible()
    page.evaluate(HIDE, True)
    assert page.evaluate(COVERED)
    expect(item(page, "Mirabelle quatorze")).to_be_hidden()
    page.evaluate(HIDE, False)
    expect(item(page, "Mirabelle quatorze")).to_be_visible()
    hidden = page.evaluate("Date.now()")
    page.evaluate(HIDE, True)
    until(page, NOTED_SINCE, hidden)
    page.evaluate(AWAY, 130)
    page.evaluate(HIDE, False)
    expect(page.get_by_role("heading", name="Cercle est verrouillé")).to_be_visible()
    assert told(page) == []
    assert "Mirabelle" not in page.locator("body").aria_snapshot()
    assert page.title() == "Cercle"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(item(page, "Mirabelle quatorze")).to_be_hidden()
    enter(page, "1111")
    expect(page.get_by_text("Ce n’est pas le code.")).to_be_visible()
    enter(page, PIN)
    expect(item(page, "Mirabelle quatorze")).to_be_visible()


def test_a_locked_device_stays_locked_on_every_page_and_five_wrong_pins_sign_out(world: World, phone: tuple[BrowserContext, Page]) -> None:
    context, page = phone
    page.evaluate(AWAY, -3600)  # the clock was turned back
    page.goto("/")
    expect(page.get_by_role("heading", name="Cercle est verrouillé")).to_be_visible()
    other = context.new_page()
    other.goto(world.thread)
    expect(other.get_by_role("heading", name="Cercle est verrouillé")).to_be_visible()
    assert "Jeanne" not in other.locator("body").aria_snapshot()
    other.close()
    for _ in range(4):
        expect(page.get_by_role("button", name="Ouvrir")).to_be_enabled(timeout=40_000)
        enter(page, "0000")
        expect(page.get_by_text("Ce n’est pas le code.")).to_be_visible()
    expect(page.get_by_role("button", name="Ouvrir")).to_be_enabled(timeout=40_000)
    enter(page, "0000")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()


def test_the_devices_own_unlocking_opens_it(world: World, phone: tuple[BrowserContext, Page]) -> None:
    context, page = phone
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {**SECRET_KEYS, "automaticPresenceSimulation": True}
    key = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("input[name=password]").fill("Un-mot-de-passe-7")
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_role("button", name="Ajouter").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/me/lock")
    page.get_by_role("button", name="Ouvrir aussi par l’empreinte").click()
    expect(page.get_by_text("Son propre déverrouillage ou le code l’ouvre.")).to_be_visible()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name="Verrouiller maintenant").click()
    expect(page.get_by_role("heading", name="Cercle est verrouillé")).to_be_visible()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    # The screen asks the device by itself too: it may be open already.
    page.get_by_role("button", name="Empreinte, visage ou code").evaluate_all("(found) => found[0]?.click()")
    expect(page.get_by_role("searchbox", name="Filtrer par nom")).to_be_visible()
    forget_passkey(page)


def forget_passkey(page: Page) -> None:
    """Alice signs in by her password alone again: the tests that come after share her account."""
    page.goto("/accounts/2fa/webauthn/")
    page.locator("a[href*='/remove/']").click()
    page.locator("form[action*='/remove/'] button").click()
    expect(page.locator("a[href*='/remove/']")).to_have_count(0)
