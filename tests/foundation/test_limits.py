"""Buckets: what they hold, what they cost, and that one's emptiness is nobody else's."""
import pytest

from foundation.errors import TooFast
from foundation.limits import Bucket, require_room

SLOW = 0.001  # a minute's worth: nothing comes back within a test


def test_a_burst_passes_and_what_follows_waits() -> None:
    bucket = Bucket(per_minute=SLOW, burst=3)
    assert [bucket.take("a") for _ in range(3)] == [0.0] * 3
    assert bucket.take("a") > 0
    assert bucket.wait("a") > 0
    assert bucket.take("b") == 0.0


def test_looking_takes_nothing() -> None:
    bucket = Bucket(per_minute=SLOW, burst=1)
    assert {bucket.wait("a") for _ in range(5)} == {0.0}
    assert bucket.take("a") == 0.0


def test_full_buckets_are_forgotten_and_others_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foundation.limits._SWEEP_AT", 10)
    quick, slow = Bucket(per_minute=6e9, burst=2), Bucket(per_minute=SLOW, burst=2)
    for number in range(500):
        quick.take(number)
        slow.take(number)
    assert len(quick._levels) < 50
    assert len(slow._levels) == 500


def test_whoever_is_told_to_wait_is_told_at_least_as_long() -> None:
    require_room(0.0)
    with pytest.raises(TooFast) as told:
        require_room(1.2)
    assert told.value.retry_after == 2
