"""What stays on a device whose session is over: nothing that can be read, and nothing that is lost."""
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.world import World, item, open_thread, until, write

STORES = """async () => {
  const database = await new Promise((done) => { const asked = indexedDB.open("cercle"); asked.onsuccess = () => done(asked.result); });
  const all = (store) => new Promise((done) => {
    const asked = database.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const found = {
    readable: (await all("keys")).filter((one) => one.key).map((one) => one.person),
    outbox: (await all("outbox")).length, drafts: (await all("drafts")).length,
  };
  database.close();
  return found;
}"""
CONTACT = """(change) => new Promise((done) => {
  const asked = indexedDB.open("cercle");
  asked.onsuccess = () => {
    const notes = asked.result.transaction("device", "readwrite").objectStore("device");
    notes.put({ id: "contact", at: Date.now() + change.at, seen: Date.now() + change.seen }).onsuccess = () => {
      asked.result.close();
      done();
    };
  };
})"""
HOUR = 3600 * 1000


def unsent(world: World, who: str, text: str) -> tuple[BrowserContext, Page]:
    """A browser of somebody's own, signed in by itself, with a post that did not get through."""
    context = world.context(service_workers="block")  # whose requests no route of a test holds back
    world.sign_in(context, who)
    page = context.new_page()
    open_thread(page, world.thread)
    context.route("**/posts", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    write(page, text)
    expect(page.locator(".c-outbox")).to_contain_text(text)
    return context, page


def end_other_sessions(world: World, who: str) -> None:
    """Somebody ends all their other sessions from a device of their own."""
    elsewhere = world.context()
    world.sign_in(elsewhere, who)
    page = elsewhere.new_page()
    page.goto("/accounts/sessions/")
    page.get_by_role("button", name="Fermer toutes les autres").click()
    expect(page.locator(".c-settings > li")).to_have_count(1)
    world.sessions.pop(who, None)  # was among the others


def test_a_session_ended_elsewhere_leaves_noise_that_its_person_opens_again(world: World) -> None:
    context, page = unsent(world, "nadia", "Pas encore parti.")
    assert page.evaluate(STORES)["readable"] == [world.ids["nadia"]]
    end_other_sessions(world, "nadia")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    expect(page.locator(".c-signin")).to_contain_text("1 message n’est pas encore parti.")
    assert page.evaluate(STORES)["readable"] == []
    assert page.evaluate(STORES)["outbox"] == 1
    context.unroute_all()
    world.sign_in(context, "nadia")
    page.goto("/")
    expect(item(world.reading("alice"), "Pas encore parti.")).to_have_count(1)


def test_another_person_who_signs_in_has_only_their_own_key_here(world: World) -> None:
    context, page = unsent(world, "alice", "À moi seule.")
    context.clear_cookies()
    world.sign_in(context, "helene")
    page.goto("/")
    until(page, f"({STORES})().then((found) => found.readable.join() === '{world.ids['helene']}')")
    assert page.evaluate(STORES)["outbox"] == 1


TOO_LONG = {"16 hours": {"at": -17 * HOUR, "seen": -17 * HOUR}, "clock turned back": {"at": -HOUR, "seen": HOUR}}


@pytest.mark.parametrize("change", TOO_LONG.values(), ids=TOO_LONG)
def test_without_contact_for_too_long_the_device_locks_itself(world: World, change: dict[str, Any]) -> None:
    page = world.reading("alice")
    context = page.context
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, f"({STORES})().then((found) => found.readable.length === 1)")
    context.set_offline(True)
    write(page, "Toujours sans ligne.")
    expect(page.locator(".c-outbox")).to_contain_text("Toujours sans ligne.")
    page.evaluate(CONTACT, change)
    page.reload()
    expect(page.get_by_role("heading", name="Pas de ligne")).to_be_visible()
    until(page, f"({STORES})().then((found) => found.readable.length === 0)")
    assert page.evaluate(STORES)["outbox"] == 1
    context.set_offline(False)
    page.goto("/")
    expect(item(world.reading("helene"), "Toujours sans ligne.")).to_have_count(1)


def test_signing_out_with_nothing_unsent_empties_the_place_and_back_shows_nothing(world: World) -> None:
    world.say("helene", "Mirabelle quatorze")
    context = world.context()
    world.sign_in(context, "alice")
    page = context.new_page()
    open_thread(page, world.thread)
    expect(item(page, "Mirabelle quatorze")).to_be_visible()
    page.goto("/me")
    page.locator("[data-cercle-sign-out] button").click()
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    assert "Mirabelle" not in page.content()
    assert "Jeanne" not in page.content()
