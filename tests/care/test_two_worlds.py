"""The same week in all rooms twice: once with what professionals keep among themselves, once without. Nobody else may see a difference.

In one process, through the real API and pages. What the socket sends is made by the same tellers as `changes`.
"""
import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from care.records.items import everything_of
from tests.circles.home import PROFESSIONS, SEATS, Home
from tests.portal.cast import load

pytestmark = pytest.mark.django_db(databases="__all__")
AUDIENCES = ("circle", "patient", "care_team")
WATCHERS = ("patient", "relative", "home_help")
SOON = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_HOUR = re.compile(r"\b\d{1,2}:\d\d\b")
_HANDS = re.compile(r'(csrfmiddlewaretoken" value|csrf-token" content|nonce|data-cercle-epoch|"epoch")(=|: ?)"[^"]*"')
Between = Callable[[Home], None]


def _world(folder: Path, suffix: str) -> Home:
    """A circle whose people bear the same names in both worlds."""
    same = {"password": "Zx9-un-cheval", "structures": [], "units": [], "language": "en"}
    people = [
        {**same, "key": key + suffix, "email": f"{key}{suffix}@example.org", "family_name": key.title(), "given_name": "Camille",
         "profession": PROFESSIONS.get(key)} for key in SEATS
    ]  # fmt: skip
    members = [{"person": key + suffix, "role": role, "history": "all", "since": None, "until": None} for key, role in SEATS.items()]
    patient = {"key": f"p{suffix}", "family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09",
               "sex": "F", "birth_place_code": "40088", "ins": None, "members": members}  # fmt: skip
    ids = load(folder, {"structures": [], "people": people, "patients": [patient]})
    return Home(UUID(ids[f"p{suffix}"]), {key: ids[key + suffix] for key in SEATS})


def done(home: Home, who: str, method: str, rest: str, **body: Any) -> Any:
    """Something that somebody did."""
    path = f"/api/v1/circles/{home.circle}{rest}"
    sent = json.dumps(body) if body else ""
    answer = home.client(who).generic(method, path, sent, content_type="application/json", headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code < 300, (method, rest, answer.content)
    return answer.json() if answer.content else None


def kept(home: Home, audience: str, word: str) -> None:
    """Something in every room for an audience, changed, taken, done, published, withdrawn, exported."""
    task = done(home, "nurse", "POST", "/tasks", title=f"{word} pansement", audience=audience, due_at=SOON.isoformat())
    done(home, "gp", "POST", "/tasks", title=f"{word} ordonnance", note=word, audience=audience, urgency="urgent", to=["nurse"])
    done(home, "nurse", "PATCH", f"/tasks/{task['id']}", title=f"{word} pansement du soir")
    done(home, "nurse", "POST", f"/tasks/{task['id']}/taking")
    done(home, "nurse", "POST", f"/tasks/{task['id']}/completion")
    start = SOON + dt.timedelta(hours=AUDIENCES.index(audience))  # not all at one moment: of those the order is nobody's
    when = {"start": start.isoformat(), "end": (start + dt.timedelta(hours=2)).isoformat()}
    again = {"rrule": "FREQ=DAILY;COUNT=3", "attendees": [home.seat("nurse")], **when}
    visit = done(home, "nurse", "POST", "/appointments", kind="visit", title=f"{word} visite", audience=audience, **again)
    done(home, "nurse", "PATCH", f"/appointments/{visit['id']}", place=f"{word} à la maison")
    gone = done(home, "gp", "POST", "/appointments", title=f"{word} annulé", audience=audience, attendees=[home.seat("nurse")], **when)
    done(home, "gp", "DELETE", f"/appointments/{gone['id']}")
    for value in ("62.5", "64.0"):
        noted = done(home, "nurse", "POST", "/measures", kind="weight", values={"value": value}, audience=audience, confirm=True)
    done(home, "nurse", "POST", f"/measures/{noted['id']}/withdrawal", reason=word)
    entry = done(home, "gp", "POST", "/summary", field="allergy", text=f"{word} pénicilline", audience=audience)
    done(home, "gp", "PATCH", f"/summary/{entry['id']}", text=f"{word} pénicilline, grave")
    done(home, "gp", "POST", "/plan", part="priority", text=f"{word} rester chez elle", audience=audience)
    action = done(home, "gp", "POST", "/plan", part="action", text=f"{word} kiné", audience=audience, member=home.seat("nurse"))
    done(home, "gp", "PATCH", f"/plan/{action['id']}", text=f"{word} kiné deux fois")
    done(home, "gp", "POST", "/plan/editions")
    _fill(home, audience, word)
    done(home, "nurse", "POST", "/exports", format="zip")


def _fill(home: Home, audience: str, word: str) -> None:
    """The shipped sheet about pain, answered; the others are refused for what they ask besides."""
    forms = [form["id"] for form in done(home, "nurse", "GET", "/sheets")["forms"]]
    body = {"answers": {"scale": "self", "eva": 2, "where": word}, "audience": audience}
    statuses = []
    for form in forms:
        sent, key = json.dumps({**body, "form": form}), {"Idempotency-Key": str(uuid4())}
        answer = home.client("nurse").post(f"/api/v1/circles/{home.circle}/sheets", sent, content_type="application/json", headers=key)
        statuses.append(answer.status_code)
    assert 201 in statuses, statuses


def nothing(home: Home) -> None:
    """The week without."""


def among_us(home: Home) -> None:
    """What professionals keep among themselves."""
    kept(home, "care_team", "entre nous")


API = (
    "", "/posts", "/changes?after=0&limit=500", "/changes?after=3&limit=2", "/tasks", "/tasks?state=done", "/tasks?late=1", "/tasks?mine=1",
    "/tasks?posts=1", "/measures", "/measures?kind=weight", "/summary", "/plan", "/plan/unpublished", "/plan/editions/1",
    "/plan/editions/2", "/stay-requests", "/sheets", "/exports", "/media",
)  # fmt: skip
PAGES = ("", "/people", "/summary", "/tasks", "/tasks?part=list", "/agenda", "/plan", "/sheets", "/export", "/life")


def told(home: Home, who: str) -> list[str]:
    """All that somebody below the care team is answered, page by page; ids and times as such."""
    client, base = home.client(who), f"/circles/{home.circle}"
    window = f"from={SOON - dt.timedelta(days=20):%Y-%m-%dT00:00:00Z}&to={SOON + dt.timedelta(days=20):%Y-%m-%dT00:00:00Z}"
    addresses = [f"/api/v1{base}{rest}" for rest in (*API, f"/appointments?{window}")]
    addresses += [f"/api/v1/me/agenda?{window}", "/api/v1/circles", *(base + rest for rest in PAGES), "/todo", "/"]
    answers = [(address, client.get(address)) for address in addresses]
    lines = [f"{address} {answer.status_code} {answer.content.decode()}" for address, answer in answers]
    items = [json.dumps([family, item]) for family, _record, item in everything_of(home.inside(who))]
    return _plain([*lines, *items])


def _plain(lines: list[str]) -> list[str]:
    seen: dict[str, str] = {}
    known = lambda found: seen.setdefault(found[0], f"id{len(seen)}")  # noqa: E731
    return [_HANDS.sub(r"\1", _HOUR.sub("H", _TIME.sub("T", _ID.sub(known, line)))) for line in lines]


def lived(home: Home, between: Between) -> dict[str, list[str]]:
    """Who below the care team was told what."""
    between(home)
    kept(home, "circle", "à tous")
    between(home)
    kept(home, "patient", "à Jeanne")
    between(home)
    return {who: told(home, who) for who in WATCHERS}


def test_nobody_below_sees_which_week_it_was(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with_it, without = lived(_world(tmp_path / "a", "_a"), among_us), lived(_world(tmp_path / "b", "_b"), nothing)
    for who in WATCHERS:
        different = [(_first(one, other)) for one, other in zip(with_it[who], without[who], strict=False) if one != other]
        assert different == [], (who, different)
        assert len(with_it[who]) == len(without[who])
        assert not any("entre nous" in line for line in with_it[who])
        assert any("à tous" in line for line in with_it[who])


def _first(one: str, other: str) -> tuple[str, str, str]:
    """The address, and where two answers begin to differ."""
    at = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))
    return one[:90], one[max(0, at - 60) : at + 120], other[max(0, at - 60) : at + 120]


def test_the_care_team_sees_it(tmp_path: Path) -> None:
    """The comparison can fail."""
    home = _world(tmp_path, "_c")
    among_us(home)
    found = told(home, "gp")
    families = {family for family, _record, _item in everything_of(home.inside("gp"))}
    assert {"task", "appointment", "measure", "summary", "plan", "sheet"} <= families
    assert sum("entre nous" in line for line in found) > 8
