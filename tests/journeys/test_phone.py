"""The thread on a phone of 360 px, at 400 % zoom, by keyboard, and for axe: what is measured of the look."""
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.measures import small_letters, small_targets, sticking_out
from tests.journeys.test_every_page import RULES
from tests.journeys.world import World, item, open_thread

PHONE = {"width": 360, "height": 780}
LEAST_TAPS = 4
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FAINT = """() => [...document.querySelectorAll(".c-post__text, .c-composer__text, .c-expected__what, .c-impossible, .c-outbox__fate")]
  .filter((node) => parseFloat(getComputedStyle(node).fontSize) < 16).map((node) => node.className)"""


def told(page: Page) -> list[str]:
    """What axe finds wrong on the page as it stands, in light and dark."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wrong = Axe().run(page, options=RULES).response["violations"]
        found += [f"{scheme} {one['id']}: {one['nodes'][0]['html'][:140]}" for one in wrong]
    return found


@pytest.fixture
def lively(world: World) -> World:
    """A thread with one of everything."""
    asked = world.say("sylvie", "Elle n’a rien mangé.", "wider_team")
    world.say("alice", "Je passe ce soir.", "wider_team", reply_to=asked["id"])
    wrong = world.say("alice", "Au mauvais endroit.")
    world.call("alice", "POST", f"posts/{wrong['id']}/retraction", {"reason": "mauvais fil"})
    dose = world.say("helene", "Paracétamol 1 g.")
    world.call("helene", "POST", f"posts/{dose['id']}/corrections", {"text": "Paracétamol 500 mg.", "reason": "dose"})
    settled = world.say("sylvie", "Chute sans gravité.", "wider_team", urgency="urgent")
    for act in ("acknowledgement", "completion"):
        world.call("alice", "POST", f"posts/{settled['id']}/{act}", {})
    taken = world.say("claire", "La boîte est vide.", "circle", urgency="urgent")
    world.call("alice", "POST", f"posts/{taken['id']}/acknowledgement", {})
    world.say("nadia", "Il faut une ordonnance.", "care_team", urgency="todo")
    world.say("sylvie", "Essoufflée.\nLa voir avant midi.", "wider_team", urgency="urgent", to=["nurse", "gp"])
    return world


@pytest.mark.parametrize("who", ["alice", "claire"])
def test_axe_finds_nothing_in_a_full_thread(lively: World, who: str) -> None:
    page = lively.reading(who, viewport=PHONE)
    expect(page.locator(".c-post").first).to_be_visible()
    assert told(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    assert told(page) == []


def test_axe_finds_nothing_in_the_sheets(lively: World) -> None:
    page = lively.reading("alice", viewport=PHONE)
    page.locator("[data-cercle-audience]").click()
    page.locator("dialog input[value=urgent]").check()
    found = told(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Chercher dans ce fil").click()
    page.get_by_role("searchbox", name="Chercher dans ce fil").fill("mang")
    expect(page.locator(".thread-hit").first).to_be_visible()
    found += told(page)
    page.keyboard.press("Escape")
    item(page, "Paracétamol").get_by_role("button", name="Plus sur").click()
    found += told(page)
    page.get_by_role("button", name="Qui a lu").click()
    expect(page.locator("dialog")).to_contain_text("Pas encore lu")
    assert found + told(page) == []


def test_targets_are_large_and_nothing_is_wider_than_the_phone(lively: World) -> None:
    page = lively.reading("alice", viewport=PHONE)
    expect(page.locator(".c-post").first).to_be_visible()
    assert small_targets(page) + small_letters(page) + sticking_out(page) == []
    assert page.evaluate(FAINT) == []
    page.locator("[data-cercle-audience]").click()
    assert small_targets(page) + small_letters(page) + sticking_out(page) == []
    banner, sheet = page.locator(".c-banner").bounding_box(), page.locator("dialog").bounding_box()
    assert banner
    assert sheet
    assert sheet["y"] >= banner["y"] + banner["height"]


def test_at_400_percent_one_reads_and_writes_in_one_column(lively: World) -> None:
    page = lively.reading("alice", viewport={"width": 320, "height": 256})
    assert sticking_out(page) == []
    page.locator("[data-cercle-text]").scroll_into_view_if_needed()
    page.locator("[data-cercle-text]").fill("À quatre cents pour cent.")
    page.get_by_role("button", name="Envoyer").click()
    expect(item(page, "À quatre cents pour cent.")).to_have_count(1)
    expect(page.locator(".c-banner")).to_be_in_viewport()


def test_from_the_opened_app_to_a_sent_post_in_four_taps(world: World) -> None:
    world.say("helene", "Une nouvelle, qui la met en tête.")
    page = world.context("alice", viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    page.goto("/")
    taps = []

    def tap(target: Any) -> None:
        target.tap()
        taps.append(target)

    tap(page.locator(f'[data-cercle-circle="{world.circle}"]'))
    tap(page.locator("[data-cercle-text]"))
    page.keyboard.insert_text("Je suis chez elle.")
    tap(page.get_by_role("button", name="Envoyer"))
    expect(item(page, "Je suis chez elle.")).to_have_count(1)
    assert len(taps) <= LEAST_TAPS
    assert world.call("helene", "GET", f"circles/{world.circle}/posts")["items"][0]["text"] == "Je suis chez elle."


def test_the_keyboard_alone_chooses_writes_and_sends(world: World) -> None:
    page = world.context("alice").new_page()
    open_thread(page, world.thread)
    page.locator("[data-cercle-audience]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("[data-cercle-text]")).to_be_focused()
    page.keyboard.type("Au clavier.")
    page.keyboard.press("Control+Enter")
    expect(item(page, "Au clavier.")).to_contain_text("Équipe élargie")
