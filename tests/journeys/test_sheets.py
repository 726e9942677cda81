"""Sheets in real browsers: filled with wet hands, read at once elsewhere, kept without a line, withdrawn."""
from playwright.sync_api import Page, expect

from tests.journeys.measures import small_letters, small_targets, sticking_out
from tests.journeys.world import World

PHONE = {"width": 360, "height": 780}
PAIN = "Évaluation de la douleur"


def begin(page: Page, world: World, title: str) -> None:
    """Opens a form from the list and waits until it is drawn."""
    page.goto(f"/circles/{world.circle}/sheets")
    page.locator("a[href*='/sheets/new']", has_text=title).click()
    expect(page.locator(".c-ask").first).to_be_visible()


def answer_pain(page: Page, figure: str) -> None:
    """Says by the person's own word how strong it is."""
    page.get_by_text("La personne dit elle-même").click()
    page.locator(".c-scale__key", has_text=figure).first.click()


def test_a_sheet_is_filled_on_a_phone_read_elsewhere_at_once_and_withdrawn(world: World) -> None:
    doctor = world.context("helene").new_page()
    doctor.goto(f"/circles/{world.circle}/sheets")
    nurse = world.context("alice", viewport=PHONE).new_page()
    begin(nurse, world, PAIN)
    expect(nurse.locator(".c-scale")).to_be_hidden()
    nurse.locator("[data-cercle-sheet-send]").click()
    expect(nurse.locator(".c-ask.is-wrong")).to_have_count(1)  # what is not asked is not missed
    answer_pain(nurse, "8")
    expect(nurse.locator("[data-cercle-sheet-follows]")).to_contain_text("Un message urgent part")
    assert (small_targets(nurse), small_letters(nurse), sticking_out(nurse)) == ([], [], [])
    nurse.locator("[data-cercle-sheet-send]").click()
    expect(nurse.locator(".c-answers")).to_contain_text("8")
    expect(nurse.get_by_role("link", name="Un message urgent")).to_be_visible()
    row = doctor.locator("a.c-sheetrow", has_text="Alice Martin")
    expect(row).to_contain_text("8")  # without a reload
    row.click()
    expect(doctor.locator(".c-answers")).to_contain_text("8")
    nurse.locator("#withdraw summary").click()
    nurse.locator("#withdraw-reason").fill("Autre patiente")
    nurse.locator("#withdraw button").click()
    expect(nurse.locator(".c-answers")).to_have_count(0)
    expect(doctor.locator("main")).to_contain_text("Autre patiente")
    expect(doctor.locator(".c-answers")).to_have_count(0)


def test_without_a_line_nothing_is_lost(world: World) -> None:
    context = world.context("alice", viewport=PHONE)
    page = context.new_page()
    begin(page, world, PAIN)
    context.set_offline(True)
    answer_pain(page, "3")
    page.locator("[data-cercle-sheet-send]").click()
    expect(page.locator("[data-cercle-sheet-said]")).to_contain_text("Rien n’est perdu")
    context.set_offline(False)
    page.reload()
    expect(page.locator("[data-cercle-sheet-said]")).to_contain_text("réponses d’avant")
    expect(page.locator(".c-scale__said")).to_have_text("3")
    page.locator("[data-cercle-sheet-send]").click()
    expect(page.locator(".c-answers")).to_contain_text("3")
    begin(page, world, PAIN)
    expect(page.locator(".c-scale")).to_be_hidden()  # what has gone does not come back
    page.goto(f"/circles/{world.circle}/sheets/over-time?form={page.url.partition('form=')[2]}")
    expect(page.get_by_role("img")).to_have_count(1)
    assert len(world.call("alice", "GET", f"circles/{world.circle}/sheets")["items"]) == 1
