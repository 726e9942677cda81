"""The care plan in real browsers: written by one, on the other's screen without reload, published and agreed to."""
from playwright.sync_api import expect

from tests.journeys.world import World


def test_a_plan_is_written_together_published_and_agreed_to(world: World) -> None:
    physician = world.context("helene").new_page()
    physician.goto(f"{world.thread}/plan")
    daughter = world.context("claire", viewport={"width": 360, "height": 780}, has_touch=True).new_page()
    daughter.goto(f"{world.thread}/plan")
    nurse = world.context("alice").new_page()
    nurse.goto(f"{world.thread}/plan")
    nurse.get_by_text("Ajouter ce qui compte").click()
    form = nurse.locator("[data-cercle-plan-part=priority]")
    form.get_by_label("Avec ses mots").fill("Rester chez moi")
    form.get_by_label("Tout le cercle").check()
    form.get_by_role("button", name="Ajouter").click()
    for page in (nurse, physician, daughter):
        expect(page.locator("q")).to_have_text("Rester chez moi")
    nurse.get_by_text("Ajouter une action").click()
    form = nurse.locator("[data-cercle-plan-part=action]")
    form.get_by_label("Ce qui est à faire").fill("Revoir le diurétique")
    form.get_by_label("Équipe de soins").check()
    form.get_by_role("button", name="Ajouter").click()
    expect(physician.locator(".c-planned__text", has_text="Revoir le diurétique")).to_be_visible()
    physician.get_by_role("link", name="Publier le plan").click()
    physician.get_by_role("button", name="Publier").click()
    nurse.get_by_role("button", name="Je suis d’accord avec l’édition 1").click()
    expect(nurse.locator(".c-agreed")).to_contain_text("Martin")
    expect(daughter.get_by_role("button", name="Je suis d’accord avec l’édition 1")).to_be_visible()
    expect(daughter.get_by_text("Revoir le diurétique")).to_have_count(0)
