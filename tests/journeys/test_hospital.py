"""The hospital in the thread, in real browsers: a card for each reader, a ward that joins, an emergency, a computer changing hands."""
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.contract.hospital import Sender, stamp, told
from tests.gateway.messages import Adt
from tests.journeys.world import PASSWORD, World, item, open_thread, write
from tests.service import ROOT, Service, free_port, running_service

INS = "241034008800082"
# key → (family name, given name, profession, units)
CAST: dict[str, tuple[str, str, str | None, list[str]]] = {
    "alice": ("Martin", "Alice", "nurse", []),
    "claire": ("Durand-Moreau", "Claire", None, []),
    "odile": ("Darrieux", "Odile", "nurse", ["cardio"]),
    "paula": ("Larrieu", "Paula", "physician", ["emergency"]),
}


def _scenario() -> dict[str, Any]:
    units = [{"key": "cardio", "code": "4420", "name": "Cardiologie"}, {"key": "emergency", "code": "4100", "name": "Urgences"}]
    people = [
        {"key": key, "email": f"{key}@example.org", "password": PASSWORD, "family_name": family, "given_name": given, "gender": "F",
         "profession": profession, "language": "fr", "structures": ["chd"] if wards else [], "units": wards}
        for key, (family, given, profession, wards) in CAST.items()
    ]  # fmt: skip
    patient = {
        "key": "circle", "family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F",
        "birth_place_code": "40088", "ins": INS,
        "members": [{"person": "alice", "role": "nurse", "history": "all"}, {"person": "claire", "role": "relative", "history": "all"}],
    }  # fmt: skip
    hospital = {"key": "chd", "name": "CH de Dax", "finess": "400000001", "kind": "hospital", "units": units, "mllp": {"msh4": "CH-DAX"}}
    return {"structures": [hospital], "people": people, "patients": [patient]}


def _load(service: Service) -> dict[str, str]:
    file = service.data / "scenario.json"
    file.write_text(json.dumps(_scenario()))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CERCLE_", "DJANGO_"))}
    env = {**inherited, "CERCLE_DATA": str(service.data), "CERCLE_DEMO": "0"}
    command = [sys.executable, "manage.py", "load_scenario", str(file)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    ids: dict[str, str] = json.loads(done.stdout)
    return ids


class Ward:
    """A service with a hospital's listener, and who is around one patient."""

    def __init__(self, service: Service, port: int, ids: dict[str, str]) -> None:
        self.service, self.port, self.ids = service, port, ids
        self.sessions: dict[str, Any] = {}

    def send(self, trigger: str, movement: str, at: str) -> None:
        """A message of the hospital about the patient; the answer says that it was taken."""
        known = {"ins": INS, "ipp": "70", "birth_name": "Petit", "used_name": "Durand", "given": "Jeanne", "born": "19410309"}
        with Sender(self.port) as sender:
            message = Adt(trigger, stay="V0", movement=movement, at=at, sent=stamp(), **known)  # type: ignore[arg-type]
            assert told(sender.send(message)) == ("AA", "")


@pytest.fixture(scope="module")
def ward() -> Iterator[Ward]:
    """One service for these journeys."""
    port = free_port()
    with running_service(demo=False, CERCLE_LIMITS="off", CERCLE_MLLP_PORT=str(port)) as service:
        yield Ward(service, port, _load(service))


@pytest.fixture
def cast(ward: Ward, browser: Browser) -> Iterator[World]:
    """The people of that service, in browsers."""
    world = World(ward.service, browser, ward.ids, ward.ids["circle"], ward.sessions)
    yield world
    world.close()


def test_an_admission_and_who_comes_with_it_stand_in_each_thread_in_their_own_words(ward: Ward, cast: World) -> None:
    nurse = cast.reading("alice")
    daughter = cast.reading("claire", viewport={"width": 360, "height": 780})
    ward.send("A01", "1", stamp(hours=1))
    card = nurse.locator(".c-post--event")
    expect(card).to_contain_text("Entrée à l’hôpital")
    expect(card).to_contain_text("CH de Dax, Cardiologie")
    expect(nurse.locator("[data-cercle-stay]")).to_contain_text("(CH de Dax, Cardiologie)")
    hers = daughter.locator(".c-post--event")
    expect(hers).to_contain_text("À l’hôpital depuis")
    expect(daughter.locator("[data-cercle-stay]")).to_contain_text("À l’hôpital depuis")
    assert "Dax" not in daughter.locator("main").inner_text()

    staff = cast.context("odile", viewport={"width": 360, "height": 780}).new_page()
    staff.goto("/")
    staff.get_by_role("link", name="Unité").click()
    staff.get_by_role("link", name="DURAND Jeanne").click()
    expect(staff.get_by_text("Tout le monde dans le fil verra que vous l’avez rejoint")).to_be_visible()
    staff.get_by_role("button", name="Rejoindre le fil").click()
    expect(staff.locator("[data-cercle-name]")).to_have_text("DURAND Jeanne")
    write(staff, "Bien arrivée, elle dîne.")
    for page in (nurse, daughter):
        expect(page.locator(".c-retracted", has_text="Odile Darrieux (CH de Dax) est entrée dans le fil")).to_be_visible()
    expect(item(nurse, "Bien arrivée, elle dîne.")).to_contain_text("Odile Darrieux")

    ward.send("A03", "2", stamp(minutes=5))
    for page in (nurse, daughter):
        expect(page.locator(".c-retracted", has_text="Odile Darrieux (CH de Dax) reste dans le fil jusqu’à")).to_be_visible()
        expect(page.locator(".c-retracted", has_text="est entrée dans le fil")).to_have_count(1)
    out = nurse.locator(".c-post--event", has_text="Retour à la maison")
    out.get_by_role("button", name="Je m’en occupe").click()
    expect(out.get_by_role("button", name="C’est fait")).to_be_visible()
    out.get_by_role("button", name="Prévoir la prochaine visite").click()
    expect(nurse.locator("[data-cercle-text]")).to_have_value("Prévoir la prochaine visite")
    expect(nurse.locator("[data-cercle-urgency]")).to_contain_text("À faire")
    expect(daughter.locator(".c-post--event", has_text="À la maison depuis")).to_be_visible()


def test_an_emergency_shows_whom_it_opens_and_everybody_of_the_care_team_hears_of_it(cast: World) -> None:
    nurse = cast.reading("alice")
    doctor = cast.context("paula").new_page()
    doctor.goto("/break-glass")
    doctor.get_by_label("Nom de famille, d’usage ou de naissance").fill("Durand")
    doctor.get_by_label("Premier prénom").fill("Jeanne")
    doctor.get_by_label("Date de naissance").fill("09/03/1941")
    doctor.get_by_role("button", name="Chercher cette personne").click()
    expect(doctor.locator(".c-guest")).to_contain_text("DURAND Jeanne")
    doctor.locator("input[value=treatment]").check()
    doctor.get_by_label("Dans vos mots").fill("Arrivée inconsciente, traitements inconnus.")
    doctor.get_by_role("button", name="C’est cette personne").click()
    expect(doctor.locator("[data-cercle-glass]")).to_contain_text("Accès d’urgence jusqu’à")
    doctor.locator("[data-cercle-audience]").click()
    expect(doctor.locator("input[name=audience]")).to_have_count(1)  # nobody but the care team
    expect(nurse.locator(".c-retracted", has_text="Accès d’urgence de Dr Paula Larrieu (CH de Dax)")).to_be_visible()


def test_a_computer_of_a_ward_changes_hands_in_one_step(cast: World) -> None:
    page = cast.context().new_page()
    page.goto("/accounts/login/?other")
    page.get_by_label("Poste partagé d’un service").check()
    expect(page.get_by_label("Poste partagé d’un service")).to_be_checked()

    def sign_in(who: str) -> None:
        page.get_by_text("Adresse et mot de passe").click()
        page.locator('input[name="login"]').fill(f"{who}@example.org")
        page.locator('input[name="password"]').fill(PASSWORD)
        page.locator('input[name="password"]').press("Enter")

    sign_in("odile")
    expect(page.locator(".c-wardbar")).to_contain_text("Odile Darrieux")
    page.get_by_role("button", name="Changer de personne").click()
    sign_in("paula")
    expect(page.locator(".c-wardbar")).to_contain_text("Paula Larrieu")
    open_thread(page, cast.thread)
    expect(page.get_by_role("button", name="Changer de personne")).to_be_visible()
