"""A circle's own budget: it bites at those above the contract's promise only, and in no other circle."""
from uuid import UUID, uuid4

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from foundation.limits import Bucket
from people.circles import budgets
from people.circles.budgets import over_circle

SLOW = 0.001  # a minute's worth: nothing comes back within a test


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The budgets with their bursts alone."""
    monkeypatch.setattr(budgets, "_CIRCLE", Bucket(SLOW, 1200))
    monkeypatch.setattr(budgets, "_OWN_SHARE", Bucket(SLOW, 66))


def refused(circle: UUID, person: UUID, times: int) -> int:
    """How many of so many writes a person would have to wait for."""
    request: HttpRequest = RequestFactory().post("/")
    return sum(bool(over_circle(request, person, circle)) for _ in range(times))


def test_a_hundred_honest_accounts_write_a_burst_each() -> None:
    circle = uuid4()
    assert [refused(circle, uuid4(), 60) for _ in range(100)] == [0] * 100


def test_a_circle_that_floods_is_slowed_and_no_other_one() -> None:
    noisy, quiet = uuid4(), uuid4()
    flood = [refused(noisy, uuid4(), 120) for _ in range(20)]
    assert flood == [0] * 10 + [120 - 66] * 10  # the first ten have used up what there was
    assert refused(quiet, uuid4(), 120) == 0
    assert refused(noisy, uuid4(), 60) == 0  # somebody honest among them


def test_reading_costs_a_circle_nothing() -> None:
    circle, person = uuid4(), uuid4()
    request = RequestFactory().get("/")
    assert not any(over_circle(request, person, circle) for _ in range(3000))
    assert refused(circle, person, 1200) == 0


def test_a_key_that_is_forgotten_begins_anew() -> None:
    bucket = Bucket(SLOW, 1)
    assert [bucket.take("a") > 0, bucket.take("a") > 0, bucket.take("b") > 0] == [False, True, False]
    bucket.forget("a")
    bucket.forget("nobody")
    assert [bucket.take("a") > 0, bucket.take("b") > 0] == [False, True]
