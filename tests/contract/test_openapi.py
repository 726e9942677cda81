"""`GET openapi.json` describes every call, as OpenAPI 3.1."""
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.contract.client import Answer, Line
from tests.contract.test_media import photo, send
from tests.contract.world import Ring

CALLS = [
    ("get", "/me"), ("get", "/people"), ("get", "/circles"), ("post", "/circles"), ("get", "/circles/{}"), ("post", "/circles/{}/members"),
    ("delete", "/circles/{}/members/{}"), ("put", "/circles/{}/state"), ("get", "/circles/{}/accesses"), ("post", "/circles/{}/posts"),
    ("get", "/circles/{}/posts"), ("post", "/circles/{}/search"), ("get", "/circles/{}/changes"), ("get", "/posts/{}"),
    ("post", "/posts/{}/corrections"), ("post", "/posts/{}/retraction"), ("post", "/posts/{}/acknowledgement"),
    ("get", "/structures"), ("get", "/circles/{}/contacts"), ("post", "/circles/{}/contacts"), ("put", "/circles/{}/contacts/{}"),
    ("delete", "/circles/{}/contacts/{}"),
    ("post", "/circles/{}/media"), ("get", "/circles/{}/media/{}"), ("head", "/circles/{}/media/{}"), ("patch", "/circles/{}/media/{}"),
    ("delete", "/circles/{}/media/{}"), ("get", "/media/{}"), ("head", "/media/{}"), ("get", "/media/{}/thumbnail"),
    ("put", "/media/{}/transcript"), ("post", "/media/{}/transcribers"), ("delete", "/media/{}/transcribers/{}"),
    ("get", "/circles/{}/transcriptions"), ("post", "/media/{}/listening"), ("get", "/media/{}/listening"),
    ("delete", "/posts/{}/acknowledgement"), ("post", "/posts/{}/completion"), ("put", "/circles/{}/read"),
    ("get", "/push/key"), ("post", "/push/subscriptions"), ("get", "/push/subscriptions"), ("delete", "/push/subscriptions/{}"),
    ("post", "/push/subscriptions/{}/test"), ("get", "/push/deliveries/{}"), ("post", "/push/receipts"),
]  # fmt: skip


@pytest.fixture(scope="module")
def document(line: Line) -> Any:
    """The description, as anybody may fetch it."""
    answer = line.send("GET", "/api/v1/openapi.json")
    assert answer.status == 200
    return answer.body


def test_it_is_valid(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_is_in_it(document: Any, method: str, path: str) -> None:
    described = {
        (verb, "/".join("{}" if part.startswith("{") else part for part in where.removeprefix("/api/v1").split("/")))
        for where, verbs in document["paths"].items()
        for verb in verbs
    }
    assert (method, path) in described


def test_it_says_how_to_sign_and_that_a_post_has_its_key(document: Any) -> None:
    write = document["paths"]["/api/v1/circles/{circle_id}/posts"]["post"]
    assert "Idempotency-Key" in {parameter["name"] for parameter in write["parameters"]}
    assert document["components"]["securitySchemes"]


def answers(ring: Ring) -> dict[tuple[str, str], Answer]:
    """One of each, as they come."""
    nurse, gp, here = ring["nurse"], ring["gp"], "circles/{circle_id}"
    written = nurse.write(ring.id, "Chute", urgency="urgent", to=["gp"])
    post = f"posts/{written.body['id']}"
    there = "posts/{post_id}"
    return {
        ("post", f"{here}/posts"): written,
        ("post", f"{there}/corrections"): nurse.post(f"{post}/corrections", text="Glissade", reason="x"),
        ("post", f"{there}/acknowledgement"): gp.post(f"{post}/acknowledgement"),
        ("delete", f"{there}/acknowledgement"): gp.delete(f"{post}/acknowledgement"),
        ("put", f"{here}/read"): gp.put(ring.path("/read"), seq=ring.head("gp")),
        ("get", there): nurse.get(post),
        ("post", f"{here}/media"): (sent := send(nurse, ring.id, photo(), caption="Talon", taken_at="2026-11-20T10:00:00Z")),
        ("get", f"{here}/media/{{medium_id}}"): nurse.get(ring.path(f"/media/{sent.body['id']}")),
        ("get", f"{here}/media"): nurse.get(ring.path("/media")),
        ("get", f"{here}/transcriptions"): nurse.get(ring.path("/transcriptions")),
        ("post", f"{here}/search"): nurse.post(ring.path("/search"), q="glissade"),
        ("post", f"{there}/retraction"): nurse.post(f"{post}/retraction", reason="x"),
        ("get", f"{here}/posts"): nurse.get(ring.path("/posts")),
        ("post", f"{here}/members"): nurse.post(ring.path("/members"), person=ring.world.ids["newcomer_0"], role="nurse", history="all"),
        ("post", f"{here}/contacts"): nurse.post(ring.path("/contacts"), name="Nadine", phone="05 36 49 12 34", role="relative"),
        ("put", f"{here}/state"): nurse.put(ring.path("/state"), state="frozen", reason="x"),
        ("get", f"{here}/changes"): nurse.get(ring.path("/changes"), after=0, limit=500),
        ("get", here): nurse.get(ring.path()),
        ("get", f"{here}/contacts"): nurse.get(ring.path("/contacts")),
        ("get", f"{here}/accesses"): gp.get(ring.path("/accesses")),
        ("get", "circles"): nurse.get("circles"),
        ("get", "people"): nurse.get("people"),
        ("get", "me"): nurse.get("me"),
    }


def test_what_is_answered_is_what_is_described(document: Any, ring: Ring) -> None:
    for (method, path), answer in answers(ring).items():
        described = document["paths"][f"/api/v1/{path}"][method]["responses"][str(answer.status)]["content"]["application/json"]["schema"]
        schema = {**described, "components": document["components"]}
        faults = [fault.message for fault in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(answer.body)]
        assert faults == [], (method, path)


def test_a_refusal_is_what_is_described(document: Any, ring: Ring) -> None:
    schema = {"$ref": "#/components/schemas/Problem", "components": document["components"]}
    assert list(Draft202012Validator(schema).iter_errors(ring["nurse"].write(ring.id, "").body)) == []
