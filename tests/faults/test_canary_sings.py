"""The canary on a real service: it sings, it alarms while the web process is stopped, it says when that is over; and nobody meets it."""
import email
import email.policy
import os
import signal
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cast import scenario
from tests.contract.client import Person, line_to
from tests.contract.running import Server
from tests.platform.test_probes import measured

_PATIENCE_S = 300.0
CAST = scenario({"nurse": "nurse", "gp": "physician"}, {"circle": [("nurse", "nurse"), ("gp", "gp")]})


def until(wanted: Callable[[], Any]) -> Any:
    """Waits for it; what it gave."""
    end = time.monotonic() + _PATIENCE_S
    while not (found := wanted()):
        assert time.monotonic() < end
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service with a canary that does not wait for a minute."""
    settings = {"CERCLE_CANARY": "1", "CERCLE_CANARY_EVERY_S": "1", "CERCLE_OPERATOR_EMAIL": "operator@example.org"}
    with Server(tmp_path_factory.mktemp("canary"), **settings) as server:
        yield server


def asked(server: Server, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of the service's database."""
    with closing(sqlite3.connect(f"file:{server.data}/cercle.sqlite3?mode=ro", uri=True, timeout=60)) as database:
        return list(database.execute(statement, values))


def letters(server: Server) -> list[bool]:
    """The e-mails to the operator, oldest first: whether each says that there is trouble, or that it is over."""
    files = sorted((server.data / "mail").glob("*"), key=lambda file: file.stat().st_mtime_ns)
    mails = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return ["n’est pas arrivé" in mail["Subject"] for mail in mails if mail["To"] == "operator@example.org"]


def canary(server: Server) -> Any:
    """(delay, code, troubled since, told, whose turn it was) of the row; nothing where it has not sung yet."""
    rows = asked(server, "SELECT delay_s, code, troubled_since, told, turn FROM portal_canary WHERE heard_at IS NOT NULL")
    return rows[0] if rows else None


def test_it_sings_and_the_numbers_say_so(server: Server) -> None:
    until(lambda: canary(server) and measured(server.port)[1].get("cercle_canary_silent") == 0)
    assert measured(server.port)[1]["cercle_canary_delay_seconds"] > 0
    posts = asked(server, "SELECT count(*) FROM journal_post")[0][0]
    until(lambda: asked(server, "SELECT count(DISTINCT author_id) FROM journal_post")[0][0] == 2)  # both write, in turns
    until(lambda: asked(server, "SELECT count(*) FROM journal_post")[0][0] > posts)


def test_it_alarms_once_while_the_web_process_is_stopped_and_says_when_that_is_over(server: Server) -> None:
    until(lambda: canary(server) and canary(server)[2] is None)
    before = letters(server)
    web = server.pid("web")
    os.kill(web, signal.SIGSTOP)
    try:
        until(lambda: canary(server)[3])
        tries = canary(server)[4]
        until(lambda: canary(server)[4] != tries)  # it has tried again, and told nobody anew
        assert letters(server) == [*before, True]
    finally:
        os.kill(web, signal.SIGCONT)
    until(lambda: canary(server)[2] is None)
    told = letters(server)
    assert told[len(before) :][:2] == [True, False]
    assert told == [place % 2 == 0 for place in range(len(told))]  # on a busy machine it may have been late before: each once
    assert "canary.silent code=" in server.words
    assert "canary.sings delay_ms=" in server.words


def test_nobody_meets_it_and_it_meets_nobody(server: Server) -> None:
    until(lambda: canary(server))
    ids = server.load(CAST)
    member = str(uuid.UUID(asked(server, "SELECT id FROM accounts_person WHERE synthetic")[0][0]))
    circle = synthetic(server)
    with line_to(server.url) as line:
        nurse = Person(line, "nurse").sign_in()
        assert nurse.get("people", q="Canari").body["items"] == []
        assert nurse.get(f"circles/{circle}").status == 404
        refused = nurse.post(f"circles/{ids['circle']}/members", person=member, role="relative", history="all")
        assert refused.said == (422, "circles.no_such_person")
        assert [one["id"] for one in nurse.get("circles").body["items"]] == [ids["circle"]]
        traits = {"family_name": "CANARI", "birth_name": "CANARI", "given_names": ["CANARI"], "birth_date": "1900-01-01", "sex": "U"}
        made = nurse.post("circles", patient=traits, role="nurse", consent={"given": True, "recorded_as": "oral"})
        assert made.status == 201, made.raw  # no likely double: its traits find nothing
    assert circle not in server.manage("erase_due")
    assert asked(server, "SELECT count(*) FROM notifications_notice")[0][0] == 0


def synthetic(server: Server) -> str:
    """The canary's circle."""
    return str(uuid.UUID(asked(server, "SELECT id FROM circles_circle WHERE synthetic")[0][0]))


def test_its_accounts_have_no_way_in(server: Server) -> None:
    until(lambda: canary(server))
    rows = asked(server, "SELECT email, rpps, profession, confirmed_at, password FROM accounts_person WHERE synthetic")
    assert len(rows) == 2
    for address, rpps, profession, confirmed_at, password in rows:
        assert (address, rpps, profession, confirmed_at) == (None, "", "", None)
        assert password.startswith("!")
    addresses = "SELECT count(*) FROM account_emailaddress WHERE user_id IN (SELECT id FROM accounts_person WHERE synthetic)"
    assert asked(server, addresses)[0][0] == 0


def test_yesterdays_circle_is_erased_and_leaves_no_posts(server: Server, tmp_path: Path) -> None:
    until(lambda: canary(server))
    former = synthetic(server)
    script = (
        "from portal.canary.making import make_pair, forget_former\n"
        "from people.circles.models import Circle\nimport datetime as dt\n"
        "Circle.objects.filter(synthetic=True).update(opened_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))\n"
        "pair = make_pair(); forget_former(pair.circle)"
    )
    server.manage("shell", "-v", "0", "-c", script)
    hexed = former.replace("-", "")
    assert asked(server, "SELECT state FROM circles_circle WHERE id = ?", hexed) == [("erased",)]
    assert asked(server, "SELECT count(*) FROM journal_post WHERE circle_id = ?", hexed)[0][0] == 0
    assert asked(server, "SELECT count(*) FROM feed_feedline WHERE feed_id = ?", hexed)[0][0] == 0
    until(lambda: asked(server, "SELECT count(*) FROM journal_post WHERE circle_id != ?", hexed)[0][0] > 0)  # it sings on in the new one
    until(lambda: canary(server)[2] is None)
