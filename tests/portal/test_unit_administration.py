"""The page of a hospital's units: who is on which list, a file looked at before it changes anything, and what the hospital has set."""
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from foundation import clock
from hospital.stays.arranging import arrangement_of
from hospital.stays.enums import Discretion, StayState
from people.accounts.models import Administrator
from tests.sealing import site_vault
from tests.stays.ward import HOUR, Ward, load_ward

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
__all__ = ["site_vault"]


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """The hospital of Dax, administered by Nadia."""
    made = load_ward(tmp_path)
    Administrator.objects.create(person=made.person("nadia"), structure_id=made.id("chd"), since=clock.now())
    return made


def browser(ward: Ward, key: str) -> Client:
    """Somebody of the cast, signed in, reading French."""
    client = Client()
    client.force_login(ward.person(key), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_who_is_taken_off_a_list_is_out_of_its_threads_at_once(ward: Ward) -> None:
    stay, nadia, units = ward.stay(), browser(ward, "nadia"), f"/structures/{ward.ids['chd']}/units"
    assert ward.call("alice", "POST", f"stays/{stay.pk}/join")[0] == 201
    assert "Alice Martin" in nadia.get(units).content.decode()
    nadia.post(f"{units}/take", {"person": ward.ids["alice"], "unit": ward.ids["cardio"]})
    assert ward.member("alice") is None
    nadia.post(f"{units}/place", {"person": ward.ids["bruno"], "unit": ward.ids["cardio"]})
    assert ward.call("bruno", "POST", f"stays/{stay.pk}/join")[0] == 201
    assert browser(ward, "gp").get(units).status_code == 404


def test_a_file_is_looked_at_before_it_changes_anything(ward: Ward) -> None:
    stay, nadia, units = ward.stay(), browser(ward, "nadia"), f"/structures/{ward.ids['chd']}/units"
    ward.call("alice", "POST", f"stays/{stay.pk}/join")
    refused = SimpleUploadedFile("units.csv", "email;unité\nbruno@example.org;4420\nnobody@example.org;4420\n".encode())
    page = nadia.post(f"{units}/preview", {"file": refused, "whole": "on"}).content.decode()
    assert "Invitez d’abord cette personne" in page
    assert "sort de la liste de Cardiologie, et aussitôt de ses fils" not in page  # of a file with a refused line nobody is missing
    file = SimpleUploadedFile("units.csv", "email;unité\nbruno@example.org;4420\n".encode())
    page = nadia.post(f"{units}/preview", {"file": file, "whole": "on"}).content.decode()
    assert "sort de la liste de Cardiologie, et aussitôt de ses fils" in page
    assert "arrive sur la liste de Cardiologie" in page
    assert ward.member("alice") is not None
    kept = re.findall(r'name="file" value="([^"]+)"', page)[0]
    nadia.post(f"{units}/apply", {"file": kept, "whole": "on"})
    assert ward.member("alice") is None


def test_a_shorter_grace_ends_at_once_what_it_no_longer_covers(ward: Ward) -> None:
    stay, nadia, units = ward.stay(), browser(ward, "nadia"), f"/structures/{ward.ids['chd']}/units"
    ward.call("alice", "POST", f"stays/{stay.pk}/join")
    ward.move(stay, state=StayState.ENDED, discharged_at=clock.now() - 3 * HOUR)
    assert ward.member("alice") is not None
    said = {"grace_h": "2", "stale_h": "12", "discretion": "nobody", "leaves": "on", "discreet": [ward.ids["geria"]]}
    nadia.post(f"{units}/arrange", said)
    held = arrangement_of(ward.id("chd"))
    assert (held.grace_h, held.stale_h, held.discretion, held.outpatients, held.leaves) == (2, 12, Discretion.NOBODY, False, True)
    assert set(held.discreet) == {ward.id("geria")}
    assert ward.member("alice") is None
    nadia.post(f"{units}/arrange", {**said, "grace_h": "99"})
    assert arrangement_of(ward.id("chd")).grace_h == 2
