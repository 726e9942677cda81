"""Rights of the person: the archive holds what its owner may read and no more, a name is set right, a closed account keeps authorship."""
import io
import json
import re
from typing import Any
from zipfile import ZipFile

import pytest

from journal.models import Post
from people.accounts.models import Person, Session
from people.audit.models import TrailLine
from people.circles.models import Membership
from tests.accounts.cast import browser, post
from tests.audit.world import PASSWORD, World

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def confirmed(who: str) -> Any:
    """Somebody's browser, signed in by the form, the password shown once more a moment ago."""
    client = browser()
    assert post(client, "/accounts/login/", {"login": f"{who}@example.org", "password": PASSWORD}).status_code == 302
    assert post(client, "/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def nurse(world: World) -> Any:
    """The nurse's."""
    return confirmed("nurse")


def opened(answer: Any) -> dict[str, Any]:
    """The archive's files."""
    content = b"".join(answer.streaming_content)
    answer.close()
    with ZipFile(io.BytesIO(content)) as archive:
        return {name.removesuffix(".json"): json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_the_archive_holds_what_one_wrote_and_nothing_of_others(world: World, nurse: Any) -> None:
    world.say("nurse", "Pansement refait.")
    asked = world.say("gp", "Question du médecin.", "care_team", urgency="todo")
    world.say("nurse", "Réponse de l’infirmière.", reply_to=asked["id"])
    world.call("stranger", "GET", f"circles/{world.circle}")
    files = opened(post(nurse, "/me/archive", {}))
    assert [one["text"] for one in files["posts"]] == ["Pansement refait.", "Réponse de l’infirmière."]
    assert "Question du médecin" not in json.dumps(files, ensure_ascii=False)
    assert (files["account"]["family_name"], files["account"]["email"]) == ("Martin", "nurse@example.org")
    assert {one["person"]["id"] for one in files["accesses"]} == {world.ids["nurse"]}
    assert files["sessions"]


def test_the_archive_names_no_circle_that_one_has_left(world: World, nurse: Any) -> None:
    world.say("nurse", "Pansement refait.")
    assert "DURAND" in json.dumps(opened(post(nurse, "/me/archive", {})))
    world.call("coordinator", "DELETE", f"circles/{world.circle}/members/{world.member('nurse')}")
    files = opened(post(nurse, "/me/archive", {}))
    assert files["posts"] == []
    assert [one["patient"] for one in files["memberships"]] == [None]
    assert "DURAND" not in json.dumps(files)


def test_a_copy_leaves_a_line_and_asks_for_the_password_after_a_while(world: World, nurse: Any) -> None:
    post(nurse, "/me/archive", {}).close()
    assert TrailLine.objects.filter(what="archive.made", person=world.person("nurse").pk).count() == 1
    for path in ("/me/archive", "/me/closing", "/me/correction"):
        answer = world.browser("nurse").get(path)  # signed in without ever showing a password
        assert answer.status_code == 302
        assert "/accounts/reauthenticate/" in answer["Location"]
        assert world.browser("nurse").post(path).status_code == 302
    assert world.person("nurse").is_active


def test_a_name_is_set_right_and_sealed_again(world: World, nurse: Any) -> None:
    before = bytes(world.person("nurse").names)
    assert post(nurse, "/me/correction", {"given_name": "Alix", "family_name": "Martin", "profession": "nurse"}).status_code == 302
    person = world.person("nurse")
    assert (person.name, person.confirmed) == ("Alix Martin", True)
    assert bytes(person.names) != before
    assert b"Alix" not in bytes(person.names)


def test_another_profession_is_declared_again_and_ends_what_rested_on_it(world: World, nurse: Any) -> None:
    post(nurse, "/me/correction", {"given_name": "Alice", "family_name": "Martin", "profession": "pharmacist"})
    person = world.person("nurse")
    assert (person.profession, person.confirmed, person.rpps) == ("pharmacist", False, "")
    assert world.call("nurse", "GET", f"circles/{world.circle}").status_code == 404


def test_a_closed_account_is_out_everywhere_and_keeps_what_it_wrote(world: World, nurse: Any) -> None:
    written = world.say("nurse", "Pansement refait.")["id"]
    taken = world.say("gp", "Qui passe ?", urgency="todo")["id"]
    assert world.call("nurse", "POST", f"posts/{taken}/acknowledgement", {}).status_code == 200
    said = post(nurse, "/me/closing", {}).content.decode()
    assert re.search("compte est fermé|account is closed", said)
    person = world.person("nurse")
    assert (person.is_active, person.email, person.name) == (False, None, "Alice Martin")
    assert not Session.objects.filter(person=person).exists()
    assert not Membership.objects.filter(person=person, ended_at=None).exists()
    told = world.call("gp", "GET", f"posts/{written}").json()
    assert (told["author"]["name"], told["text"]) == ("Alice Martin", "Pansement refait.")
    assert Post.objects.get(pk=taken).alert_state == "open"
    assert TrailLine.objects.filter(circle=world.circle, what="member.left").exists()
    assert TrailLine.objects.filter(circle=person.pk, what="account.closed").exists()
    assert post(browser(), "/accounts/login/", {"login": "nurse@example.org", "password": PASSWORD}).status_code == 200


def test_the_last_of_a_care_team_is_told_where_and_stays(world: World, nurse: Any) -> None:
    for who in ("pharmacist", "coordinator", "gp"):
        world.call("gp", "DELETE", f"circles/{world.circle}/members/{world.member(who)}")
    page = nurse.get("/me/closing").content.decode()
    assert "DURAND Jeanne" in page
    assert "Close my account for good" not in page
    assert post(nurse, "/me/closing", {}).status_code == 409
    assert world.person("nurse").is_active
    assert world.call("nurse", "GET", f"circles/{world.circle}").status_code == 200


def test_a_relative_closes_without_leaving_a_circle_behind(world: World) -> None:
    assert post(confirmed("relative"), "/me/closing", {}).status_code == 200
    assert not Person.objects.get(pk=world.ids["relative"]).is_active


def test_the_privacy_notice_is_for_anybody_and_names_who_answers(settings: Any) -> None:
    settings.CONTROLLER, settings.PRIVACY_CONTACT = "GCS Landes", "dpo@example.org"
    page = browser().get("/privacy").content.decode()
    assert all(word in page for word in ("GCS Landes", "dpo@example.org", "CNIL"))
