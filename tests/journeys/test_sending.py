"""Files on their way: on a bad line, in flight mode with the browser killed, refused; by the clipboard and by dragging."""
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from tests.journeys.files import attach, payload, photo
from tests.journeys.line import bad_line
from tests.journeys.profile import killed_at_the_end
from tests.journeys.sounds import speak_into
from tests.journeys.test_outbox import offline
from tests.journeys.world import World, item, open_thread, until, write

SLOW = 200_000 // 8
SIZE = "document.querySelector('cercle-thread').composer.attachments.list[0].bytes"
IN_THE_OUTBOX = """() => new Promise((done) => {
  const asked = indexedDB.open("cercle");
  asked.onsuccess = () => {
    const found = asked.result.transaction("outbox").objectStore("outbox").count();
    found.onsuccess = () => { asked.result.close(); done(found.result); };
  };
})"""
DROP = """([name, type, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type }));
  const list = document.querySelector("cercle-thread");
  for (const kind of ["dragover", "drop"]) {
    list.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));
  }
}"""
PASTE = """([name, type, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type }));
  const pasted = new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: carried });
  document.querySelector("[data-cercle-text]").dispatchEvent(pasted);
}"""
NO_ROOM = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
  if (this.name === "files") throw new DOMException("full", "QuotaExceededError");
  return put.apply(this, given);
};
"""
SLOW_TO_READ = """
const read = Blob.prototype.arrayBuffer;
const asked = [];
Blob.prototype.arrayBuffer = function () {
  return new Promise((done) => asked.push(() => done(read.call(this))));
};
window.readNow = () => {
  Blob.prototype.arrayBuffer = read;
  asked.forEach((go) => go());
};
"""
NO_FILE_KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open("cercle");
  asked.onsuccess = () => {
    const found = asked.result.transaction("files").objectStore("files").count();
    found.onsuccess = () => { asked.result.close(); done(!found.result); };
  };
})"""
# The first attempt fails once `secondThere` was called; the next one lasts longer than the pause after it, which ends meanwhile.
THREE_FAIL = """
const go = window.fetch;
const second = new Promise((done) => (window.secondThere = done));
window.attempts = 0;
window.fetch = async (...asked) => {
  if (asked[1]?.method !== "POST" || !String(asked[0]).endsWith("/posts")) return go(...asked);
  window.attempts += 1;
  const { attempts } = window;
  if (attempts === 1) await second;
  if (attempts === 2) await new Promise((done) => setTimeout(done, 1500));
  if (attempts <= 3) throw new TypeError("Failed to fetch");
  return go(...asked);
};
"""
LETTER = payload("lettre.txt", b"Sortie prevue jeudi, avec les ordonnances.", "text/plain")


def in_the_outbox(page: Page) -> None:
    """Waits until a post is kept."""
    for _ in range(100):
        if page.evaluate(IN_THE_OUTBOX):
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing was kept")


def test_on_a_slow_line_cut_three_times_a_photo_arrives_once(world: World) -> None:
    helene, alice = world.reading("helene"), world.context("alice").new_page()
    with bad_line(world.service.port) as line:
        open_thread(alice, f"http://localhost:{line.port}/circles/{world.circle}")
        line.rate, line.cuts = SLOW, [60_000, 200_000, 380_000]
        attach(alice, payload("talon.jpg", photo(), "image/jpeg"))
        size = alice.evaluate(SIZE)
        assert 480_000 < size < 700_000
        write(alice, "Le talon ce matin.")
        post = item(helene, "Le talon ce matin.")
        expect(post).to_have_count(1, timeout=90_000)
        expect(post.locator("[data-cercle-medium]")).to_have_count(1)
        assert line.cuts == []
        assert size <= line.pieces <= 1.1 * size
    assert len(world.call("helene", "GET", f"circles/{world.circle}/posts")["items"]) == 1


def test_attached_in_flight_mode_and_killed_it_is_posted_once(world: World, playwright: Playwright, tmp_path: Path) -> None:
    with killed_at_the_end(playwright, tmp_path, world.service.host()) as context:
        world.sign_in(context, "alice")
        page = context.new_page()
        open_thread(page, world.thread)
        offline(context, page)
        spoken = payload("dictee.wav", speak_into(tmp_path / "dictee.wav").read_bytes(), "audio/wav")
        attach(page, payload("talon.jpg", photo(800, 600), "image/jpeg"), LETTER, spoken)
        write(page, "Avec trois fichiers.")
        write(page, "Et un mot de plus.")
        box = page.locator(".c-outbox").first
        expect(box.locator(".c-attached")).to_have_count(3)
        expect(box).to_contain_text("lettre.txt")
        in_the_outbox(page)
    helene = world.reading("helene")
    with killed_at_the_end(playwright, tmp_path, world.service.host()) as context:
        world.sign_in(context, "alice")
        page = context.new_page()
        page.goto("/")
        expect(item(helene, "Avec trois fichiers.").locator("[data-cercle-medium]")).to_have_count(3)
        expect(item(helene, "Et un mot de plus.")).to_have_count(1)
        open_thread(page, world.thread)
        expect(page.locator(".c-outbox")).to_have_count(0)
    texts = [post["text"] for post in world.call("helene", "GET", f"circles/{world.circle}/posts")["items"]]
    assert texts == ["Et un mot de plus.", "Avec trois fichiers."]


def test_a_refused_file_is_told_to_its_author_and_the_text_is_there(world: World) -> None:
    helene, alice = world.reading("helene"), world.reading("alice")
    offline(alice.context, alice)
    attach(alice, payload("programme.exe", b"MZ\x90\x00" + bytes(4000), "application/octet-stream"))
    write(alice, "Avec un programme.")
    alice.context.set_offline(False)
    expect(item(helene, "Avec un programme.")).to_have_count(1)
    box = alice.locator(".c-outbox.is-refused")
    expect(box).to_contain_text("1 fichier refusé")
    expect(box).to_contain_text("programme.exe")
    expect(box).to_contain_text("Ce type de fichier n’est pas pris.")
    expect(box).to_contain_text("Votre texte est parti")
    box.get_by_role("button", name="Réessayer").click()
    expect(box).to_have_count(0)
    tray = alice.locator(".c-composer__tray .c-attached")
    expect(tray).to_contain_text("Ce type de fichier n’est pas pris.")
    alice.get_by_role("button", name="Enlever programme.exe").click()
    expect(tray).to_have_count(0)


def test_a_refused_post_returns_to_the_field_with_its_files(world: World) -> None:
    alice = world.reading("alice")
    attach(alice, LETTER)
    refusal = {"code": "people.not_allowed", "detail": "Pas maintenant."}
    alice.context.route("**/posts", lambda route: route.fulfill(status=403, json=refusal))
    write(alice, "Avec la lettre.")
    box = alice.locator(".c-outbox.is-refused")
    expect(box).to_contain_text("Pas maintenant.")
    alice.context.unroute_all()
    again = box.get_by_role("button", name="Réessayer")
    alice.locator("[data-cercle-text]").fill("Autre chose")
    again.click()
    expect(alice.locator("[data-cercle-text]")).to_have_value("Autre chose")
    alice.locator("[data-cercle-text]").fill("")
    again.click()
    expect(box).to_have_count(0)
    expect(alice.locator("[data-cercle-text]")).to_have_value("Avec la lettre.")
    alice.locator("[data-cercle-send]").click()
    expect(item(alice, "Avec la lettre.").locator("[data-cercle-medium]")).to_contain_text("lettre.txt")


def test_what_is_sent_or_taken_off_before_it_is_kept(world: World) -> None:
    context = world.context("alice")
    context.add_init_script(SLOW_TO_READ)
    begun: list[str] = []
    context.on("request", lambda request: begun.append(request.url) if request.method == "POST" and "/media" in request.url else None)
    alice = context.new_page()
    open_thread(alice, world.thread)
    attach(alice, payload("retire.txt", b"Ce fichier est retire.", "text/plain"))
    alice.get_by_role("button", name="Enlever retire.txt").click()
    attach(alice, LETTER)
    write(alice, "Avec la lettre.")
    alice.evaluate("readNow()")
    expect(item(alice, "Avec la lettre.").locator("[data-cercle-medium]")).to_contain_text("lettre.txt")
    until(alice, NO_FILE_KEPT)
    assert len(begun) == 1


def test_it_goes_on_trying_when_its_time_comes_in_the_middle_of_an_attempt(world: World) -> None:
    helene, context = world.reading("helene"), world.context("alice")
    context.add_init_script(THREE_FAIL)
    alice = context.new_page()
    open_thread(alice, world.thread)
    write(alice, "Premier essai.")
    write(alice, "Second essai.")
    alice.evaluate("secondThere()")
    expect(item(helene, "Second essai.")).to_have_count(1, timeout=30_000)
    expect(item(helene, "Premier essai.")).to_have_count(1)


def test_an_urgent_text_does_not_wait_for_its_file(world: World) -> None:
    helene, alice = world.reading("helene"), world.reading("alice")
    alice.context.route("**/media/*", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_())
    attach(alice, LETTER)
    alice.locator("[data-cercle-urgency]").click()
    alice.locator("dialog input[value=urgent]").check()
    alice.get_by_role("button", name="Continuer").click()
    write(alice, "Essoufflée depuis ce matin.")
    expect(alice.get_by_role("alertdialog")).to_contain_text("Aucun appareil ne peut sonner maintenant")  # nobody has connected one
    alice.get_by_role("button", name="Envoyer quand même").click()
    expect(helene.locator(".c-post--urgent")).to_contain_text("Essoufflée depuis ce matin.")
    expect(alice.locator(".c-outbox")).to_contain_text("Ses fichiers suivent")
    alice.context.unroute_all()
    answer = helene.locator(".thread-item", has=helene.locator("[data-cercle-medium]"))
    expect(answer).to_contain_text("lettre.txt")
    expect(answer.locator(".c-quote")).to_contain_text("Essoufflée depuis ce matin.")


def test_dropped_pasted_taken_off_and_kept_with_the_draft(world: World) -> None:
    alice = world.reading("alice")
    alice.evaluate(DROP, ["ordonnance.txt", "text/plain", "Paracetamol 1 g"])
    alice.evaluate(PASTE, ["notes.txt", "text/plain", "Pansement"])
    tray = alice.locator(".c-composer__tray .c-attached")
    expect(tray).to_have_count(2)
    expect(tray.last).to_contain_text("prêt")
    alice.get_by_role("button", name="Enlever ordonnance.txt").click()
    expect(tray).to_have_count(1)
    expect(tray).to_contain_text("notes.txt")
    alice.locator("[data-cercle-text]").fill("Un mot")
    alice.evaluate("document.querySelector('cercle-thread').composer.draft.flush()")
    alice.goto("/me")
    open_thread(alice, world.thread)
    expect(alice.locator("[data-cercle-text]")).to_have_value("Un mot")
    expect(tray).to_contain_text("notes.txt")
    alice.locator("[data-cercle-send]").click()
    expect(item(alice, "Un mot").locator("[data-cercle-medium]")).to_contain_text("notes.txt")
    expect(tray).to_have_count(0)


def test_without_room_to_keep_it_a_file_still_goes_and_later_words_do_not_wait(world: World) -> None:
    helene, context = world.reading("helene"), world.context("alice")
    context.add_init_script(NO_ROOM)
    alice = context.new_page()
    open_thread(alice, world.thread)
    context.route("**/media/*", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_())
    attach(alice, LETTER)
    expect(alice.locator(".c-attached")).to_contain_text("n’a pas la place")
    write(alice, "Avec la lettre.")
    write(alice, "Sans attendre.")
    expect(item(helene, "Sans attendre.")).to_have_count(1)
    expect(item(helene, "Avec la lettre.")).to_have_count(0)
    context.unroute_all()
    expect(item(helene, "Avec la lettre.").locator("[data-cercle-medium]")).to_contain_text("lettre.txt", timeout=40_000)
