"""The same person is called the same on the Cercle page, which the server draws, and in the thread, which the browser draws."""
from playwright.sync_api import Page, expect

from tests.journeys.world import World, item


def called(page: Page, people: str, name: str, role: str) -> set[tuple[str, str]]:
    """(name, trade) of everybody in a list."""
    rows = page.locator(people)
    return {(row.locator(name).inner_text(), row.locator(role).inner_text()) for row in rows.all()}


def test_page_and_thread_call_people_the_same(world: World) -> None:
    world.say("helene", "Je passe jeudi.")
    page = world.reading("alice")
    post = item(page, "Je passe jeudi.")
    expect(post.locator(".c-post__name")).to_have_text("Dr Hélène Castets")
    expect(post.locator(".c-post__role")).to_have_text("médecin généraliste")
    beside = called(page, ".thread-person", ".c-post__name", ".c-post__role")
    page.goto(f"{world.thread}/people")
    expect(page.locator(".c-person__name").first).to_be_visible()
    listed = called(page, "li.c-person", ".c-person__name", ".c-person__role")
    assert beside == listed
    assert {("Alice Martin (vous)", "infirmière"), ("Nadia Lagarde", "coordinatrice")} < listed
