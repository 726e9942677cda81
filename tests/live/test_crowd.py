"""A burst beyond every socket's credit: the crowd catches up together, each screen once and in order, and nobody for another."""
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.contract.cast import scenario
from tests.contract.client import Person, line_to
from tests.contract.running import Server
from tests.contract.wire import Wire

PEOPLE = {"nurse": "nurse", "gp": "physician", "daughter": None}
CAST = scenario(PEOPLE, {"circle": [("nurse", "nurse"), ("gp", "gp"), ("daughter", "relative")]})
_POSTS, _LONG = 400, 2000  # 800 KB of texts against 256 KiB that may be unconfirmed
_BURST = """
from uuid import UUID, uuid4
from django.db import transaction
from journal.protocol import PostBody
from journal.services import write_post
from people.accounts.models import Person
from people.circles.access import enter
author = enter(Person.objects.get(email="gp@example.org"), UUID("{circle}"))
with transaction.atomic():
    for number in range({posts}):
        audience = "care_team" if number % 4 == 0 else "circle"
        write_post(author, key=uuid4(), body=PostBody(text=str(number) * {long}, audience=audience))
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path) as running:
        yield running


def complete(screen: Wire, circle: str, head: int) -> bool:
    """Whether this screen has everything that its standing may see, once and in order."""
    deadline = time.monotonic() + 60
    while (not screen.items(circle) or screen.items(circle)[-1]["seq"] < head) and time.monotonic() < deadline:
        screen.got()
        time.sleep(0.05)
    return [item["seq"] for item in screen.items(circle)] == list(range(1, head + 1))


def test_a_crowd_behind_a_burst_gets_all_of_it_once_and_in_order(server: Server) -> None:
    with ExitStack() as stack:
        line = stack.enter_context(line_to(server.url))
        circle = server.load(CAST)["circle"]
        people = {key: Person(line, key).sign_in() for key in PEOPLE}
        crowd = [(key, stack.enter_context(people[key].wire(circle))) for key in ("nurse", "nurse", "nurse", "gp", "daughter", "daughter")]
        server.manage("shell", "-v", "0", "-c", _BURST.format(circle=circle, posts=_POSTS, long=_LONG // 3))
        heads = {key: person.get(f"circles/{circle}").body["head"] for key, person in people.items()}
        assert heads["nurse"] == heads["gp"] > heads["daughter"]
        for key, screen in crowd:
            assert complete(screen, circle, heads[key])
            audiences = {item["post"]["audience"] for item in screen.items(circle) if item["kind"] == "post.written"}
            assert audiences == ({"circle"} if key == "daughter" else {"circle", "care_team"})
