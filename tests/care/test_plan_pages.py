"""The plan's pages and its paper, and the pages of a planned stay: by the reader's rights, without a script."""
import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from care.plan.bodies import PlanBody
from care.plan.models import StayRequest
from care.plan.planning import plan_entry
from care.plan.publishing import publish_plan
from foundation import clock
from hospital.stays.joining import join_stay
from people.audit.models import TrailLine
from tests.sealing import site_vault
from tests.stays.ward import Ward, load_ward

__all__ = ["site_vault"]
pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SOON = (clock.now().date() + dt.timedelta(days=12)).isoformat()


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """A patient with a published plan, of which the patient reads a part."""
    ward = load_ward(tmp_path)
    nadia = ward.member("nadia")
    assert nadia is not None
    for part, audience, text in (("priority", "circle", "Rester chez moi"), ("problem", "care_team", "Déni des troubles")):
        plan_entry(nadia, key=None, body=PlanBody.model_validate({"part": part, "audience": audience, "text": text}))
    publish_plan(nadia)
    return ward


def reading(ward: Ward, key: str) -> Client:
    """Somebody's browser, in French."""
    client = Client(headers={"accept": "text/html", "accept-language": "fr"})
    client.force_login(ward.person(key), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def printed(answer: Any) -> str:
    """The words of a paper."""
    assert answer.status_code == 200, answer.content[:300]
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


def test_each_reads_and_prints_their_own_part(ward: Ward) -> None:
    path = f"/circles/{ward.ids['circle']}/plan"
    for key, reads in (("gp", True), ("jeanne", False)):
        client = reading(ward, key)
        for address in (path, f"{path}?part=body", f"{path}/editions/1"):
            shown = client.get(address).content.decode()
            assert "Rester chez moi" in shown
            assert ("Déni" in shown) is reads
        words = printed(client.get(f"{path}.pdf"))
        assert "Rester chez moi" in words
        assert "DURAND Jeanne" in words
        assert ("Déni" in words) is reads
    assert TrailLine.objects.filter(what="plan.printed").count() == 2


def test_the_paper_is_tagged_and_says_its_language(ward: Ward) -> None:
    paper = PdfReader(BytesIO(reading(ward, "gp").get(f"/circles/{ward.ids['circle']}/plan.pdf").content))
    root: Any = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "fr"


def test_publishing_shows_what_is_new_first_and_agreeing_stands_on_the_page(ward: Ward) -> None:
    path, client = f"/circles/{ward.ids['circle']}/plan", reading(ward, "nadia")
    nadia = ward.member("nadia")
    assert nadia is not None
    plan_entry(nadia, key=None, body=PlanBody.model_validate({"part": "objective", "audience": "patient", "text": "Marcher 200 m"}))
    preview = client.get(f"{path}/publish").content.decode()
    assert "Marcher 200 m" in preview
    assert "Rester chez moi" not in preview
    assert client.post(f"{path}/publish")["Location"] == f"{path}/editions/2"
    assert client.post(f"{path}/publish")["Location"] == path
    assert reading(ward, "jeanne").post(f"{path}/editions/2/agree").status_code == 302
    assert "Jeanne Durand" in client.get(f"{path}/editions/2").content.decode()
    assert reading(ward, "jeanne").get(f"{path}/publish").status_code == 403


def test_staff_who_joined_for_a_stay_read_and_print_plan_and_agenda(ward: Ward) -> None:
    stay = ward.stay()
    client = reading(ward, "alice")
    path = f"/circles/{ward.ids['circle']}"
    assert client.get(f"{path}/plan").status_code == client.get(f"{path}/plan.pdf").status_code == 404
    join_stay(ward.person("alice"), stay=stay.pk)
    assert "Déni" in client.get(f"{path}/plan").content.decode()
    assert "Déni" in printed(client.get(f"{path}/plan.pdf"))
    window = "from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z"
    assert client.get(f"/api/v1{path}/appointments?{window}").status_code == 200


def test_a_stay_is_asked_and_answered_on_pages(ward: Ward) -> None:
    asking, path = reading(ward, "nadia"), f"/circles/{ward.ids['circle']}/stay"
    form = asking.get(path).content.decode()
    assert "Cardiologie" in form
    assert "liront le nom et la date de naissance" in form
    sent = {"hospital": ward.ids["chd"], "unit": ward.ids["cardio"], "reason": "Bilan", "audience": "care_team"}
    wrong = asking.post(path, {**sent, "wished_from": "2020-01-01"})
    assert wrong.status_code == 422
    assert "Bilan" in wrong.content.decode()
    assert asking.post(path, {**sent, "wished_from": SOON}).status_code == 302
    asked = StayRequest.objects.get()
    unit = reading(ward, "alice")
    assert "DURAND Jeanne" in unit.get(f"/units/{ward.ids['cardio']}/").content.decode()
    answer = f"/units/{ward.ids['cardio']}/asked/{asked.pk}"
    assert "Bilan" in unit.get(answer).content.decode()
    assert unit.post(answer, {"answer": "accepted"}).status_code == 422
    assert unit.post(answer, {"answer": "accepted", "planned_for": SOON, "text": "Venir à jeun"}).status_code == 302
    assert "Venir à jeun" in asking.get(f"/circles/{ward.ids['circle']}/plan").content.decode()
    assert "Venir à jeun" not in reading(ward, "jeanne").get(f"/circles/{ward.ids['circle']}/plan").content.decode()
    assert asking.post(f"{path}/{asked.pk}", {"withdraw": "1"}).status_code == 302
    assert "DURAND" not in unit.get(f"/units/{ward.ids['cardio']}/").content.decode()
