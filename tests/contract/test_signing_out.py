"""Signing out by each way closes the socket with 4401 and leaves 401 behind it; another person's socket stays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.contract.cast import PASSWORD, scenario
from tests.contract.client import Answer, Person
from tests.contract.world import Ring, World

APP = "/_allauth/app/v1"
NEW = "Quatre-ponts-sur-la-Midouze-1982"


@dataclass
class Signed:
    """A nurse of a circle with two sessions: the one that is looked at, and another device."""

    world: World
    here: Person
    elsewhere: Person
    circle: str

    def app(self, who: Person, method: str, path: str, **body: object) -> Answer:
        """A call of the headless API."""
        return self.here.line.send(method, f"{APP}/{path}", headers=who.headers, json=body or None)

    def end_the_one_here(self) -> None:
        """From the other device's list of sessions."""
        listed = self.app(self.elsewhere, "GET", "auth/sessions").body["data"]
        others = [session["id"] for session in listed if not session["is_current"]]
        assert self.app(self.elsewhere, "DELETE", "auth/sessions", sessions=others).status == 200

    def sign_out(self) -> None:
        """Here."""
        assert self.app(self.here, "DELETE", "auth/session").status == 401

    def change_the_password(self) -> None:
        """On the other device."""
        body = {"current_password": PASSWORD, "new_password": NEW}
        assert self.app(self.elsewhere, "POST", "account/password/change", **body).status == 200

    def close_the_account(self) -> None:
        """By the operator, from another process."""
        self.world.server.manage("account", "close", f"{self.here.key}@example.org")

    def end_all(self) -> None:
        """By the operator, from another process."""
        self.world.server.manage("account", "end-sessions", f"{self.here.key}@example.org")


@pytest.fixture(scope="module")
def leavers(world: World) -> Iterator[tuple[str, str]]:
    """(person, circle) of nurses whom no other test knows, loaded at once."""
    keys = [f"leaving_{number}" for number in range(len(WAYS) + 2)]
    ids = world.server.load(scenario(dict.fromkeys(keys, "nurse"), {f"around_{key}": [(key, "nurse")] for key in keys}))
    return iter([(key, ids[f"around_{key}"]) for key in keys])


@pytest.fixture
def signed(world: World, leavers: Iterator[tuple[str, str]]) -> Signed:
    """The next of them, signed in on two devices."""
    key, circle = next(leavers)
    return Signed(world, Person(world.line, key).sign_in(), Person(world.line, key).sign_in(), circle)


WAYS: list[Callable[[Signed], None]] = [
    Signed.sign_out,
    Signed.end_the_one_here,
    Signed.change_the_password,
    Signed.close_the_account,
    Signed.end_all,
]


@pytest.mark.parametrize("leave", WAYS, ids=lambda way: way.__name__)
def test_the_socket_closes_and_calls_are_refused(signed: Signed, shared: Ring, leave: Callable[[Signed], None]) -> None:
    with signed.here.wire(signed.circle) as mine, shared["gp"].wire(shared.id) as anothers:
        leave(signed)
        assert signed.here.get(f"circles/{signed.circle}").said == (401, "accounts.not_signed_in")
        assert mine.close_code == 4401
        assert anothers.is_open


def test_signing_out_here_leaves_the_other_device_signed_in(signed: Signed) -> None:
    with signed.elsewhere.wire(signed.circle) as other:
        signed.sign_out()
        other.settle()
        assert other.is_open
    assert signed.elsewhere.get(f"circles/{signed.circle}").status == 200


def test_nothing_written_after_the_end_comes_to_it(signed: Signed) -> None:
    with signed.here.wire(signed.circle) as mine:
        signed.end_the_one_here()
        signed.elsewhere.wrote(signed.circle, "Apres la fin")
        assert mine.close_code == 4401
        assert [item["kind"] for item in mine.items(signed.circle)] == ["member.joined"]
