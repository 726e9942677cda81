"""Read marks, what is new, typing, and a place that does not move under the reader."""
import time

from playwright.sync_api import expect

from tests.journeys.world import World, item, open_thread, write

SCROLLER = "cercle-thread"
LONG = "Une longue note de passage. " * 30


def until_read(world: World, who: str) -> None:
    """Waits until somebody's mark stands at the head."""
    for _ in range(100):
        mine = world.call(who, "GET", f"circles/{world.circle}")
        if next(one["read"] for one in mine["members"] if one["id"] == mine["me"]["member"]) == mine["head"]:
            return
        time.sleep(0.2)
    raise AssertionError("the mark never came to the head")


def test_a_mark_moves_for_what_stood_before_the_reader_and_for_nothing_else(world: World) -> None:
    for n in range(6):
        world.say("alice", f"Note {n}. {LONG}")
    alice = world.reading("alice")
    helene = world.reading("helene")
    helene.locator(SCROLLER).evaluate("node => { node.scrollTop = 0 }")
    expect(item(alice, "Note 0.").locator(".thread-count")).to_have_text("lu par 1 sur 2")
    helene.locator(SCROLLER).evaluate("node => { node.scrollTop = 0 }")
    world.say("alice", "Le dernier mot.")
    expect(helene.get_by_role("button", name="1 nouveau")).to_be_visible()
    helene.wait_for_timeout(2500)  # longer than a post has to stand
    mine = world.call("helene", "GET", f"circles/{world.circle}")
    read = next(one["read"] for one in mine["members"] if one["id"] == mine["me"]["member"])
    assert read < mine["head"]
    helene.get_by_role("button", name="1 nouveau").click()
    expect(item(alice, "Le dernier mot.").locator(".thread-count")).to_have_text("lu par 1 sur 2")


def test_new_posts_do_not_move_a_reader_who_has_scrolled_up(world: World) -> None:
    for n in range(8):
        world.say("helene", f"Note {n}. {LONG}")
    alice = world.reading("alice")
    alice.locator(SCROLLER).evaluate("node => { node.scrollTop = 300 }")
    before = item(alice, "Note 1.").bounding_box()
    for n in range(3):
        world.say("helene", f"Nouvelle {n}")
    expect(alice.get_by_role("button", name="3 nouveaux")).to_be_visible()
    assert item(alice, "Note 1.").bounding_box() == before


def test_back_after_a_while_the_thread_opens_at_what_is_new(world: World) -> None:
    world.say("helene", "Vu la dernière fois.")
    context = world.context("alice")
    page = context.new_page()
    open_thread(page, world.thread)
    expect(item(page, "Vu la dernière fois.")).to_be_visible()
    until_read(world, "alice")
    page.close()
    world.say("helene", "Arrivé depuis.")
    page = context.new_page()
    open_thread(page, world.thread)
    expect(page.locator(".c-newline")).to_contain_text("Nouveau depuis")
    expect(item(page, "Arrivé depuis.").locator(".c-newline")).to_have_count(1)


def test_typing_is_told_to_those_who_may_read_it_only(world: World) -> None:
    alice, helene, claire = (world.reading(who) for who in ("alice", "helene", "claire"))
    alice.locator("[data-cercle-text]").press_sequentially("Elle")
    expect(helene.locator("[data-cercle-typing]")).to_have_text("Alice Martin écrit")
    expect(claire.locator("[data-cercle-typing]")).to_be_hidden()
    write(alice, "Elle va mieux.")
    expect(helene.locator("[data-cercle-typing]")).to_be_hidden()


def test_search_marks_its_hits_and_goes_there(world: World) -> None:
    world.say("helene", "Glycémie à jeun : 1,12.")
    for n in range(20):
        world.say("alice", f"Note {n}. {LONG}")
    alice = world.reading("alice")
    alice.get_by_role("button", name="Chercher dans ce fil").click()
    alice.get_by_role("searchbox", name="Chercher dans ce fil").fill("glyce")
    expect(alice.locator(".thread-hit mark")).to_have_text("Glycé")
    alice.locator(".thread-hit").click()
    expect(item(alice, "Glycémie à jeun").locator("mark")).to_be_in_viewport()
    assert "glyc" not in alice.url


def test_an_urgent_post_out_of_sight_stands_under_the_banner(world: World) -> None:
    world.say("sylvie", "Chute ce matin.", "wider_team", urgency="urgent")
    for n in range(8):
        world.say("helene", f"Note {n}. {LONG}")
    alice = world.reading("alice")
    alice.locator(SCROLLER).evaluate("node => { node.scrollTop = node.scrollHeight }")
    strip = alice.get_by_role("button", name="1 urgent sans réponse")
    strip.click()
    expect(item(alice, "Chute ce matin.")).to_be_in_viewport()
    expect(strip).to_be_hidden()


def test_an_urgent_post_far_back_is_found_and_shown(world: World) -> None:
    world.say("sylvie", "Chute il y a longtemps.", "wider_team", urgency="urgent")
    for n in range(60):  # more than the first page holds
        world.say("helene", f"Note {n}.")
    alice = world.reading("alice")
    alice.get_by_role("button", name="1 urgent sans réponse").click()
    expect(item(alice, "Chute il y a longtemps.")).to_be_in_viewport()
