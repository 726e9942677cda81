"""Nothing lost on a bad line: unsent posts wait sealed in the browser, go once, and belong to one person."""
import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.journeys.files import attach, payload
from tests.journeys.world import World, item, open_thread, until, write

CANARY = "Mirabelle quatorze"
RAW = """async () => {
  const database = await new Promise((done) => { const asked = indexedDB.open("cercle"); asked.onsuccess = () => done(asked.result); });
  const all = (store) => new Promise((done) => {
    const asked = database.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const text = (record) => JSON.stringify(record) + new TextDecoder().decode(record.sealed);
  const keys = await all("keys");
  return {
    records: [...await all("outbox"), ...await all("drafts")].map(text).join(),
    people: (await all("outbox")).map((record) => record.person),
    extractable: keys.map((one) => one.key.extractable),
  };
}"""

DRAFT_KEPT = """() => new Promise((done) => {  // a moment after the last key stroke
  const asked = indexedDB.open("cercle");
  asked.onupgradeneeded = () => asked.transaction.abort();  // not there yet, and not ours to make
  asked.onerror = () => done(false);
  asked.onsuccess = () => {
    const found = asked.result.transaction("drafts").objectStore("drafts").getAllKeys();  // where one stopped reading is kept there too
    found.onsuccess = () => { asked.result.close(); done(found.result.some(([, id]) => !id.startsWith("visit:"))); };
  };
})"""
POST_KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open("cercle");
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = () => done(false);
  asked.onsuccess = () => {
    const found = asked.result.transaction("outbox").objectStore("outbox").count();
    found.onsuccess = () => { asked.result.close(); done(found.result > 0); };
  };
})"""
LEFT_WITH_THE_BROWSER = "navigator.serviceWorker.ready.then((one) => one.sync.getTags()).then((tags) => tags.includes('cercle-outbox'))"


def draft_kept(page: Page) -> None:
    """Waits until a draft is in the browser's database."""
    until(page, DRAFT_KEPT)


def offline(context: BrowserContext, page: Page) -> None:
    """Takes the line away and waits until the screen says so."""
    context.set_offline(True)
    expect(page.locator("[data-cercle-line]")).to_contain_text("Pas de ligne depuis")


def the_browser_syncs(context: BrowserContext, origin: str) -> None:
    """Has the browser do now what it does when it finds that the line is back: tell the worker.

    Chromium looks at the machine's line, which a test can't cut, and after a failed attempt it waits for minutes.
    """
    page = context.new_page()  # blank: it runs nothing of ours
    browser = context.new_cdp_session(page)
    found: set[str] = set()
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.update(one["registrationId"] for one in told["registrations"]))
    browser.send("ServiceWorker.enable")
    for _ in range(400):
        if found:
            break
        page.wait_for_timeout(50)  # lets events in
    [registration] = found
    asked = {"origin": origin, "registrationId": registration, "tag": "cercle-outbox", "lastChance": False}
    browser.send("ServiceWorker.dispatchSyncEvent", asked)


def test_written_offline_it_goes_once_when_the_line_is_back(world: World) -> None:
    helene, alice = world.reading("helene"), world.reading("alice")
    offline(alice.context, alice)
    for text in ("Premier sans ligne.", "Second sans ligne."):
        write(alice, text)
    expect(alice.locator(".c-outbox")).to_have_count(2)
    expect(alice.locator(".c-outbox").first).to_contain_text("Pas encore envoyé")
    expect(alice.locator(".c-outbox").first).to_contain_text(re.compile("Part seul dès que la ligne revient|Part à la prochaine ouverture"))
    alice.context.set_offline(False)
    expect(item(helene, "Second sans ligne.")).to_have_count(1)
    expect(alice.locator(".c-outbox")).to_have_count(0)
    texts = helene.locator(".thread-item .c-post__text").all_inner_texts()
    assert texts == ["Premier sans ligne.", "Second sans ligne."]


def test_with_the_page_closed_the_browser_sends_it(world: World) -> None:
    helene, alice = world.reading("helene"), world.reading("alice")
    context = alice.context
    alice.evaluate("navigator.serviceWorker.ready.then(() => true)")
    offline(context, alice)
    attach(alice, payload("lettre.txt", b"Sortie prevue jeudi.", "text/plain"))
    write(alice, "Parti sans page.")
    expect(alice.locator(".c-outbox")).to_contain_text("même page fermée")
    until(alice, LEFT_WITH_THE_BROWSER)
    alice.close()
    context.set_offline(False)
    the_browser_syncs(context, world.service.host())
    expect(item(helene, "Parti sans page.").locator("[data-cercle-medium]")).to_contain_text("lettre.txt")


def test_closed_before_a_first_attempt_has_failed_it_is_left_with_the_browser(world: World) -> None:
    helene, alice = world.reading("helene"), world.reading("alice")
    context = alice.context
    alice.evaluate("navigator.serviceWorker.ready.then(() => true)")
    held: list[Route] = []
    context.route("**/posts", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    write(alice, "Fermé tout de suite.")
    until(alice, LEFT_WITH_THE_BROWSER)
    alice.close()
    context.unroute_all(behavior="ignoreErrors")
    the_browser_syncs(context, world.service.host())
    expect(item(helene, "Fermé tout de suite.")).to_have_count(1)


def test_what_is_left_at_closing_goes_at_the_next_opening(world: World) -> None:
    context = world.context("alice", service_workers="block")
    page = context.new_page()
    open_thread(page, world.thread)
    offline(context, page)
    write(page, "Resté dans le tiroir.")
    expect(page.locator(".c-outbox")).to_contain_text("Part à la prochaine ouverture")
    until(page, POST_KEPT)  # shown at once, kept a moment after
    page.close()
    context.set_offline(False)
    context.new_page().goto("/")
    expect(item(world.reading("helene"), "Resté dans le tiroir.")).to_have_count(1)


def test_the_browser_keeps_no_readable_word_and_a_key_that_nobody_reads_out(world: World) -> None:
    alice = world.reading("alice")
    offline(alice.context, alice)
    write(alice, CANARY)
    expect(alice.locator(".c-outbox")).to_contain_text(CANARY)
    alice.locator("[data-cercle-text]").fill(f"{CANARY} au brouillon")
    draft_kept(alice)
    kept = alice.evaluate(RAW)
    assert kept["people"] == [world.ids["alice"]]
    assert kept["extractable"] == [False]
    assert "Mirabelle" not in kept["records"]
    assert "Mirabelle" not in str(alice.evaluate("[...Object.entries(localStorage), ...Object.entries(sessionStorage)].join()"))


def test_the_worker_keeps_the_shell_and_no_page_or_answer(world: World) -> None:
    world.say("helene", CANARY)
    alice = world.reading("alice")
    alice.evaluate("navigator.serviceWorker.ready.then(() => true)")
    alice.reload()
    expect(item(alice, CANARY)).to_be_visible()
    paths = alice.evaluate("""async () => {
      const found = [];
      for (const name of await caches.keys()) found.push(...await (await caches.open(name)).keys());
      return found.map((one) => new URL(one.url).pathname);
    }""")
    assert "/offline" in paths
    assert [path for path in paths if not path.startswith("/static/") and path != "/offline"] == []


def test_what_the_server_refuses_stays_with_its_reason(world: World) -> None:
    alice = world.reading("alice")
    alice.context.grant_permissions(["clipboard-read", "clipboard-write"])
    offline(alice.context, alice)
    write(alice, "Trop tard.")
    world.call("helene", "PUT", f"circles/{world.circle}/state", {"state": "closed", "reason": "fin"})
    alice.context.set_offline(False)
    box = alice.locator(".c-outbox.is-refused")
    expect(box).to_contain_text("Trop tard.")
    expect(box).to_contain_text("Le texte reste ici")
    box.get_by_role("button", name="Copier").click()
    assert alice.evaluate("navigator.clipboard.readText()") == "Trop tard."
    alice.reload()
    expect(box).to_contain_text("Trop tard.")
    box.get_by_role("button", name="Jeter").click()
    expect(box).to_have_count(0)


def test_an_urgent_post_that_does_not_get_through_says_to_telephone(world: World) -> None:
    helene, alice = world.reading("helene"), world.reading("alice")
    offline(alice.context, alice)
    alice.locator("[data-cercle-urgency]").click()
    alice.locator("dialog input[value=urgent]").check()
    alice.get_by_role("button", name="Continuer").click()
    write(alice, "Essoufflée depuis ce matin.")
    screen = alice.get_by_role("alertdialog")
    expect(screen).to_be_visible(timeout=45_000)
    expect(screen.get_by_role("heading", level=2)).to_contain_text("téléphonez")
    expect(screen.locator(".c-readout")).to_contain_text("Mme Durand, née le 9 mars")
    expect(screen.locator(".c-readout")).to_contain_text("Essoufflée depuis ce matin.")
    expect(alice.locator(".c-banner")).to_contain_text("DURAND Jeanne")
    assert "tel:15" in screen.locator("a").evaluate_all("nodes => nodes.map(n => n.getAttribute('href'))")
    screen.get_by_role("button", name="J’ai téléphoné").click()
    expect(screen).to_have_count(0)
    alice.context.set_offline(False)
    expect(item(helene, "J’ai téléphoné pour mon message urgent")).to_have_count(1)
    expect(helene.locator(".c-post--urgent")).to_contain_text("Essoufflée depuis ce matin.")


@pytest.mark.parametrize("choice", ["Garder pour moi", "Jeter", "Envoyer"])
def test_signing_out_asks_about_what_is_unsent(world: World, choice: str) -> None:
    context = world.context(service_workers="block")  # whose requests no route of a test holds back
    world.sign_in(context, "alice")
    page = context.new_page()
    open_thread(page, world.thread)
    context.route("**/posts", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    write(page, "Pas encore parti.")
    expect(page.locator(".c-outbox")).to_contain_text("Pas encore parti.")
    page.goto("/me")
    page.locator("[data-cercle-sign-out] button").click()
    expect(page.locator("dialog")).to_contain_text("1 message n’est pas encore parti.")
    if choice == "Envoyer":
        context.unroute_all()
    page.locator("dialog").get_by_role("button", name=choice).click()
    page.wait_for_url(re.compile("/accounts/login/"))
    context.unroute_all()
    there = item(world.reading("helene"), "Pas encore parti.")
    expect(there).to_have_count(1 if choice == "Envoyer" else 0)
    if choice == "Garder pour moi":
        world.sign_in(context, "alice")
        page.goto("/")
        expect(there).to_have_count(1)


def test_another_person_on_the_same_browser_sees_nothing_of_it(world: World) -> None:
    context = world.context()
    world.sign_in(context, "alice")
    page = context.new_page()
    open_thread(page, world.thread)
    page.locator("[data-cercle-text]").fill("Le brouillon d’Alice")
    draft_kept(page)
    context.clear_cookies()
    world.sign_in(context, "helene")
    open_thread(page, world.thread)
    expect(page.locator("[data-cercle-text]")).to_have_value("")
    context.clear_cookies()
    world.sign_in(context, "alice")
    open_thread(page, world.thread)
    expect(page.locator("[data-cercle-text]")).to_have_value("Le brouillon d’Alice")
