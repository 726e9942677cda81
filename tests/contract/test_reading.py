"""Pages, search, and the changes by HTTP."""

import pytest

from tests.contract.world import Ring


def found(ring: Ring, q: str, role: str = "nurse") -> list[str]:
    """The texts that a search brings up, newest first."""
    answer = ring[role].post(ring.path("/search"), q=q)
    assert answer.status == 200, answer.raw
    return [post["text"] for post in answer.body["items"]]


@pytest.fixture(scope="module")
def told(shared: Ring) -> Ring:
    """A circle in which some things were said."""
    ring = shared.world.fresh()
    for text, audience in [
        ("Chute dans l'escalier, douleur à la hanche", "care_team"),
        ("Une œdème des deux pieds", "circle"),
        ("Son cœur va mieux", "circle"),
        ("Repas pris à midi", "relatives"),
        ("escalier ciré hier", "circle"),
        ("ＨＢＰＭ ½ dose", "circle"),
    ]:
        ring["nurse"].wrote(ring.id, text, audience)
    return ring


@pytest.mark.parametrize(
    ("q", "hits"),
    [
        ("ESCALIER", 2),
        ("escal", 2),
        ("scalier", 0),
        ("hanché", 1),
        ("a hanche", 1),
        ("escalier hanche", 1),
        ("hanche escalier", 1),
        ("oedeme", 1),
        ("œdème", 1),
        ("coeur", 1),
        ("hbpm", 1),
        ("", 0),
        ("   ", 0),
        ("'", 0),
        (".*", 0),
        ("l'escalier", 1),
        ("midi repas", 1),
        ("midi pieds", 0),
    ],
)
def test_search_ignores_accents_case_and_ligatures(told: Ring, q: str, hits: int) -> None:
    assert len(found(told, q)) == hits


def test_search_finds_only_what_one_reads(told: Ring) -> None:
    assert {role: len(found(told, "escalier", role)) for role in ("gp", "relative", "patient", "home_help")} == {
        "gp": 2,
        "relative": 1,
        "patient": 1,
        "home_help": 1,
    }


def test_search_looks_at_the_present_text(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, "Tension basse")
    ring["nurse"].post(f"posts/{post['id']}/corrections", text="Tension haute", reason="x")
    assert (found(ring, "basse"), found(ring, "haute")) == ([], ["Tension haute"])


def test_search_goes_on_before_a_number(told: Ring) -> None:
    first = told["nurse"].post(told.path("/search"), q="escalier", limit=1).body
    rest = told["nurse"].post(told.path("/search"), q="escalier", limit=1, before=first["next"]).body
    by_number = told["nurse"].post(told.path("/search"), q="escalier", before=first["items"][0]["seq"]).body
    assert [post["text"][:5] for post in first["items"] + rest["items"]] == ["escal", "Chute"]
    assert by_number["items"] == rest["items"]


def test_search_without_words_is_refused(told: Ring) -> None:
    assert told["nurse"].post(told.path("/search")).said == (422, "http.invalid")


# Pages ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long(shared: Ring) -> Ring:
    """A circle with more posts than a page holds."""
    ring = shared.world.fresh()
    for number in range(60):
        ring["nurse"].wrote(ring.id, f"{number}", "circle" if number % 2 else "care_team")
    return ring


@pytest.mark.parametrize("role", ["gp", "patient"])
def test_pages_hold_every_post_once_newest_first(long: Ring, role: str) -> None:
    numbers, page = [], long[role].get(long.path("/posts"), limit=7).body
    while True:
        numbers += [post["seq"] for post in page["items"]]
        if page["next"] is None:
            break
        page = long[role].get(long.path("/posts"), limit=7, before=page["next"]).body
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == (60 if role == "gp" else 30)


@pytest.mark.parametrize(("limit", "items"), [(None, 50), (500, 60), (100_000, 60), (1, 1), (60, 60)])
def test_a_page_is_fifty_by_default_and_clamped(long: Ring, limit: int | None, items: int) -> None:
    page = long["gp"].get(long.path("/posts"), **({} if limit is None else {"limit": limit})).body
    assert len(page["items"]) == items
    assert (page["next"] is None) == (items == 60)


@pytest.mark.parametrize("limit", [0, -3])
def test_a_senseless_limit_is_clamped(long: Ring, limit: int) -> None:
    assert long["gp"].get(long.path("/posts"), limit=limit).status in {200, 422}


def test_a_page_tells_the_head_and_epoch_of_its_snapshot(long: Ring) -> None:
    page, circle = long["patient"].get(long.path("/posts")).body, long["patient"].get(long.path()).body
    assert (page["head"], page["epoch"]) == (circle["head"], circle["epoch"])


@pytest.mark.parametrize("before", ["-1", "1.5", "x", "9007199254740993", "٣", "1e3", "0x10", "99999999999999999999"])
def test_a_senseless_place_is_refused(long: Ring, before: str) -> None:
    assert long["gp"].get(long.path("/posts"), before=before).status == 422


@pytest.mark.parametrize("around", ["0001-01-01", "9999-12-31", "2026-02-30", "today"])
def test_any_day_is_answered(long: Ring, around: str) -> None:
    assert long["gp"].get(long.path("/posts"), around=around).status in {200, 422}


# Changes ----------------------------------------------------------------------------------------------------------------------


def test_changes_come_in_order_in_pieces(long: Ring) -> None:
    cursor, numbers, epoch = 0, [], None
    while True:
        page = long["patient"].get(long.path("/changes"), after=cursor, limit=8, **({"epoch": epoch} if epoch else {})).body
        assert page["after"] == cursor
        numbers += [item["seq"] for item in page["items"]]
        if page["to"] == cursor:
            break
        cursor, epoch = page["to"], page["epoch"]
    assert numbers == list(range(1, page["head"] + 1))


def test_a_cursor_of_another_epoch_or_beyond_the_head_is_reset(long: Ring) -> None:
    now = long["gp"].get(long.path()).body
    for query in ({"after": 3, "epoch": "another"}, {"after": now["head"] + 1}, {"after": now["head"] + 1, "epoch": now["epoch"]}):
        answer = long["gp"].get(long.path("/changes"), **query)
        assert answer.said == (409, "feed.reset")
        assert (answer.body["head"], answer.body["epoch"]) == (now["head"], now["epoch"])


def test_at_the_head_there_is_nothing_more(long: Ring) -> None:
    head = long.head("gp")
    page = long["gp"].get(long.path("/changes"), after=head).body
    assert (page["after"], page["to"], page["items"]) == (head, head, [])


@pytest.mark.parametrize("after", ["-1", "1.5", "x", "9007199254740992", "99999999999999999999", "٣", "NaN", "1e3"])
def test_what_is_no_number_is_a_bad_cursor(long: Ring, after: str) -> None:
    assert long["gp"].get(long.path("/changes"), after=after).said == (422, "feed.bad_cursor")


def test_an_epoch_is_another_for_another_member(long: Ring) -> None:
    assert len({long[role].get(long.path()).body["epoch"] for role in ("gp", "nurse", "patient")}) == 3
