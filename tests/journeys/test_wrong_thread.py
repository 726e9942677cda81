"""A nurse writes in the wrong thread: one tap withdraws it, and the sheet says who had seen it."""
from playwright.sync_api import expect

from tests.journeys.world import World, item

WORDS = "Mme Lalanne a refusé sa toilette."


def test_one_tap_withdraws_it_and_says_who_had_seen_it(world: World) -> None:
    written = world.say("alice", WORDS, "circle")
    gp = world.reading("helene")
    expect(item(gp, WORDS)).to_be_visible()
    world.call("helene", "PUT", f"circles/{world.circle}/read", {"seq": written["seq"]})
    page = world.reading("alice", viewport={"width": 360, "height": 780})
    item(page, WORDS).locator("[data-cercle-act=more]").click()
    page.get_by_role("button", name="Écrit dans le mauvais fil").click()
    sheet = page.get_by_role("dialog", name="Qui l’avait vu")
    expect(sheet).to_contain_text("Retiré. 1 personne l’avait vu")
    expect(sheet.locator("[data-cercle-seen] li")).to_contain_text(["Dr Hélène Castets"])
    expect(sheet.get_by_role("button", name="Imprimer")).to_be_visible()
    sheet.get_by_role("button", name="Fermer").click()
    gone = page.locator(".c-retracted")
    expect(gone).to_contain_text("écrit dans le mauvais fil")
    expect(gone).to_contain_text("1 personne l’avait lu")
    expect(gp.locator(".c-retracted")).to_contain_text("Message retiré par Alice Martin")
    expect(gp.get_by_text(WORDS)).to_have_count(0)
