"""Terms: nothing has to run for a membership to end. The clock is moved by the file that the contract names."""
import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.client import line_to
from tests.contract.running import Server
from tests.contract.world import Ring, World, load_world

HOUR = 3600


class Clock:
    """Moves the service's clock forward, never back."""

    def __init__(self, file: Path) -> None:
        self._file, self._seconds = file, 0

    def forward(self, seconds: int) -> None:
        """So much later."""
        self._seconds += seconds
        self._file.write_text(str(self._seconds))
        time.sleep(0.5)  # the service reads the file a few times a second

    def term(self, seconds: int) -> str:
        """A moment so long after the present one of the service."""
        return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self._seconds + seconds)).isoformat()


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    """The file."""
    return Clock(tmp_path_factory.mktemp("clock") / "offset")


@pytest.fixture(scope="module")
def world(clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server of its own: the others must not see their clock move."""
    with Server(tmp_path_factory.mktemp("term"), CERCLE_CLOCK_OFFSET_FILE=str(clock._file)) as running, line_to(running.url) as line:
        yield load_world(running, line, circles=8)


def test_a_term_reached_ends_everything_within_a_second(ring: Ring, clock: Clock) -> None:
    ring.admit("newcomer_0", "nurse", until=clock.term(HOUR))
    newcomer = ring.world.person("newcomer_0")
    with newcomer.wire(ring.id) as wire, newcomer.wire() as idle:
        ring["nurse"].wrote(ring.id, "avant")
        wire.item(ring.id, "post.written", "avant")
        clock.forward(HOUR + 60)
        wire.event("ended", circle=ring.id)
        ring["nurse"].wrote(ring.id, "après")
        idle.settle()
        assert "après" not in "".join(wire.texts)
        assert ring.head("nurse") not in [frame["head"] for frame in idle.events("inbox")]
    assert newcomer.get(ring.path()).status == 404


def test_a_socket_that_does_not_watch_hears_of_the_term_too(ring: Ring, clock: Clock) -> None:
    ring.admit("newcomer_0", "nurse", until=clock.term(HOUR))
    with ring.world.person("newcomer_0").wire() as wire:
        clock.forward(HOUR + 60)
        wire.event("ended", circle=ring.id)


def test_the_ended_member_is_shown_as_ended(ring: Ring, clock: Clock) -> None:
    seat = ring.admit("newcomer_0", "nurse", until=clock.term(HOUR))
    clock.forward(HOUR + 60)
    member = next(one for one in ring["nurse"].get(ring.path()).body["members"] if one["id"] == seat)
    assert member["state"] == "ended"


def test_a_term_frees_what_was_taken(ring: Ring, clock: Clock) -> None:
    post = ring["nurse"].wrote(ring.id, "chute", urgency="urgent")["id"]
    ring.admit("newcomer_0", "nurse", until=clock.term(HOUR))
    ring.world.person("newcomer_0").post(f"posts/{post}/acknowledgement")
    with ring["gp"].wire(ring.id) as wire:
        clock.forward(HOUR + 60)
        item = wire.item(ring.id, "alert.reopened")
    assert (item["post"]["alert"]["state"], item["post"]["alert"]["owner"]) == ("open", None)


def test_after_the_term_one_may_be_admitted_anew(ring: Ring, clock: Clock) -> None:
    seat = ring.admit("newcomer_0", "nurse", until=clock.term(HOUR))
    clock.forward(HOUR + 60)
    assert ring.admit("newcomer_0", "nurse") != seat


def test_the_service_s_time_is_the_clock_s(ring: Ring, clock: Clock) -> None:
    clock.forward(24 * HOUR)
    received = dt.datetime.fromisoformat(ring["nurse"].wrote(ring.id)["received_at"])
    assert abs(received - dt.datetime.fromisoformat(clock.term(0))) < dt.timedelta(minutes=5)
    assert ring["nurse"].get("me").status == 200
