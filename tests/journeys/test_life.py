"""A circle's life in real browsers: who changes its state, and how the others hear of it in their thread."""
from playwright.sync_api import expect

from tests.journeys.world import World, open_thread


def test_a_state_changed_on_its_page_stands_in_everybody_s_thread(world: World) -> None:
    world.say("alice", "Pansement refait.", "circle")
    daughter = world.reading("claire")
    nurse = world.context("alice", viewport={"width": 360, "height": 780}).new_page()
    nurse.goto(f"{world.thread}/life")
    nurse.get_by_text("Changer l’état").first.click()
    nurse.get_by_label("clos :").check()
    nurse.get_by_label("Pourquoi", exact=True).fill("Partie chez sa fille.")
    nurse.get_by_role("button", name="Changer l’état").click()
    expect(nurse.locator(".c-timeline > li").first).to_contain_text("Dossier clos")
    line = daughter.locator(".c-retracted", has_text="Dossier clos par Alice Martin")
    expect(line).to_contain_text("Partie chez sa fille.")
    nurse.get_by_role("button", name="Revenir en arrière").click()
    expect(nurse.locator(".c-timeline > li").first).to_contain_text("Dossier de nouveau actif")
    world.say("alice", "Elle est revenue.", "circle")
    open_thread(daughter, world.thread)
    below = daughter.locator(".thread-item", has_text="Elle est revenue.")
    expect(below.locator(".c-retracted")).to_have_count(2)
