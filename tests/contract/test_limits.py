"""The limits, on a server that has them: nothing bites below what the contract promises, and what floods is told so."""
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.contract.cast import scenario
from tests.contract.client import Person, line_to
from tests.contract.running import Server

PEOPLE = {"writer": "nurse", "flooder": "nurse", "talker": "nurse"}


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Person], str]]:
    """People of a server with limits, and their circle."""
    with Server(tmp_path_factory.mktemp("limits"), CERCLE_LIMITS="on") as running, line_to(running.url) as line:
        ids = running.load(scenario(PEOPLE, {"circle": [(who, "nurse") for who in PEOPLE]}))
        yield {who: Person(line, who).sign_in() for who in PEOPLE}, ids["circle"]


def test_a_burst_of_sixty_posts_and_a_minute_s_reads_pass(limited: tuple[dict[str, Person], str]) -> None:
    people, circle = limited
    assert {people["writer"].write(circle, str(number)).status for number in range(60)} == {201}
    assert {people["writer"].get("me").status for _ in range(200)} == {200}


def test_a_flood_of_posts_is_told_when_to_come_back(limited: tuple[dict[str, Person], str]) -> None:
    people, circle = limited
    answers = (people["flooder"].put(f"circles/{circle}/read", seq=0) for _ in range(600))
    refused = next(answer for answer in answers if answer.status != 200)
    assert refused.said == (429, "http.too_fast")
    assert int(refused.headers["Retry-After"]) >= 1
    assert people["writer"].get(f"circles/{circle}").status == 200


def test_a_flood_of_frames_ends_the_socket_and_confirming_never_does(limited: tuple[dict[str, Person], str]) -> None:
    people, circle = limited
    with people["talker"].wire(circle) as wire, people["writer"].wire(circle) as other:
        for _ in range(2000):
            wire.say({"op": "got", "n": 1})
        assert wire.ask(op="ping")["ok"]
        with suppress(ConnectionError):  # the close may come between two frames
            for _ in range(1500):
                wire.say('{"op":"ping"}')
        assert wire.close_code == 4429
        assert other.ask(op="ping")["ok"]
