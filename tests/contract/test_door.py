"""The order of answers: 401, CSRF, the door's 404 with the same bytes always, 403, then what is wrong with the body."""

import json
import re
import uuid
from collections.abc import AsyncIterator

import pytest

from tests.contract.cast import PASSWORD
from tests.contract.client import Answer, Line, Person
from tests.contract.world import Ring, World

BODY = {
    "seq": 1,
    "text": "x",
    "audience": "circle",
    "urgency": "info",
    "media": [],
    "role": "nurse",
    "history": "all",
    "q": "x",
    "state": "active",
    "reason": "x",
}
OF_CIRCLE = [
    ("GET", "circles/{}"),
    ("GET", "circles/{}/posts"),
    ("GET", "circles/{}/changes?after=0"),
    ("GET", "circles/{}/accesses"),
    ("PUT", "circles/{}/read"),
    ("PUT", "circles/{}/state"),
    ("POST", "circles/{}/posts"),
    ("POST", "circles/{}/members"),
    ("POST", "circles/{}/search"),
    ("DELETE", "circles/{}/members/7d444840-9dc0-11d1-b245-5ffdce74fad2"),
    ("GET", "circles/{}/contacts"),
    ("POST", "circles/{}/contacts"),
    ("PUT", "circles/{}/contacts/7d444840-9dc0-11d1-b245-5ffdce74fad2"),
    ("DELETE", "circles/{}/contacts/7d444840-9dc0-11d1-b245-5ffdce74fad2"),
    ("POST", "circles/{}/media"),
    ("GET", "circles/{}/media"),
    ("GET", "circles/{}/transcriptions"),
    ("DELETE", "circles/{}/media/7d444840-9dc0-11d1-b245-5ffdce74fad2"),
]
OF_POST = [
    ("GET", "posts/{}"),
    ("POST", "posts/{}/corrections"),
    ("POST", "posts/{}/retraction"),
    ("POST", "posts/{}/acknowledgement"),
    ("DELETE", "posts/{}/acknowledgement"),
    ("POST", "posts/{}/completion"),
]
MALFORMED = [
    "1",
    "nonsense",
    "%00",
    "%0a",
    "..%2f..",
    "ffffffff-ffff-ffff-ffff-fffffffffff",
    "{7d444840-9dc0-11d1-b245-5ffdce74fad2}",
    "١",
    "a" * 300,
]
ELSEWHERE = [
    ("GET", "nonsense"),
    ("POST", "nonsense/7"),
    ("PUT", "me"),
    ("DELETE", "circles"),
    ("PATCH", "me"),
    ("OPTIONS", "circles"),
    ("POST", "me/"),
]


def ask(person: Person, method: str, path: str) -> Answer:
    """A call with a fitting body."""
    body = {} if method == "GET" else {"json": BODY}
    return person.call(method, path, headers={"Idempotency-Key": str(uuid.uuid4())}, **body)


def nothing_for(person: Person) -> bytes:
    """What the door says of a circle that does not exist."""
    answer = person.get(f"circles/{uuid.uuid4()}")
    assert answer.said == (404, "http.not_found")
    return answer.raw


def nothing(world: World) -> bytes:
    """The same for a stranger."""
    return nothing_for(world.person("stranger"))


@pytest.mark.parametrize(
    ("method", "path"), [*OF_CIRCLE, *OF_POST, ("GET", "me"), ("GET", "people"), ("GET", "circles"), ("POST", "circles"), *ELSEWHERE]
)
def test_first_of_all_one_signs_in(line: Line, method: str, path: str) -> None:
    answer = ask(Person(line, "nobody", token="a" * 32), method, path.format(uuid.uuid4()))
    assert answer.said == (401, "accounts.not_signed_in")


@pytest.fixture(scope="module")
def parted(world: World) -> Ring:
    """A circle that the nurse has left."""
    ring = world.fresh()
    ring.end("nurse")
    return ring


@pytest.fixture(scope="module")
def urgent(shared: Ring) -> str:
    """An urgent post of the nurse's, that everybody reads."""
    return str(shared["nurse"].wrote(shared.id, urgency="urgent")["id"])


@pytest.fixture(scope="module")
def between_us(shared: Ring) -> str:
    """An urgent post for the care team."""
    return str(shared["nurse"].wrote(shared.id, "entre nous", "care_team", urgency="urgent")["id"])


@pytest.mark.parametrize(("method", "path"), OF_CIRCLE)
@pytest.mark.parametrize("who", ["stranger", "stranger_daughter"])
def test_a_circle_of_others_is_not_there(shared: Ring, who: str, method: str, path: str) -> None:
    answer = ask(shared.world.person(who), method, path.format(shared.id))
    assert (answer.status, answer.raw) == (404, nothing(shared.world))


@pytest.mark.parametrize(("method", "path"), OF_CIRCLE)
def test_one_who_has_left_is_a_stranger(parted: Ring, method: str, path: str) -> None:
    answer = ask(parted["nurse"], method, path.format(parted.id))
    assert (answer.status, answer.raw) == (404, nothing_for(parted["nurse"]))


@pytest.mark.parametrize(("method", "path"), OF_POST)
@pytest.mark.parametrize("who", ["stranger", "relative", "patient", "home_help"])
def test_a_post_for_others_is_not_there(shared: Ring, between_us: str, who: str, method: str, path: str) -> None:
    answer = ask(shared.world.person(who), method, path.format(between_us))
    assert (answer.status, answer.raw) == (404, nothing(shared.world))


@pytest.mark.parametrize("id", MALFORMED)
@pytest.mark.parametrize(("method", "path"), [OF_CIRCLE[0], OF_CIRCLE[6], OF_POST[0], OF_POST[3]])
def test_a_malformed_id_names_nothing(world: World, method: str, path: str, id: str) -> None:
    answer = ask(world.person("stranger"), method, path.format(id))
    assert (answer.status, answer.raw) == (404, nothing(world))


@pytest.mark.parametrize(("method", "path"), ELSEWHERE)
def test_paths_and_methods_that_are_not(world: World, method: str, path: str) -> None:
    answer = ask(world.person("stranger"), method, path)
    assert (answer.status, answer.raw) == (404, nothing(world))


def test_a_member_of_another_circle_has_no_seat_here(shared: Ring) -> None:
    other = shared.world.fresh()
    answer = shared["coordinator"].delete(shared.path(f"/members/{other.seats['relative']}"))
    assert (answer.status, answer.raw) == (404, nothing(shared.world))


@pytest.mark.parametrize(("method", "path"), [*OF_CIRCLE[4:9], *OF_POST[1:]])
def test_the_door_asks_before_it_reads(world: World, method: str, path: str) -> None:
    """What a stranger sends is not even parsed."""
    answer = world.person("stranger").call(method, path.format(uuid.uuid4()), data=b"[" * 100_000, headers={"Content-Type": "text/plain"})
    assert (answer.status, answer.raw) == (404, nothing(world))


FORBIDDEN = [
    ("relative", "PUT", "circles/{circle}/state"),
    ("secretary", "POST", "circles/{circle}/members"),
    ("relative", "POST", "posts/{post}/acknowledgement"),
    ("secretary", "DELETE", "posts/{post}/acknowledgement"),
    ("gp", "POST", "posts/{post}/corrections"),
    ("gp", "POST", "posts/{post}/retraction"),
    ("gp", "DELETE", "posts/{post}/acknowledgement"),
    ("relative", "DELETE", "circles/{circle}/members/{member}"),
]


@pytest.mark.parametrize(("who", "method", "path"), FORBIDDEN)
def test_what_is_not_allowed_is_said_before_what_is_wrong(shared: Ring, urgent: str, who: str, method: str, path: str) -> None:
    where = path.format(circle=shared.id, post=urgent, member=shared.seats["nurse"])
    answer = shared[who].call(method, where, data=b"{", headers={"Content-Type": "application/json"})
    assert answer.status == 403, answer.raw


def test_an_unconfirmed_profession_opens_no_circle(shared: Ring) -> None:
    answer = shared["relative"].call("POST", "circles", data=b"{", headers={"Content-Type": "application/json"})
    assert answer.said == (403, "circles.not_allowed.unconfirmed")


def test_not_json_is_the_wrong_type(shared: Ring) -> None:
    answer = shared["nurse"].call("POST", shared.path("/search"), data=b'{"q":"x"}', headers={"Content-Type": "text/plain"})
    assert answer.status == 415


def test_too_much_is_refused_whole(shared: Ring) -> None:
    large = json.dumps({**BODY, "text": "a" * 2**20}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    assert shared["nurse"].call("POST", shared.path("/posts"), data=large, headers=headers).status == 413


def test_too_much_in_chunks_is_refused_whole(shared: Ring) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 2**16

    answer = shared["nurse"].call("POST", shared.path("/search"), data=chunks(), headers={"Content-Type": "application/json"})
    assert answer.status == 413


def test_a_problem_document_says_everything(shared: Ring) -> None:
    answer = shared["nurse"].write(shared.id, "  ")
    assert answer.said == (422, "journal.empty_post")
    assert {"type", "title", "status", "code", "detail", "errors"} <= answer.body.keys()


@pytest.mark.parametrize(("language", "word"), [("fr", "Connectez-vous"), ("en", "sign in")])
def test_the_detail_speaks_the_caller_s_language(line: Line, language: str, word: str) -> None:
    answer = line.send("GET", "/api/v1/me", headers={"Accept-Language": language})
    assert word in answer.body["detail"]


class Browser:
    """Signed in by the form, with cookies."""

    def __init__(self, line: Line, key: str, password: str) -> None:
        self.line = line
        page = line.send("GET", "/accounts/login/")
        self.cookies = _cookies(page)
        form = {"login": f"{key}@example.org", "password": password, "csrfmiddlewaretoken": self.cookies["cercle-csrf"]}
        answer = line.send("POST", "/accounts/login/", data=form, headers={"Cookie": self.cookie})
        assert answer.status == 302, answer.raw[:500]
        self.cookies |= _cookies(answer)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def _cookies(answer: Answer) -> dict[str, str]:
    lines = answer.headers.getall("Set-Cookie", [])  # type: ignore[attr-defined]
    return dict(re.match(r"([^=]+)=([^;]*)", one).groups() for one in lines)  # type: ignore[union-attr,misc]


@pytest.mark.parametrize("path", ["circles/{}/posts", "circles/7d444840-9dc0-11d1-b245-5ffdce74fad2/posts", "nonsense"])
def test_a_cookie_alone_changes_nothing(shared: Ring, path: str) -> None:
    browser = Browser(shared.world.line, "nurse", PASSWORD)
    answer = shared.world.line.send("POST", f"/api/v1/{path.format(shared.id)}", json=BODY, headers={"Cookie": browser.cookie})
    assert answer.said == (403, "http.csrf")


def test_with_the_csrf_token_a_browser_writes(shared: Ring) -> None:
    browser = Browser(shared.world.line, "nurse", PASSWORD)
    signs = {"Cookie": browser.cookie, "X-CSRFToken": browser.cookies["cercle-csrf"], "Idempotency-Key": str(uuid.uuid4())}
    assert shared.world.line.send("POST", f"/api/v1/{shared.path('/posts')}", json=BODY, headers=signs).status == 201
