"""Real browsers: the machine's Chromium, and a service that is started once as a user starts it."""
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.chromium import launch_options
from tests.journeys.sounds import hearing, speak_into
from tests.journeys.world import World, load
from tests.service import Service, running_service

Cast = tuple[dict[str, str], Iterator[int]]
DEVICES = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
expect.set_options(timeout=20_000)  # a busy machine is no failure


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """How pytest-playwright starts it: with a microphone and a camera that need no device."""
    options = launch_options()
    voice = speak_into(tmp_path_factory.mktemp("sounds") / "voice.wav")
    return {**browser_type_launch_args, **options, "args": [*options["args"], *DEVICES, hearing(voice)]}


@pytest.fixture(scope="session")
def plain_service() -> Iterator[Service]:
    """The product without its demo and without limits, shared by the journeys of the thread."""
    with running_service(demo=False, CERCLE_LIMITS="off") as running:
        yield running


@pytest.fixture(scope="session")
def cast(plain_service: Service, request: pytest.FixtureRequest) -> Cast:
    """Everybody's ids, and the numbers of circles that no test has used yet: one for each test that asks for a world."""
    wanted = sum("world" in getattr(item, "fixturenames", ()) for item in request.session.items)
    return load(plain_service, wanted), count()


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """Who has signed in so far, with their cookies."""
    return {}


@pytest.fixture
def world(plain_service: Service, browser: Browser, cast: Cast, sessions: dict[str, Any]) -> Iterator[World]:
    """A circle that is this test's own."""
    ids, numbers = cast
    made = World(plain_service, browser, ids, ids[f"p{next(numbers)}"], sessions)
    yield made
    made.close()
