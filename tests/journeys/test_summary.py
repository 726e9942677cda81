"""The patient at a glance in real browsers: noted by one, on the other's screen without reload."""
from playwright.sync_api import expect

from tests.journeys.world import World


def test_what_the_nurse_notes_at_the_bed_stands_on_the_physician_s_screen(world: World) -> None:
    desk = world.context("helene").new_page()
    desk.goto(f"{world.thread}/summary")
    phone = world.context("alice", viewport={"width": 360, "height": 780}, has_touch=True).new_page()
    phone.goto(f"{world.thread}/summary")
    phone.get_by_role("button", name="Noter une mesure").tap()
    phone.get_by_role("radio", name="Tension").tap()
    sheet = phone.get_by_role("dialog", name="Noter une mesure")
    for key in "14":
        sheet.get_by_role("button", name=key, exact=True).tap()
    sheet.get_by_role("button", name="Deuxième nombre").tap()
    sheet.get_by_role("button", name="8", exact=True).tap()
    expect(sheet.get_by_role("status")).to_have_text("14 / 8")
    sheet.get_by_role("button", name="Garder cette mesure").tap()
    expect(sheet).to_be_hidden()
    for page in (phone, desk):
        expect(page.locator("#measure-blood_pressure summary")).to_contain_text("14 / 8 cmHg")
    desk.locator("#measure-blood_pressure summary").click()
    expect(desk.get_by_role("table", name="Tension")).to_contain_text("A. Martin")


def test_what_is_unusual_is_asked_about_and_what_cannot_be_is_refused(world: World) -> None:
    page = world.context("alice").new_page()
    page.goto(f"{world.thread}/summary")
    page.get_by_role("button", name="Noter une mesure").click()
    page.get_by_role("radio", name="Glycémie").click()
    sheet = page.get_by_role("dialog", name="Noter une mesure")
    page.keyboard.type("52")
    sheet.get_by_role("button", name="Garder cette mesure").click()
    expect(sheet.get_by_role("alert")).to_have_text("C’est impossible : un nombre de 0,1 à 15.")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("0,52")
    sheet.get_by_role("button", name="Garder cette mesure").click()
    expect(sheet.get_by_role("alert")).to_contain_text("C’est inhabituel.")
    sheet.get_by_role("button", name="C’est juste, garder").click()
    expect(page.locator("#measure-glucose summary")).to_contain_text("0,52 g/L")


def test_an_entry_is_written_changed_and_ended_in_place_and_the_family_sees_it_change(world: World) -> None:
    nurse = world.context("alice").new_page()
    nurse.goto(f"{world.thread}/summary")
    daughter = world.context("claire").new_page()
    daughter.goto(f"{world.thread}/summary")
    nurse.get_by_role("button", name="Ajouter (À savoir)").click()
    sheet = nurse.get_by_role("dialog", name="Pancarte")
    sheet.get_by_label("Rubrique").select_option("allergy")
    sheet.get_by_label("En quelques mots").fill("Pénicilline (œdème)")
    sheet.get_by_label("Tout le cercle").check()
    sheet.get_by_role("button", name="Enregistrer").click()
    expect(daughter.locator("#fact-allergy")).to_contain_text("Pénicilline (œdème)")
    expect(daughter.get_by_role("button", name="Modifier")).to_have_count(0)
    nurse.locator("#fact-allergy summary").click()
    nurse.get_by_role("button", name="Modifier").click()
    sheet.get_by_label("En quelques mots").fill("Pénicilline (choc)")
    sheet.get_by_role("button", name="Enregistrer").click()
    expect(daughter.locator("#fact-allergy")).to_contain_text("Pénicilline (choc)")
    nurse.get_by_role("button", name="Avant", exact=True).click()
    expect(nurse.locator(".c-fact__past")).to_contain_text("Pénicilline (œdème)")
    nurse.get_by_role("button", name="Ne compte plus").click()
    expect(daughter.locator("#fact-allergy")).to_have_count(0)
    nurse.get_by_role("button", name="Annuler").click()
    expect(daughter.locator("#fact-allergy")).to_contain_text("Pénicilline (choc)")
