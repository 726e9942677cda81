"""Voice notes: recorded with a fake microphone, heard in a second browser, written down, found, kept without a line, the patient's too."""
import re
import time
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.world import World, open_thread

PREPARED_MS = 30_000
TWICE = "(button) => (button.click(), button.click())"  # as a trembling hand taps


def speaking(world: World, who: str) -> Page:
    """Somebody with the thread open and a microphone that the browser may use."""
    return world.reading(who, permissions=["microphone"])


def record(page: Page, seconds: float) -> Locator:
    """Opens the composer's microphone and lets it run; gives the sheet."""
    page.locator("[data-cercle-microphone]").click()
    sheet = page.get_by_role("dialog", name="Note vocale")
    said_for(sheet, seconds)
    return sheet


def said_for(place: Locator, seconds: float) -> None:
    """Waits until so many whole seconds were recorded."""
    expect(place.locator(".c-recorder__time")).to_have_text(re.compile(rf"0:0[{int(seconds)}-9]"))


def note(page: Page) -> Locator:
    """The player of the newest note in the thread."""
    player = page.locator("cercle-voice").last
    expect(player).to_be_visible(timeout=PREPARED_MS)
    return player


def heard(page: Page) -> dict[str, Any]:
    """What the note is for the ears: fetched and decoded in the page."""
    sound: dict[str, Any] = page.evaluate("""async () => {
      const { src } = document.querySelector("audio[data-cercle-voice]");
      const answer = await fetch(src);
      const type = answer.headers.get("Content-Type");
      const sound = await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(await answer.arrayBuffer());
      const loudest = sound.getChannelData(0).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return { type, seconds: sound.duration, loudest };
    }""")
    return sound


def place(page: Page) -> float:
    """The second at which the page's voice stands."""
    return float(page.evaluate("document.querySelector('audio[data-cercle-voice]')?.currentTime ?? 0"))


def wait_until(page: Page, reached: float) -> None:
    """Polls until the voice has come so far."""
    end = time.monotonic() + 20
    while place(page) < reached:
        assert time.monotonic() < end, f"the voice stands at {place(page)}"
        page.wait_for_timeout(100)


def test_a_note_is_recorded_heard_elsewhere_written_down_and_found(world: World) -> None:
    listener = world.reading("helene")
    page = speaking(world, "alice")
    asked: list[str] = []
    listener.on("request", lambda request: asked.append(request.url))
    sheet = record(page, 2)
    sheet.get_by_role("button", name="Pause").click()
    expect(sheet.get_by_text("En pause")).to_be_visible()
    sheet.get_by_role("button", name="Réécouter").click()
    expect(sheet.locator(".c-recorder__time")).to_have_text(re.compile(r"0:0[1-9] / 0:0\d"))
    sheet.get_by_role("button", name="Reprendre").click()
    said_for(sheet, 3)
    sheet.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".thread-item").last.get_by_text("pas encore écouté")).to_be_visible(timeout=PREPARED_MS)

    player = note(listener)
    assert not [url for url in asked if re.search(r"/media/[0-9a-f-]{36}$", url)], "bytes before anybody played"
    player.get_by_role("button", name="Écouter la note vocale de Alice Martin").click()
    wait_until(listener, 0.3)
    # A live change draws the post anew; the sound goes on.
    listener.locator("cercle-voice").evaluate("(node) => node.setAttribute('data-drawn-before', '')")
    before = place(listener)
    medium = world.call("alice", "GET", f"circles/{world.circle}/posts")["items"][0]["media"][0]["id"]
    world.call("alice", "PUT", f"media/{medium}/transcript", {"text": "Marche dix mètres", "reviewed": False})
    expect(listener.locator(".c-transcript")).to_contain_text("Marche dix mètres")
    expect(listener.locator("[data-drawn-before]")).to_have_count(0)
    wait_until(listener, max(2.2, before + 0.1))
    sound = heard(listener)
    assert sound["type"] == "audio/mp4"
    assert 2.9 <= sound["seconds"] <= 6
    assert sound["loudest"] > 0.1
    expect(page.get_by_role("button", name="écouté par 1")).to_be_visible()
    page.get_by_role("button", name="écouté par 1").click()
    expect(page.get_by_role("dialog").get_by_text("Dr Hélène Castets")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Modifier le texte").click()
    page.get_by_label("Ce qui a été dit").fill("Marche dix mètres avec le déambulateur")
    page.get_by_role("dialog").get_by_role("button", name="Garder").click()
    expect(listener.locator(".c-transcript")).to_contain_text("déambulateur")
    expect(listener.locator(".c-transcript")).not_to_contain_text("pas encore relu")
    page.locator(".thread-item").last.get_by_role("button", name="Plus sur").click()
    page.get_by_role("button", name="Corriger").click()
    page.get_by_label("Pourquoi").fill("rien à ajouter")
    page.locator("dialog").get_by_role("button", name="Corriger").click()
    expect(page.locator("dialog")).to_have_count(0)
    listener.locator("[data-cercle-search]").click()
    listener.get_by_role("searchbox", name="Chercher dans ce fil").fill("deambul")
    expect(listener.locator(".thread-hit mark")).to_have_text("déambul")


def test_a_secretary_writes_down_the_one_note_that_she_was_asked_for(world: World) -> None:
    world.call("alice", "POST", f"circles/{world.circle}/members", {"person": world.ids["odile"], "role": "secretary", "history": "all"})
    page = speaking(world, "alice")
    record(page, 1).get_by_role("button", name="Envoyer").click()
    note(page)
    page.get_by_role("button", name="Faire transcrire par").click()
    page.get_by_role("button", name="Demander à Odile Darrieux").click()
    expect(page.get_by_role("button", name="Retirer la demande à Odile Darrieux")).to_be_visible()
    page.keyboard.press("Escape")

    desk = world.context("odile").new_page()
    desk.goto("/todo")
    desk.get_by_role("link", name="À transcrire").click()
    desk.get_by_role("button", name="Écouter la note vocale de Alice Martin").click()
    wait_until(desk, 0.2)
    desk.get_by_label("Ce qui a été dit").fill("Dit par Alice")
    expect(desk.get_by_text("Brouillon, vu de personne d’autre")).to_be_visible()
    desk.get_by_role("button", name="Remettre le texte").click()
    expect(desk.get_by_text("Remis.")).to_be_visible()

    expect(page.locator(".c-transcript")).to_contain_text("Texte écrit par Odile Darrieux, pas encore relu")
    page.get_by_role("button", name="J’ai relu").click()
    expect(page.locator(".c-transcript")).not_to_contain_text("pas encore relu")
    desk.reload()
    expect(desk.get_by_text("Rien à transcrire")).to_be_visible()


def test_without_a_line_a_note_waits_and_goes_once(world: World) -> None:
    page = speaking(world, "alice")
    page.context.set_offline(True)
    page.locator("[data-cercle-text]").fill("Reste à écrire")
    sheet = record(page, 1)
    sheet.get_by_role("button", name="Jeter").click()
    sheet.get_by_role("button", name="Annuler").click()
    sheet.get_by_role("button", name="Envoyer").evaluate(TWICE)
    expect(page.locator(".c-outbox")).to_contain_text("Pas encore envoyé")
    expect(page.locator("[data-cercle-text]")).to_have_value("Reste à écrire")
    page.context.set_offline(False)
    note(page)
    posts = world.call("helene", "GET", f"circles/{world.circle}/posts")["items"]
    assert [len(post["media"]) for post in posts] == [1]


def test_what_was_said_when_the_page_went_away_stands_with_the_next_message(world: World) -> None:
    page = speaking(world, "alice")
    sheet = record(page, 1)
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    expect(sheet.get_by_text("En pause : la page n’était plus à l’écran.")).to_be_visible()
    expect(page.locator("[data-cercle-tray]")).to_contain_text("prêt")
    again = page.context.new_page()
    page.close()
    open_thread(again, world.thread)
    again.get_by_role("button", name="Réécouter Note vocale").click()
    again.get_by_role("dialog").get_by_role("button", name="Écouter la note vocale").click()
    wait_until(again, 0.3)


def test_the_patient_speaks_and_hears_on_their_own_page(world: World) -> None:
    world.call("alice", "POST", f"circles/{world.circle}/members", {"person": world.ids["jeanne"], "role": "patient", "history": "all"})
    listener = world.reading("alice", permissions=["microphone"])
    page = world.context("jeanne", viewport={"width": 360, "height": 780}, permissions=["microphone"]).new_page()
    page.goto(f"{world.thread}/own")
    page.get_by_role("button", name="Parler").click()
    said_for(page.locator("[data-cercle-own-speaking]"), 1)
    page.get_by_role("button", name="Pause").click()
    page.locator("[data-cercle-own-speaking] [type=submit]").evaluate(TWICE)
    expect(page.get_by_text("Votre message est parti.")).to_be_visible(timeout=PREPARED_MS)
    expect(page.locator(".c-own__mine cercle-voice")).to_be_visible(timeout=PREPARED_MS)
    note(listener)

    listener.locator("[data-cercle-audience]").click()
    listener.get_by_role("radio", name="Soins + Mme Durand").check(force=True)
    listener.keyboard.press("Escape")
    record(listener, 1).get_by_role("button", name="Envoyer").click()
    last = page.locator(".c-own__card").first
    last.get_by_role("button", name=re.compile("^Écouter la note vocale")).click()
    wait_until(page, 0.5)
    expect(page.locator("[data-cercle-record]")).to_have_count(0)
