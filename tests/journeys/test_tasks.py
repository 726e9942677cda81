"""Tasks in real browsers: made of a message, taken by another, done, and everybody sees it where they are."""
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.world import World, item

PHONE = {"width": 360, "height": 780}


def tasks(world: World, who: str, **settings: Any) -> Page:
    """Somebody with the page of tasks before them."""
    page = world.context(who, **settings).new_page()
    page.goto(f"{world.thread}/tasks")
    return page


def row(page: Page, title: str) -> Any:
    """A task of the list."""
    return page.locator("[data-cercle-task]", has_text=title)


def test_a_task_is_made_of_a_message_and_stands_under_it_as_it_moves(world: World) -> None:
    world.say("alice", "Il ne reste que deux compresses.", "circle")
    claire, helene = world.reading("claire"), tasks(world, "helene")
    page = world.reading("alice", viewport=PHONE)
    item(page, "deux compresses").locator("[data-cercle-act=more]").click()
    page.get_by_role("button", name="En faire une tâche").click()
    sheet = page.get_by_role("dialog", name="Nouvelle tâche")
    expect(sheet.get_by_label("Qu’y a-t-il à faire ?")).to_have_value("Il ne reste que deux compresses.")
    sheet.get_by_label("Qu’y a-t-il à faire ?").fill("Acheter des compresses")
    sheet.get_by_label("Pour qui ?").select_option(world.member("claire"))
    sheet.get_by_role("button", name="Enregistrer").click()
    expect(row(page, "Acheter des compresses")).to_contain_text("Pour : Claire Durand-Moreau")
    under = item(claire, "deux compresses").locator("[data-cercle-made-task]")
    expect(under).to_contain_text("Tâche à faire")
    under.click()
    claire.wait_for_load_state()  # a tap before the scripts stand is for nobody
    row(claire, "Acheter des compresses").get_by_role("button", name="Je m’en occupe").click()
    expect(row(helene, "Acheter des compresses")).to_contain_text("Claire Durand-Moreau s’en occupe.")
    row(claire, "Acheter des compresses").get_by_role("button", name="C’est fait").click()
    expect(claire.locator("[data-cercle-said]")).to_contain_text("C’est fait.")
    expect(row(helene, "Acheter des compresses")).not_to_be_visible()
    claire.get_by_role("button", name="Annuler", exact=True).click()
    expect(row(helene, "Acheter des compresses")).to_contain_text("Claire Durand-Moreau s’en occupe.")
    row(page, "Acheter des compresses").get_by_role("link", name="Voir le message").click()
    expect(item(page, "deux compresses").locator("[data-cercle-made-task]")).to_contain_text("s’occupe de cette tâche")


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(world: World) -> None:
    page = tasks(world, "alice")
    page.get_by_role("button", name="Ajouter une tâche").press("Enter")
    sheet = page.get_by_role("dialog", name="Nouvelle tâche")
    sheet.get_by_label("Encore une fois ?").select_option("FREQ=WEEKLY")
    title = sheet.get_by_label("Qu’y a-t-il à faire ?")
    title.fill("Changer la bande")
    title.press("Enter")
    expect(sheet.get_by_role("alert")).to_contain_text("pour quand la première est à faire")
    expect(title).to_have_value("Changer la bande")
    sheet.get_by_label("Pour quand ?").fill("2031-01-06")
    sheet.get_by_role("button", name="Enregistrer").click()
    expect(row(page, "Changer la bande")).to_contain_text("chaque lundi")
    row(page, "Changer la bande").locator("[data-cercle-act=cancel]").click()
    cancel = page.get_by_role("dialog", name="Annuler la tâche")
    cancel.get_by_label("Pourquoi ?").fill("Bande retirée")
    cancel.get_by_label("Ne pas créer les suivantes non plus").check()
    cancel.get_by_role("button", name="Annuler la tâche").click()
    expect(page.get_by_text("Rien n’attend personne.")).to_be_visible()


def test_my_tasks_stand_on_the_page_of_what_is_to_do(world: World) -> None:
    body = {"title": "Appeler la pharmacie", "audience": "care_team", "to": ["nurse"]}
    world.call("helene", "POST", f"circles/{world.circle}/tasks", body)
    page = world.context("alice").new_page()
    page.goto(f"{world.service.host()}/todo")
    expect(page.get_by_role("link", name="Appeler la pharmacie")).to_contain_text("DURAND Jeanne")
    page.get_by_role("link", name="Appeler la pharmacie").click()
    expect(row(page, "Appeler la pharmacie")).to_be_visible()
