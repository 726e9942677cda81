"""docs/protocol.md: every example is what the real encoders make, and every operation and event has one."""
import datetime as dt
import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import translation

from foundation import clock
from foundation.clock import rfc3339
from foundation.errors import Invalid, NotFound
from foundation.http import problem
from foundation.vault import seal
from journal import errors
from messaging.live import protocol
from messaging.live.outlet import marks_event
from people.accounts.models import Person
from tests.portal.cast import SCENARIO, load

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "protocol.md").read_text()
CLIENT = [json.loads(line) for line in re.findall(r"(?m)^→ (\{.*)$", TEXT)]
SERVER = [json.loads(line) for line in re.findall(r"(?m)^← (\{.*)$", TEXT)]
NAMED = {name: json.loads(block) for name, block in re.findall(r"<!-- (\w+) -->\n```json\n(.*?)```", TEXT, re.S)}
EVENTS = {"items", "receipts", "typing", "inbox", "heads", "reset", "ended"}


def encoded(frame: dict[str, Any]) -> bytes:
    """The same frame, made by the encoders of the socket."""
    if "ok" in frame:
        return protocol.answer(frame["re"], **{key: value for key, value in frame.items() if key not in {"re", "ok"}})
    if "error" in frame:
        error = NotFound() if frame["error"]["code"] == "http.not_found" else Invalid(**frame["error"])
        return protocol.refusal(frame["re"], error)
    members = {key: value for key, value in frame.items() if key not in {"n", "event"}}
    if frame["event"] == "items":
        items = [protocol.encoded(item) for item in frame["items"]]
        return protocol.numbered(frame["n"], protocol.items_event(UUID(frame["circle"]), frame["after"], frame["to"], items))
    if frame["event"] == "receipts":
        receipts = {receipt["member"]: receipt for receipt in frame["receipts"]}
        return protocol.numbered(frame["n"], marks_event(UUID(frame["circle"]), receipts))
    return protocol.numbered(frame["n"], protocol.event(frame["event"], **members))


@pytest.mark.parametrize("frame", SERVER, ids=lambda frame: str(frame.get("event", frame.get("re"))))
def test_what_the_server_says_is_what_its_encoders_make(frame: dict[str, Any]) -> None:
    with translation.override("en"):
        assert json.loads(encoded(frame)) == frame


@pytest.mark.parametrize("frame", CLIENT, ids=lambda frame: str(frame["op"]))
def test_what_a_client_says_is_taken(frame: dict[str, Any]) -> None:
    assert protocol.parse_frame(json.dumps(frame)) == frame


def test_every_operation_and_every_event_has_an_example() -> None:
    assert {frame["op"] for frame in CLIENT} == set(protocol.OPERATIONS)
    assert {frame["event"] for frame in SERVER if "event" in frame} == EVENTS


def test_an_error_is_written_as_it_is_answered() -> None:
    with translation.override("en"):
        assert json.loads(problem(errors.empty_post()).content) == NAMED["problem"]


@pytest.fixture
def seen(tmp_path: Path) -> dict[str, Any]:
    """What the API answers around an urgent post that was answered, taken and withdrawn."""
    seal.forget()
    seal.create_vault(seal.SITE)
    scenario = json.loads(json.dumps(SCENARIO))
    scenario["people"][1].update(profession="physician", confirmed=True)
    scenario["patients"][0]["members"][1].update(role="gp", history="all")
    circle = load(tmp_path, scenario)["p1"]
    nurse, gp = Client(), Client()
    nurse.force_login(Person.objects.get(email="alice@example.org"))
    gp.force_login(Person.objects.get(email="claire@example.org"))
    post = write(nurse, circle, "Qui passe ce soir ?", to=["gp"])
    found = {"taken": send(gp, f"posts/{post}/acknowledgement"), "me": get(nurse, "me"), "circle": get(nurse, f"circles/{circle}")}
    send(nurse, f"circles/{circle}/members", email="claire@example.org", role="relative")
    found["invitation"] = get(nurse, f"circles/{circle}/invitations")["items"][0]
    found["share"] = get(nurse, "me/seal")
    found["reach"] = get(nurse, f"circles/{circle}/reach?audience=care_team&to=gp")
    found["hours"] = said_hours(nurse, found["me"]["structures"][0]["id"])
    found["reply"] = get(gp, f"posts/{write(gp, circle, 'Moi.', reply_to=post)}")
    chd = get(nurse, "structures?q=dax")["items"][0]["id"]
    send(nurse, f"circles/{circle}/members", structure=chd, role="coordinator")
    found["team"] = next(one for one in get(nurse, f"circles/{circle}")["members"] if "structure" in one)
    kept = {"name": "Nadine Poyanne", "phone": "05 36 49 12 34", "role": "other_health", "words": "podologue", "gender": "F"}
    found["contact"] = send(nurse, f"circles/{circle}/contacts", **kept)
    found["withdrawn"] = send(nurse, f"posts/{post}/retraction", reason="Erreur de patient")
    found["changes"] = get(nurse, f"circles/{circle}/changes?after=2")
    found["page"] = get(nurse, f"circles/{circle}/posts?limit=1")
    seat = next(one["id"] for one in found["circle"]["members"] if one["role"] == "gp")
    send(nurse, f"circles/{circle}/oppositions", member=seat, recorded_as="paper")
    client_says_no = {"scope": "circle", "recorded_as": "paper", "reason": "Non."}
    nurse.post(f"/api/v1/circles/{circle}/consents", json.dumps({**client_says_no, "given": False}), content_type="application/json")
    found["consents"], found["oppositions"] = get(nurse, f"circles/{circle}/consents"), get(nurse, f"circles/{circle}/oppositions")
    found["state_changed"] = get(nurse, f"circles/{circle}/changes?after=0")["items"][-1]
    return found


def get(client: Client, path: str) -> dict[str, Any]:
    """The answer to a read."""
    body: dict[str, Any] = client.get(f"/api/v1/{path}").json()
    return body


def send(client: Client, path: str, **body: str) -> dict[str, Any]:
    """The answer to a write."""
    answer: dict[str, Any] = client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json").json()
    return answer


def said_hours(client: Client, structure: str) -> dict[str, Any]:
    """The example's hours, as they are answered for one's own structure."""
    away = [{"since": "2026-11-21T08:00:00Z", "until": rfc3339(clock.now() + dt.timedelta(days=1))}]
    said = {**NAMED["hours"], "structures": [{**NAMED["hours"]["structures"][0], "structure": structure}], "absences": away}
    answer: dict[str, Any] = client.put("/api/v1/me/hours", json.dumps(said), content_type="application/json").json()
    return answer


def write(client: Client, circle: str, text: str, **more: Any) -> str:
    """An urgent post; its id."""
    body = {"text": text, "audience": "care_team", "urgency": "urgent", **more}
    headers = {"Idempotency-Key": str(uuid4())}
    answer = client.post(f"/api/v1/circles/{circle}/posts", json.dumps(body), content_type="application/json", headers=headers)
    return str(answer.json()["id"])


def shape(value: Any) -> Any:
    """The members of a document without their values; of a list, those of its first entry."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


@pytest.mark.django_db(databases=["default", "keys"])
def test_what_the_api_answers_has_the_members_that_are_shown(seen: dict[str, Any]) -> None:
    assert shape(seen["taken"]) == shape(NAMED["post"])
    assert shape(seen["reply"]["reply_to"]) == shape(NAMED["reply_to"])
    assert shape(seen["withdrawn"]["retraction"]) == shape(NAMED["retraction"])
    assert shape(seen["circle"]) == shape(NAMED["circle"])
    assert shape(seen["team"]) == shape(NAMED["team"])
    assert shape(seen["contact"]) == shape(NAMED["contact"])
    assert shape(seen["invitation"]) == shape(NAMED["invitation"])
    assert seen["page"].keys() == NAMED["page"].keys()
    assert seen["changes"].keys() == NAMED["changes"].keys()
    assert shape(seen["hours"]) == shape(NAMED["hours"])
    assert shape(seen["reach"]) == shape(NAMED["reach"])
    for name in ("consents", "oppositions", "state_changed"):
        assert shape(seen[name]) == shape(NAMED[name]), name
    assert [len(b64decode(one["key"])) for one in (seen["share"], NAMED["share"])] == [32, 32]
    assert shape(seen["me"]) == {**shape(NAMED["me"]), "structures": [{"id": None, "name": None}]}


@pytest.mark.django_db(databases=["default", "keys"])
def test_the_steps_of_an_alert_bear_the_names_that_are_told(seen: dict[str, Any]) -> None:
    assert [step["step"] for step in seen["withdrawn"]["alert"]["steps"]] == ["opened", "taken", "withdrawn"]
