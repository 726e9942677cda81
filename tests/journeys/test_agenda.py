"""The agenda in real browsers: added by one and seen by another at once, a visit reported on a telephone, keys, and what comes back."""
import datetime as dt
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.journeys.world import World

ZONE = ZoneInfo("Europe/Paris")
PHONE = {"width": 360, "height": 780}


def today() -> dt.date:
    """The date on the wall of the circle."""
    return dt.datetime.now(ZONE).date()


def planned(world: World, title: str, *, who: str = "alice", audience: str = "care_team", **more: object) -> None:
    """A visit of today at eight, by the API."""
    body = {"kind": "visit", "title": title, "start": f"{today()}T08:00:00", "end": f"{today()}T08:30:00", "audience": audience, **more}
    world.call(who, "POST", f"circles/{world.circle}/appointments", body)


def test_one_adds_and_another_sees_it_without_reload_but_not_the_family(world: World) -> None:
    helene, claire, alice = (world.context(who).new_page() for who in ("helene", "claire", "alice"))
    for page in (helene, claire):
        page.goto(f"{world.thread}/agenda?view=list")
        expect(page.get_by_text("Rien de prévu")).to_be_visible()
        page.evaluate("window.stayed = true")
    alice.goto(f"{world.thread}/agenda")
    alice.get_by_role("link", name="Ajouter").click()
    alice.get_by_role("button", name="Ajouter à l’agenda").click()
    expect(alice.locator("#title-wrong")).to_contain_text("Dites en quelques mots")
    alice.get_by_label("Titre").fill("Prise de sang")
    alice.locator("#day").fill((today() + dt.timedelta(days=1)).isoformat())
    alice.locator("#from").fill("07:45")
    alice.locator("#repeat").select_option("weekly")
    alice.get_by_label("Alice Martin").check()
    alice.get_by_label("Équipe de soins").check()
    alice.get_by_role("button", name="Ajouter à l’agenda").click()
    expect(alice.get_by_text("C’est dans l’agenda.")).to_be_visible()
    row = helene.locator(".c-event", has_text="Prise de sang").first
    expect(row).to_contain_text("7:45")
    expect(row).to_contain_text("Alice Martin")
    expect(helene.locator(".c-event", has_text="Prise de sang")).to_have_count(2)
    assert helene.evaluate("window.stayed") is True
    planned(world, "Pour tous", audience="circle")
    expect(claire.locator(".c-event", has_text="Pour tous")).to_have_count(1)
    assert "Prise de sang" not in claire.content()
    assert claire.evaluate("window.stayed") is True


def test_a_visit_is_reported_in_two_taps_on_a_telephone(world: World) -> None:
    planned(world, "Pansement du talon", attendees=[world.member("alice")])
    alice = world.context("alice", viewport=PHONE, user_agent="Mozilla/5.0 (Linux; Android 14) Mobile").new_page()
    alice.goto(f"{world.thread}/agenda")
    expect(alice.locator(".c-event", has_text="Pansement")).to_be_visible()
    assert alice.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    alice.get_by_text("Dire si c’est fait").click()
    alice.get_by_role("button", name="C’est fait").click()
    expect(alice.locator(".c-event.is-done", has_text="Pansement du talon")).to_contain_text("Fait")
    expect(alice.locator("[data-cercle-agenda-said]")).to_contain_text("dit dans le fil")
    posts = world.call("helene", "GET", f"circles/{world.circle}/posts")["items"]
    assert ["Pansement du talon" in post["text"] for post in posts] == [True]


def test_keys_move_through_the_days_and_what_is_cancelled_comes_back(world: World) -> None:
    planned(world, "Toilette")
    alice = world.context("alice").new_page()
    alice.goto(f"{world.thread}/agenda?view=day")
    alice.locator("#agenda-today").focus()
    alice.keyboard.press("ArrowRight")
    tomorrow = today() + dt.timedelta(days=1)
    alice.wait_for_url(f"**on={tomorrow}")
    expect(alice.locator("#agenda-forward")).to_be_focused()
    alice.keyboard.press("Home")
    alice.wait_for_url("**view=day")
    alice.get_by_role("link", name="Toilette").click()
    alice.get_by_role("button", name="L’annuler").click()
    expect(alice.get_by_text("C’est annulé.")).to_be_visible()
    expect(alice.get_by_text("Toilette")).to_have_count(0)
    alice.get_by_role("button", name="Annuler").click()
    expect(alice.get_by_role("heading", name="Toilette")).to_be_visible()


def test_a_message_goes_into_the_agenda_with_its_first_words(world: World) -> None:
    world.say("helene", "Rendez-vous chez le cardiologue jeudi à 14 h.\nApporter l’ordonnance.", "relatives")
    alice = world.reading("alice")
    alice.locator(".thread-item").get_by_role("button", name="Plus sur").click()
    alice.get_by_role("button", name="Mettre à l’agenda").click()
    expect(alice.get_by_label("Titre")).to_have_value("Rendez-vous chez le cardiologue jeudi à 14 h.")
    expect(alice.get_by_label("Soins + proches")).to_be_checked()
