"""What is malformed is told to whoever sent it, reaches nobody else, and the process lives."""

import json
import uuid
from collections.abc import Iterator

import pytest

from tests.contract.wire import Wire
from tests.contract.world import Ring

BAD_JSON = {
    "cut": b'{"text":',
    "brackets": b"[" * 100_000,
    "braces": b'{"a":' * 50_000,
    "surrogate": b'{"text":"\\ud800"}',
    "key": b'{"\\udfff":1}',
    "nul": b'{"text":"a\\u0000b"}',
    "nan": b'{"text":NaN}',
    "infinity": b'{"seq":-Infinity}',
    "latin": '{"text":"é"}'.encode("latin-1"),
    "utf16": '{"text":"x"}'.encode("utf-16"),
    "digits": b"9" * 10_000,
    "word": b"hello",
    "two": b"{}{}",
    "bom": b"\xef\xbb\xbf{}",
    "bytes": bytes(range(256)),
}
ROUTES = [("POST", "/posts"), ("POST", "/search"), ("PUT", "/read"), ("POST", "/members"), ("PUT", "/state")]
BODIES: dict[str, dict[str, object]] = {
    "/posts": {"text": "x", "audience": "circle", "urgency": "info", "media": [], "to": [], "reply_to": None, "written_at": None},
    "/search": {"q": "x", "before": None, "limit": 5},
    "/read": {"seq": 0},
    "/members": {"person": None, "role": "nurse", "history": "all", "until": None},
    "/state": {"state": "active", "reason": "x"},
}
SENSELESS: list[object] = [
    None,
    True,
    -1,
    10**400,
    1.5,
    "",
    "\u202e",
    "x" * 5000,
    [],
    [[]],
    [None],
    {},
    {"a": []},
    ["x"] * 2000,
    "9" * 400,
    "2026-99-99T00:00:00Z",
]


@pytest.fixture(scope="module")
def quiet(shared: Ring) -> Ring:
    """A circle to which nothing sensible is sent."""
    return shared.world.fresh()


@pytest.fixture(scope="module")
def bystander(quiet: Ring) -> Iterator[Wire]:
    """Somebody who watches meanwhile."""
    with quiet["pharmacist"].wire(quiet.id) as wire:
        wire.settle()
        yield wire


@pytest.mark.parametrize("kind", BAD_JSON)
@pytest.mark.parametrize(("method", "rest"), ROUTES)
def test_what_is_no_json_is_told(quiet: Ring, bystander: Wire, method: str, rest: str, kind: str) -> None:
    before = len(bystander.items(quiet.id))
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    answer = quiet["nurse"].call(method, quiet.path(rest), data=BAD_JSON[kind], headers=headers)
    assert answer.status == 422, answer.raw[:300]
    assert answer.said[1] == "http.bad_json" or kind == "digits"
    assert bystander.ask(op="ping")["ok"]
    assert len(bystander.items(quiet.id)) == before


@pytest.mark.parametrize("rest", BODIES)
@pytest.mark.parametrize("value", SENSELESS, ids=range(len(SENSELESS)))
def test_no_field_takes_what_it_does_not_know(shared: Ring, rest: str, value: object) -> None:
    method = next(verb for verb, path in ROUTES if path == rest)
    for field in BODIES[rest]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        body = json.dumps({**BODIES[rest], field: value}).encode()
        answer = shared["nurse"].call(method, shared.path(rest), data=body, headers=headers)
        assert answer.status < 500, (field, answer.raw[:300])
        assert answer.status < 300 or answer.said[0] in {409, 413, 422}, (field, answer.raw[:300])


@pytest.mark.parametrize("body", [[], 7, "x", None, True, [{}]])
def test_a_body_is_an_object(shared: Ring, body: object) -> None:
    for method, rest in ROUTES:
        answer = shared["nurse"].call(
            method, shared.path(rest), data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
        )
        assert answer.status == 422, (rest, answer.raw[:300])


def test_members_of_another_circle_are_addressed_by_nobody(shared: Ring) -> None:
    other = shared.world.fresh()
    assert shared["nurse"].write(shared.id, to=[other.seats["gp"]]).said == (422, "journal.bad_addressee")


@pytest.mark.parametrize(
    ("path", "query"), [("/posts", "before"), ("/changes", "after"), ("/accesses", "before"), ("/posts", "limit"), ("/changes", "epoch")]
)
@pytest.mark.parametrize("value", ["-1", "1e400", "\x00", "١", "' OR 1=1 --", "9" * 5000, "\u202e"])
def test_no_place_in_a_list_is_taken_on_trust(shared: Ring, path: str, query: str, value: str) -> None:
    assert shared["nurse"].get(shared.path(path), **{query: value}).status in {200, 409, 422}
