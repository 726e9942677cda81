"""The files of a circle in one list: each once, for whom a post shows it, of one kind or one place of the body, page by page."""
from typing import Any

import pytest

from media import album
from media.enums import MediaKind
from tests.circles.home import Home
from tests.media.shelf import shelved, statements, wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def page(home: Home, who: str, query: str = "") -> dict[str, Any]:
    """The list as somebody gets it."""
    status, answer = home.call(who, "GET", f"/media{query}")
    assert status == 200, answer
    return dict(answer)


def names(home: Home, who: str, query: str = "") -> list[str]:
    return [item["name"] for item in page(home, who, query)["items"]]


def test_each_reader_has_what_the_posts_that_they_see_carry_the_newest_first(home: Home) -> None:
    wrote(home, "nurse", [shelved(home, "nurse", name="soins.jpg")], "aux soins", audience="care_team")
    wrote(home, "nurse", [shelved(home, "nurse", name="a.jpg"), shelved(home, "nurse", name="b.jpg")], "à tous")
    shelved(home, "nurse", name="non postee.jpg")
    assert names(home, "gp") == ["a.jpg", "b.jpg", "soins.jpg"]
    assert names(home, "relative") == ["a.jpg", "b.jpg"]
    assert home.call("stranger", "GET", "/media")[0] == 404


def test_an_item_names_its_post_and_when_that_was_written(home: Home) -> None:
    post = wrote(home, "nurse", [shelved(home, "nurse", site="heel_left", caption="4 × 3 cm")])
    (item,) = page(home, "gp")["items"]
    assert item == {**post["media"][0], "post_id": post["id"], "at": post["received_at"]}
    assert (item["site"], item["caption"]) == ("heel_left", "4 × 3 cm")


def test_what_is_not_ready_or_was_withdrawn_is_not_there(home: Home) -> None:
    wrote(home, "nurse", [shelved(home, "nurse", state="processing"), shelved(home, "nurse", state="refused")], "en route")
    post = wrote(home, "nurse", [shelved(home, "nurse")])
    assert len(names(home, "gp")) == 1
    home.client("nurse").post(f"/api/v1/posts/{post['id']}/retraction", {"reason": "erreur"}, content_type="application/json")
    assert names(home, "gp") == names(home, "nurse") == []


def test_who_came_later_has_nothing_from_before(home: Home) -> None:
    old = shelved(home, "nurse", name="avant.jpg")
    wrote(home, "nurse", [old])
    home.call("nurse", "POST", "/members", person=home.people["newcomer"], role="nurse", history="from_now")
    assert names(home, "newcomer") == []
    wrote(home, "nurse", [old], "la revoici")
    assert names(home, "newcomer") == ["avant.jpg"]


def test_a_file_in_two_posts_comes_once_with_the_newest_that_the_reader_sees(home: Home) -> None:
    medium = shelved(home, "nurse")
    shown = wrote(home, "nurse", [medium], "à tous")
    inside = wrote(home, "nurse", [medium], "aux soins", audience="care_team")
    assert [item["post_id"] for item in page(home, "gp")["items"]] == [inside["id"]]
    assert [item["post_id"] for item in page(home, "relative")["items"]] == [shown["id"]]


def test_kind_and_place_of_the_body_choose(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album, "_STEP", 3)  # so that a few files take several steps
    for number in range(5):
        site = "heel_left" if number % 2 == 0 else "sacrum"
        wrote(home, "nurse", [shelved(home, "nurse", name=f"{number}.jpg", site=site)])
    wrote(home, "nurse", [shelved(home, "nurse", MediaKind.DOCUMENT, name="lettre.pdf")])
    assert names(home, "gp", "?kind=document") == ["lettre.pdf"]
    assert names(home, "gp", "?kind=photo&site=heel_left") == ["4.jpg", "2.jpg", "0.jpg"]
    first = page(home, "gp", "?kind=photo&site=heel_left&limit=2")
    assert [item["name"] for item in first["items"]] == ["4.jpg", "2.jpg"]
    assert names(home, "gp", f"?kind=photo&site=heel_left&limit=2&before={first['next']}") == ["0.jpg"]
    assert page(home, "gp", "?kind=photo&site=toes_left") == {"items": [], "next": None}


def test_pages_follow_each_other_through_the_files_of_one_post(home: Home) -> None:
    wrote(home, "nurse", [shelved(home, "nurse", name=name) for name in "abcde"])
    found, after = [], ""
    while True:
        one = page(home, "gp", f"?limit=2&before={after}")
        found.append([item["name"] for item in one["items"]])
        if one["next"] is None:
            break
        after = one["next"]
    assert found == [["a", "b"], ["c", "d"], ["e"]]


@pytest.mark.parametrize("query", ["?before=x", "?before=3-x", "?before=-1-2", "?kind=film"])
def test_what_makes_no_sense_is_refused(home: Home, query: str) -> None:
    assert home.call("gp", "GET", f"/media{query}")[0] == 422


def test_a_page_costs_the_same_however_many_files_it_has(home: Home) -> None:
    wrote(home, "nurse", [shelved(home, "nurse")])
    few = statements(lambda: page(home, "gp"))
    wrote(home, "nurse", [shelved(home, "nurse", name=f"{number}.jpg") for number in range(9)])
    assert statements(lambda: page(home, "gp")) == few
