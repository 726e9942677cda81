"""What the rooms' pages and lists ask of the database is the same however much there is in the room."""
import datetime as dt
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation import clock
from people.circles.models import Membership
from tests.care.filling import drawn_form, fill
from tests.circles.around import Around

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
KINDS = ("posts", "tasks", "appointments", "measures", "plan", "summary", "sheets")


def addresses(circle: str) -> list[str]:
    """Pages and lists of the rooms."""
    now = clock.now()
    window = f"from={now - dt.timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}&to={now + dt.timedelta(days=60):%Y-%m-%dT%H:%M:%SZ}"
    pages = [f"/circles/{circle}{room}" for room in ("", "/summary", "/tasks", "/agenda", "/agenda?view=week", "/plan", "/sheets")]
    rooms = ("", "/summary", "/tasks", f"/appointments?{window}", "/measures", "/sheets", "/plan")
    return [*pages, *(f"/api/v1/circles/{circle}{room}" for room in rooms)]


def asked(client: Client, address: str) -> list[str]:
    """The statements of a second request: what only a first one does is done."""
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as statements:
        assert client.get(address).status_code == 200, address
    return [statement["sql"] for statement in statements.captured_queries]


def shape(sql: str) -> str:
    """A statement without its values."""
    return " ".join(word for word in sql.split() if not word.startswith("'"))[:200]


def test_statements_do_not_grow_with_what_is_in_the_room(house: Around) -> None:
    rows = Membership.objects.select_related("circle__patient", "person")
    writers = [rows.get(pk=house.member(name).pk) for name in ("nadia", "alice", "helene")]
    wanted = drawn_form()
    readers = {name: house.of(name).client for name in ("helene", "claire")}
    pages = [(name, address) for name in readers for address in addresses(house.circle)]
    fill(writers[:1], dict.fromkeys(KINDS, 6), wanted)
    for client in readers.values():
        client.get(f"/circles/{house.circle}/summary")  # the trail asks twice of an hour's first opening, and remembers it then
    few = {page: asked(readers[page[0]], page[1]) for page in pages}
    fill(writers, dict.fromkeys(KINDS, 30), wanted, first=6)
    differ = {}
    for page in pages:
        before, after = Counter(map(shape, few[page])), Counter(map(shape, asked(readers[page[0]], page[1])))
        if before.total() != after.total():
            differ[page] = (after - before, before - after)
    assert not differ, differ


def test_a_page_of_many_tasks_shows_the_first_of_them_and_leads_to_all(house: Around) -> None:
    rows = Membership.objects.select_related("circle__patient", "person")
    writers = [rows.get(pk=house.member(name).pk) for name in ("nadia", "alice")]
    fill(writers, {**dict.fromkeys(KINDS, 0), "tasks": 63}, drawn_form())
    client = house.of("helene").client

    def shown(rest: str) -> tuple[int, bool]:
        page = client.get(f"/circles/{house.circle}/tasks{rest}").content.decode()
        return page.count('data-cercle-task="'), "data-cercle-all" in page

    assert shown("") == shown("?part=list") == (40 + 21, True)
    assert shown("?all") == shown("?part=list&all") == (63, False)
