"""The page of a circle's life: what each reader sees on it, and that its forms do what the API does."""
import pytest

from people.circles.models import Membership
from tests.circles.home import Home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def page(home: Home, who: str) -> str:
    """The page as somebody gets it."""
    answer = home.client(who).get(f"/circles/{home.circle}/life", headers={"accept": "text/html"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def send(home: Home, who: str, form: str, **fields: str) -> int:
    """The status of a form that was sent."""
    return int(home.client(who).post(f"/circles/{home.circle}/life/{form}", fields, headers={"accept": "text/html"}).status_code)


def test_a_state_is_changed_with_its_reason_and_taken_back(home: Home) -> None:
    assert send(home, "nurse", "state", state="closed", reason="Partie chez sa fille.") == 302
    assert "Partie chez sa fille." in page(home, "relative")
    assert "Take back" in page(home, "gp")
    assert send(home, "gp", "state", state="active", undo="1") == 302
    assert home.state == "active"
    assert "the change before was taken back" in page(home, "relative")


def test_a_state_needs_a_reason(home: Home) -> None:
    assert send(home, "nurse", "state", state="closed", reason=" ") == 422
    assert home.state == "active"


@pytest.mark.parametrize("state", ["erased", "gone"])
def test_nobody_sets_a_state_that_is_none_of_a_member_s(home: Home, state: str) -> None:
    assert send(home, "nurse", "state", state=state, reason="x") == 422


@pytest.mark.parametrize("form", ["state", "consents", "oppositions", "guardians"])
@pytest.mark.parametrize("who", ["home_help", "relative"])
def test_the_forms_are_not_for_everybody(home: Home, who: str, form: str) -> None:
    assert send(home, who, form) == 403
    assert f"/life/{form}" not in page(home, who)


def test_a_stranger_finds_nothing(home: Home) -> None:
    assert home.client("stranger").get(f"/circles/{home.circle}/life").status_code == 404
    assert send(home, "stranger", "state", state="closed", reason="x") == 404


def test_the_patient_withdraws_a_consent(home: Home) -> None:
    assert send(home, "patient", "consents", scope="circle", given="0") == 302
    assert home.state == "frozen"
    assert "Circle frozen" in page(home, "home_help")


def test_the_patient_puts_somebody_out_and_lets_them_come_back(home: Home) -> None:
    assert send(home, "patient", "oppositions", member=home.seat("pharmacist"), recorded_as="screen") == 302
    assert Membership.objects.get(opposed=True).role == "pharmacist"
    assert "Opposition to Camille Pharmacist" in page(home, "nurse")
    assert "Opposition to" not in page(home, "relative")
    mark = home.call("patient", "GET", "/oppositions")[1]["items"][0]["id"]
    assert send(home, "patient", "oppositions", opposition=mark) == 302
    assert not Membership.objects.filter(opposed=True).exists()


def test_what_the_service_refuses_is_said_on_the_page(home: Home) -> None:
    send(home, "patient", "consents", scope="circle", given="0")
    answer = home.client("nurse").post(f"/circles/{home.circle}/life/state", {"state": "active", "reason": "x"})
    assert answer.status_code == 409
    assert "Record a new one first" in answer.content.decode()


def test_what_does_not_parse_is_refused(home: Home) -> None:
    assert send(home, "nurse", "consents", scope="everything", given="1") == 422
    assert send(home, "nurse", "oppositions", member="x") == 404
    assert send(home, "nurse", "guardians", member=home.seat("relative"), ground="judgement", until="soon") == 422
    assert send(home, "nurse", "guardians", member="x", ground="judgement") == 404
