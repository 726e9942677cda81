"""Tasks on the wire: exactly one taker, told live to those alone who see the task."""
from typing import Any

from tests.contract.client import together
from tests.contract.world import Ring


def added(ring: Ring, who: str = "nurse", **body: Any) -> str:
    """A task; its id."""
    answer = ring[who].post(ring.path("/tasks"), **{"title": "Acheter des compresses", "audience": "circle", **body})
    assert answer.status == 201, answer.raw[:300]
    return str(answer.body["id"])


def test_of_many_takers_one_has_it_and_the_others_hear_who(ring: Ring) -> None:
    task, takers = added(ring), ("gp", "pharmacist", "coordinator", "specialist", "home_help")
    taking = ring.path(f"/tasks/{task}/taking")
    answers = dict(zip(takers, together(*[lambda who=who: ring[who].post(taking) for who in takers]), strict=True))
    (taker,) = [who for who, answer in answers.items() if answer.status == 200]
    for who in set(takers) - {taker}:
        assert answers[who].said == (409, "tasks.taken")
        assert answers[who].body["owner"]["member"] == ring.seats[taker]
    lines = ring["gp"].get(ring.path("/tasks?state=taken")).body["items"]
    assert [(item["id"], item["taker"]["member"]) for item in lines] == [(task, ring.seats[taker])]


def test_of_two_who_finish_at_once_the_next_is_made_once(ring: Ring) -> None:
    task = added(ring, repeat={"after_days": 7}, due_at="2031-01-06T07:00:00Z")
    finishing = ring.path(f"/tasks/{task}/completion")
    answers = together(*[lambda who=who: ring[who].post(finishing) for who in ("gp", "pharmacist", "gp")])
    assert {answer.status for answer in answers} <= {200, 409}
    assert len(ring["gp"].get(ring.path("/tasks?state=to_do")).body["items"]) == 1


def test_a_relative_s_numbers_do_not_move_with_what_is_for_professionals(ring: Ring) -> None:
    before = ring.head("relative")
    task = added(ring, audience="care_team")
    assert ring["gp"].post(ring.path(f"/tasks/{task}/completion")).status == 200
    assert ring.head("relative") == before
    assert ring["relative"].get(ring.path(f"/tasks/{task}")).said == ring["relative"].get(ring.path(f"/tasks/{ring.id}")).said
    added(ring)
    assert ring.head("relative") == before + 1
