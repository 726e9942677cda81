"""The patient's opposition: effective at once, standing against every way back, withdrawn by the patient."""
import pytest

from people.circles.models import Membership, Opposition
from tests.circles.home import SEATS, Home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def opposed(home: Home, who: str = "pharmacist") -> str:
    """The patient ends somebody's membership; the opposition's id."""
    assert home.call("patient", "DELETE", f"/members/{home.seat(who)}", reason="Je ne veux pas.")[0] == 204
    found: str = home.call("patient", "GET", "/oppositions")[1]["items"][0]["id"]
    return found


def admit(home: Home, by: str, who: str = "pharmacist", role: str = "pharmacist") -> tuple[int, dict[str, str]]:
    """Somebody lets somebody in."""
    status, answer = home.call(by, "POST", "/members", person=home.people[who], role=role, history="all")
    return status, answer


def test_what_the_patient_ends_is_an_opposition(home: Home) -> None:
    opposed(home)
    assert home.call("pharmacist", "GET")[0] == 404
    [noted] = home.call("nurse", "GET", "/oppositions")[1]["items"]
    assert (noted["member"]["member"], noted["by"]["member"], noted["reason"], noted["withdrawn_at"]) == (
        home.seat("pharmacist"), home.seat("patient"), "Je ne veux pas.", None,
    )  # fmt: skip


@pytest.mark.parametrize("by", ["nurse", "pharmacist"])
def test_what_others_end_is_none(home: Home, by: str) -> None:
    home.call(by, "DELETE", f"/members/{home.seat('pharmacist')}")
    assert not Opposition.objects.exists()
    assert admit(home, "nurse")[0] == 201


def test_leaving_oneself_is_none(home: Home) -> None:
    home.call("patient", "DELETE", f"/members/{home.seat('patient')}")
    assert not Membership.objects.filter(opposed=True).exists()


@pytest.mark.parametrize("by", ["nurse", "coordinator", "gp"])
def test_who_was_opposed_is_not_let_in_by_others(home: Home, by: str) -> None:
    opposed(home)
    status, answer = admit(home, by)
    assert (status, answer["code"]) == (409, "circles.opposed")


def test_not_in_another_role_either(home: Home) -> None:
    opposed(home)
    assert admit(home, "nurse", role="relative")[1]["code"] == "circles.opposed"


def test_withdrawn_the_person_may_be_let_in_again(home: Home) -> None:
    mark = opposed(home)
    assert home.call("patient", "DELETE", f"/oppositions/{mark}")[0] == 204
    assert admit(home, "nurse")[0] == 201
    [noted] = home.call("nurse", "GET", "/oppositions")[1]["items"]
    assert noted["withdrawn_by"]["member"] == home.seat("patient")
    assert home.said("patient", "DELETE", f"/oppositions/{mark}") == (404, "http.not_found")


def test_the_patient_who_lets_somebody_in_again_withdraws_it(home: Home) -> None:
    opposed(home, "relative")
    assert admit(home, "patient", "relative", "relative")[0] == 201
    assert not Membership.objects.filter(opposed=True).exists()


@pytest.mark.parametrize("who", [who for who in SEATS if who != "home_help"])
def test_who_writes_down_an_opposition_on_paper(home: Home, who: str) -> None:
    status, _ = home.call(who, "POST", "/oppositions", member=home.seat("home_help"), recorded_as="paper")
    assert status == (201 if who in {"nurse", "gp", "coordinator", "patient"} else 403)
    assert Membership.objects.filter(opposed=True).exists() == (status == 201)


def test_nobody_opposes_the_patient(home: Home) -> None:
    assert home.said("nurse", "POST", "/oppositions", member=home.seat("patient")) == (403, "circles.not_allowed.role")


def test_a_stranger_s_seat_is_not_there(home: Home) -> None:
    assert home.said("patient", "POST", "/oppositions", member=str(home.circle)) == (404, "http.not_found")
    assert home.said("stranger", "GET", "/oppositions") == (404, "http.not_found")


TOLD = {"nurse": True, "pharmacist": True, "patient": True, "home_help": False, "relative": False}


@pytest.mark.parametrize(("who", "may"), TOLD.items())
def test_who_is_told_of_oppositions(home: Home, who: str, may: bool) -> None:
    mark = opposed(home, "trusted")
    home.call("patient", "DELETE", f"/oppositions/{mark}")
    assert (home.call(who, "GET", "/oppositions")[0] == 200) is may
    kinds = [item["kind"] for item in home.items(who)]
    assert ("opposition.withdrawn" in kinds) is may
    assert kinds.count("member.left") == 1


def test_the_line_says_so_to_the_care_team_and_the_patient_only(home: Home) -> None:
    opposed(home, "home_help")
    left = {who: next(item for item in home.items(who) if item["kind"] == "member.left") for who in ("nurse", "patient", "relative")}
    assert {who: item["member"].get("opposed", False) for who, item in left.items()} == {"nurse": True, "patient": True, "relative": False}
