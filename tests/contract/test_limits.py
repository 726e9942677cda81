"""The limits, on a server that has them: nothing bites below what the contract promises, and what floods is told so."""
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from tests.contract.cast import scenario
from tests.contract.client import Answer, Person, line_to
from tests.contract.running import Server

PEOPLE = dict.fromkeys(("writer", "flooder", "talker", "caller", "ringer", "owner"), "nurse")


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


def at_once(*asked: Callable[[], Answer]) -> list[Answer]:
    """The answers to requests that are all under way together, so that a slow machine gives no bucket time to fill again."""
    with ThreadPoolExecutor(len(asked)) as pool:
        return [coming.result() for coming in [pool.submit(one) for one in asked]]


def flood(person: Person, circle: str, **words: str) -> list[Callable[[], Answer]]:
    """More posts than anybody may write at once; without words, so that each costs little."""
    return [lambda: person.write(circle, "", **words)] * 250


def test_a_flood_of_posts_is_told_when_to_come_back(limited: tuple[dict[str, Person], str]) -> None:
    people, circle = limited
    refused = next(answer for answer in at_once(*flood(people["flooder"], circle)) if answer.status == 429)
    assert refused.said == (429, "http.too_fast")
    assert int(refused.headers["Retry-After"]) >= 1
    assert people["writer"].get(f"circles/{circle}").status == 200


def test_who_has_used_up_everything_still_calls_and_answers(limited: tuple[dict[str, Person], str]) -> None:
    people, circle = limited
    caller = people["caller"]
    call = partial(caller.write, circle, "Elle ne répond plus.", urgency="urgent")
    answers = at_once(*flood(caller, circle), *[call] * 5)
    assert 429 in {answer.status for answer in answers[:-5]}
    assert {answer.status for answer in answers[-5:]} == {201}
    takes = [partial(caller.post, f"posts/{answer.body['id']}/acknowledgement") for answer in answers[-5:]]
    answers = at_once(*flood(caller, circle), *takes)
    assert 429 in {answer.status for answer in answers[:-5]}
    assert {answer.status for answer in answers[-5:]} == {200}


def test_what_rings_has_an_end_of_its_own_which_is_said_aloud(limited: tuple[dict[str, Person], str]) -> None:
    people, circle = limited
    ringer = people["ringer"]
    assert {ringer.write(circle, str(number), urgency="urgent").status for number in range(60)} == {201}
    refused = [answer for answer in at_once(*flood(ringer, circle, urgency="urgent")) if answer.status == 429]
    assert {answer.said for answer in refused} == {(429, "journal.too_many_urgent")}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
    assert people["writer"].write(circle, "Appelez le 15.", urgency="urgent").status == 201


def test_a_device_that_runs_wild_leaves_its_owner_the_other_one(limited: tuple[dict[str, Person], str]) -> None:
    people, circle = limited
    telephone = Person(people["owner"].line, "owner").sign_in()
    mark = partial(telephone.put, f"circles/{circle}/read", seq=0)
    answers = at_once(*flood(people["owner"], circle), *[mark] * 40)
    assert 429 in {answer.status for answer in answers[:-40]}
    assert {answer.status for answer in answers[-40:]} == {200}


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
    with people["writer"].wire(circle) as heir:  # whatever was kept of the cut one, where it stood in memory
        for _ in range(100):
            heir.say('{"op":"ping"}')
        assert heir.ask(op="ping")["ok"]
    with people["talker"].wire(circle) as again:  # who comes back has not a whole burst once more
        assert again.ask(op="ping")["ok"]
        with suppress(ConnectionError):
            for _ in range(350):
                again.say('{"op":"ping"}')
        assert again.close_code == 4429
