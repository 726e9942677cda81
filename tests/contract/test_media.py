"""Files on the wire: who gets which byte, by range and whole; what is refused to everybody else with the bytes of nothing."""

import io
import os
import random
import signal
import time
import uuid
import wave
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.contract.cast import PASSWORD
from tests.contract.client import Answer, Person, together
from tests.contract.running import Server
from tests.contract.test_door import Browser
from tests.contract.world import Ring

TUS = {"Tus-Resumable": "1.0.0"}
_PATIENCE_S = 90.0
_noise = random.Random(4)


def photo(side: int = 64) -> bytes:
    """A JPEG that is like no other."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), _noise.randbytes(3 * side * side)).save(out, "JPEG")
    return out.getvalue()


def note() -> bytes:
    """A second of sound."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(b"".join((place * 97 % 8000).to_bytes(2, "little") for place in range(16_000)))
    return out.getvalue()


def send(person: Person, circle: str, data: bytes, name: str = "plaie.jpg", *, key: str | None = None, **fields: str) -> Answer:
    """A file sent as a form."""

    async def form() -> aiohttp.FormData:
        made = aiohttp.FormData(quote_fields=False)
        made.add_field("file", io.BytesIO(data), filename=name, content_type="application/octet-stream")
        for field, value in fields.items():
            made.add_field(field, value)
        return made

    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return person.call("POST", f"circles/{circle}/media", data=person.line.run(form()), headers=headers)


def sent(person: Person, circle: str, data: bytes, **more: str) -> str:
    """The id of a file that the worker has made ready."""
    answer = send(person, circle, data, **more)
    assert answer.status == 201, answer.raw[:300]
    ready(person, circle, answer.body["id"])
    return str(answer.body["id"])


def ready(person: Person, circle: str, medium: str) -> Any:
    """The file once it is processed."""
    deadline = time.monotonic() + _PATIENCE_S
    while (found := person.get(f"circles/{circle}/media/{medium}").body)["state"] == "processing":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert found["state"] == "ready", found
    return found


@dataclass
class Shelf:
    """A circle with a file of each fate; the nurse has sent all of them."""

    ring: Ring
    loose: str  # that no post carries
    inner: str  # for the care team
    shown: str  # for everybody
    withdrawn: str
    spoken: str  # a note for the care team


@pytest.fixture(scope="module")
def shelf(world: Any) -> Shelf:
    """Files, posts, a retraction, and a nurse elsewhere who has left."""
    ring = world.fresh()
    nurse = ring["nurse"]
    loose, inner, shown, withdrawn = (sent(nurse, ring.id, photo()) for _ in range(4))
    spoken = sent(nurse, ring.id, note(), name="note.wav")
    nurse.wrote(ring.id, "", "care_team", media=[inner])
    nurse.wrote(ring.id, "", "care_team", media=[spoken])
    nurse.wrote(ring.id, "", "circle", media=[shown])
    post = nurse.wrote(ring.id, "", "circle", media=[withdrawn])
    assert nurse.post(f"posts/{post['id']}/retraction", reason="x").status == 200
    ring.end("physiotherapist")
    return Shelf(ring, loose, inner, shown, withdrawn, spoken)


def everything(circle: str, medium: str) -> list[Callable[[Person], Answer]]:
    """Every way to ask for a file, as calls of a person."""
    seat = str(uuid.uuid4())
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"media/{medium}", {}),
        ("HEAD", f"media/{medium}", {}),
        ("GET", f"media/{medium}", {"headers": {"Range": "bytes=0-9"}}),
        ("GET", f"media/{medium}", {"headers": {"Range": "bytes=99999999-"}}),
        ("GET", f"media/{medium}", {"headers": {"If-None-Match": "*", "If-Range": "x", "Range": "bytes=0-9"}}),
        ("GET", f"media/{medium}/thumbnail", {}),
        ("HEAD", f"media/{medium}/thumbnail", {"headers": {"Range": "bytes=0-0"}}),
        ("GET", f"circles/{circle}/media/{medium}", {}),
        ("HEAD", f"circles/{circle}/media/{medium}", {"headers": TUS}),
        ("PATCH", f"circles/{circle}/media/{medium}", {"headers": {**TUS, "Upload-Offset": "0"}, "data": b"x"}),
        ("DELETE", f"circles/{circle}/media/{medium}", {}),
        ("PUT", f"media/{medium}/transcript", {"json": {"text": "x", "reviewed": True}}),
        ("POST", f"media/{medium}/transcribers", {"json": {"member": seat}}),
        ("GET", f"media/{medium}/transcribers", {}),
        ("DELETE", f"media/{medium}/transcribers/{seat}", {}),
        ("POST", f"media/{medium}/listening", {}),
        ("GET", f"media/{medium}/listening", {}),
    ]

    def call(method: str, path: str, request: dict[str, Any]) -> Callable[[Person], Answer]:
        return lambda person: person.call(method, path, **request)

    return [call(*one) for one in asked]


def bare(answer: Answer) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that comes back, but for the time of day."""
    return answer.status, answer.raw, sorted((name, value) for name, value in answer.headers.items() if name != "Date")


# Who asks, for which files, and nothing of them is there.
NOT_FOR = [
    ("stranger", ["loose", "inner", "shown", "withdrawn", "spoken"]),
    ("stranger_daughter", ["shown", "spoken"]),
    ("physiotherapist", ["loose", "inner", "shown", "spoken"]),  # has left
    ("gp", ["loose", "withdrawn"]),
    ("hospital_staff", ["loose", "withdrawn"]),
    ("secretary", ["loose", "inner", "withdrawn", "spoken"]),
    ("home_help", ["inner", "spoken"]),
    ("patient", ["loose", "inner", "spoken"]),
    ("relative", ["loose", "inner", "withdrawn", "spoken"]),
    ("trusted_person", ["inner"]),
    ("nurse", ["withdrawn"]),  # who sent it
]


@pytest.mark.parametrize(("who", "what"), NOT_FOR, ids=[who for who, _ in NOT_FOR])
def test_what_is_not_for_somebody_is_not_there(shelf: Shelf, who: str, what: list[str]) -> None:
    person, nothing = shelf.ring.world.person(who), everything(shelf.ring.id, str(uuid.uuid4()))
    expected = [bare(ask(person)) for ask in nothing]
    assert {status for status, _, _ in expected} == {404}
    for name in what:
        found = [bare(ask(person)) for ask in everything(shelf.ring.id, getattr(shelf, name))]
        assert found == expected, name


def test_nobody_gets_a_byte_who_is_not_signed_in(shelf: Shelf) -> None:
    """A browser without a session, one whose session was ended, and one that signed out."""
    world = shelf.ring.world
    ended = Person(world.line, "gp").sign_in()
    assert ended.get(f"media/{shelf.inner}").status == 200
    assert world.line.send("DELETE", "/_allauth/app/v1/auth/session", headers=ended.headers).status == 401
    for person in (ended, Person(world.line, "nobody", token="a" * 32)):
        for medium in (shelf.inner, shelf.shown, str(uuid.uuid4())):
            assert {ask(person).status for ask in everything(shelf.ring.id, medium)} == {401}


@pytest.mark.parametrize("id", ["1", "%00", "..%2f..%2fetc", "%2e%2e", "%2e%2e%2fme", "{7d444840-9dc0-11d1-b245-5ffdce74fad2}", "a" * 300])
def test_a_name_that_is_none_leads_nowhere(shelf: Shelf, id: str) -> None:
    gp, nothing = shelf.ring["gp"], shelf.ring["gp"].get(f"media/{uuid.uuid4()}").raw
    for path in (f"media/{id}", f"media/{id}/thumbnail", f"media/{shelf.inner}/{id}"):
        answer = shelf.ring.world.line.send("GET", f"/api/v1/{path}", headers=gp.headers)
        assert (answer.status, answer.raw) == (404, nothing), path


def test_whoever_reads_the_post_has_the_file(shelf: Shelf) -> None:
    ring = shelf.ring
    assert ring["nurse"].get(f"media/{shelf.loose}").status == 200
    for who, name in [("gp", "inner"), ("coordinator", "inner"), ("relative", "shown"), ("secretary", "shown"), ("patient", "shown")]:
        whole, part = ring[who].get(f"media/{getattr(shelf, name)}"), ring[who].get(f"media/{getattr(shelf, name)}/thumbnail")
        assert (whole.status, whole.raw[:3], part.raw[:4], part.headers["Content-Type"]) == (200, b"\xff\xd8\xff", b"RIFF", "image/webp")
    before = ring["gp"].get(f"circles/{ring.id}/media/{shelf.inner}")
    assert (before.status, before.body["kind"], before.body["bytes"]) == (200, "photo", len(ring["gp"].get(f"media/{shelf.inner}").raw))


def test_headers_let_a_browser_show_it_and_nothing_else(shelf: Shelf) -> None:
    answer = shelf.ring["gp"].get(f"media/{shelf.inner}")
    expected = {
        "Content-Type": "image/jpeg", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
        "Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Disposition": 'inline; filename="plaie.jpg"', "Content-Length": str(len(answer.raw)),
    }  # fmt: skip
    assert {name: answer.headers.get(name) for name in expected} == expected
    head = shelf.ring["gp"].call("HEAD", f"media/{shelf.inner}")
    assert (head.status, head.raw, {name: head.headers.get(name) for name in expected}) == (200, b"", expected)
    assert "ETag" not in answer.headers


def test_ranges(shelf: Shelf) -> None:
    gp, path = shelf.ring["gp"], f"media/{shelf.spoken}"
    whole = gp.get(path).raw
    size = len(whole)
    cases: dict[str, tuple[int, bytes]] = {
        "bytes=0-9": (206, whole[:10]),
        "bytes=5-": (206, whole[5:]),
        "bytes=-7": (206, whole[-7:]),
        f"bytes={size - 1}-": (206, whole[-1:]),
        f"bytes=0-{size + 99}": (206, whole),
        f"bytes=-{size + 99}": (206, whole),
        f"bytes={size}-": (416, b""),
        "bytes=-0": (416, b""),
        "bytes=9-5": (200, whole),
        "bytes=0-1,4-5": (200, whole),
        "pieces=0-1": (200, whole),
        "bytes=a-b": (200, whole),
        "bytes=-": (200, whole),
    }
    for header, (status, body) in cases.items():
        answer = gp.call("GET", path, headers={"Range": header})
        assert (header, answer.status) == (header, status)
        assert status == 416 or answer.raw == body, header
        if status == 206:
            place = whole.rindex(body) if header.startswith("bytes=-") else int(header[6:].partition("-")[0])
            assert answer.headers["Content-Range"] == f"bytes {place}-{place + len(body) - 1}/{size}"
    assert gp.call("GET", path, headers={"Range": f"bytes={size}-"}).headers["Content-Range"] == f"bytes */{size}"
    assert gp.call("GET", path, headers={"Range": "bytes=0-9", "If-Range": '"x"'}).status == 200


def test_a_document_is_saved_and_never_shown_in_the_page(shelf: Shelf) -> None:
    nurse = shelf.ring["nurse"]
    text = sent(nurse, shelf.ring.id, b"Ordonnance du 20 novembre.\n", name="ordonnance\u202efdp.bat")
    answer = nurse.get(f"media/{text}")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert ".txt" in answer.headers["Content-Disposition"]
    assert answer.raw == b"Ordonnance du 20 novembre.\n"


def test_one_key_at_the_same_moment_is_one_file(ring: Ring) -> None:
    nurse, data, key = ring["nurse"], photo(400), str(uuid.uuid4())
    answers = together(*[lambda: send(nurse, ring.id, data, key=key) for _ in range(6)])
    assert sorted(answer.status for answer in answers) == [200] * 5 + [201]
    assert len({answer.body["id"] for answer in answers}) == 1
    assert send(nurse, ring.id, photo(), key=key).said == (422, "media.key_reused")
    assert send(ring["gp"], ring.id, photo(), key=key).status == 201  # a key is a person's own


class Tus:
    """Somebody's upload in pieces."""

    def __init__(self, person: Person, circle: str, data: bytes, key: str | None = None) -> None:
        self.person, self.data = person, data
        headers = {**TUS, "Upload-Length": str(len(data)), "Idempotency-Key": key or str(uuid.uuid4())}
        self.begun = person.call("POST", f"circles/{circle}/media?resumable", headers=headers)
        self.path = self.begun.headers["Location"].removeprefix("/api/v1/")

    @property
    def id(self) -> str:
        """The upload's, and the file's."""
        return self.path.rpartition("/")[2]

    def patch(self, start: int, end: int) -> Answer:
        """One piece."""
        headers = {**TUS, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
        return self.person.call("PATCH", self.path, headers=headers, data=self.data[start:end])

    def go_on(self, size: int) -> None:
        """Asks where it is and sends what is missing, until nothing is."""
        while (at := int(self.person.call("HEAD", self.path, headers=TUS).headers["Upload-Offset"])) < len(self.data):
            self.patch(at, at + size)


def test_three_tabs_with_one_upload_make_one_file(ring: Ring) -> None:
    nurse, data, key = ring["nurse"], photo(700), str(uuid.uuid4())
    tabs = [Tus(nurse, ring.id, data, key) for _ in range(3)]
    assert [tab.begun.status for tab in tabs] == [201, 200, 200]
    together(*[lambda tab=tab: tab.go_on(40_000) for tab in tabs])
    assert {tab.id for tab in tabs} == {tabs[0].id}
    assert ready(nurse, ring.id, tabs[0].id)["width"] == 700
    assert nurse.wrote(ring.id, "", media=[tabs[0].id])["media"][0]["id"] == tabs[0].id
    assert ring["gp"].get(f"media/{tabs[0].id}").status == 200


def test_the_same_piece_at_the_same_moment_counts_once(ring: Ring) -> None:
    tus = Tus(ring["nurse"], ring.id, photo(500))
    for start in range(0, len(tus.data), 60_000):
        statuses = sorted(answer.status for answer in together(*[lambda: tus.patch(start, start + 60_000)] * 3))  # noqa: B023
        assert statuses == [204, 409, 409]
    assert ready(ring["nurse"], ring.id, tus.id)["width"] == 500


def test_every_answer_of_an_upload_names_the_version(ring: Ring) -> None:
    nurse, tus = ring["nurse"], Tus(ring["nurse"], ring.id, photo())
    old = {"Tus-Resumable": "0.2.2"}
    refused = nurse.call("HEAD", tus.path, headers=old)
    assert (refused.status, refused.headers["Tus-Version"], refused.headers["Tus-Resumable"]) == (412, "1.0.0", "1.0.0")
    for answer in (tus.begun, tus.patch(5, 9), nurse.call("HEAD", f"circles/{ring.id}/media/{uuid.uuid4()}", headers=TUS)):
        assert answer.headers["Tus-Resumable"] == "1.0.0"
    said = nurse.call("OPTIONS", ring.path("/media"))
    assert (said.status, said.headers["Tus-Version"], said.headers["Tus-Max-Size"]) == (204, "1.0.0", str(32 * 1024 * 1024))
    assert tus.begun.headers["Upload-Expires"].endswith("GMT")
    assert nurse.call("HEAD", tus.path, headers=TUS).headers["Cache-Control"] == "no-store"
    empty = nurse.call(
        "PATCH", tus.path, headers={**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}, data=b""
    )
    assert (empty.status, empty.headers["Upload-Offset"]) == (204, "0")


def test_what_is_too_large_or_of_another_type_is_refused_whole(ring: Ring) -> None:
    nurse = ring["nurse"]
    assert send(nurse, ring.id, b"<svg onload=alert(1)></svg>", "photo.jpg").said == (415, "media.unsupported_type")
    assert send(nurse, ring.id, b"").status == 422
    assert nurse.call("POST", ring.path("/media"), json={"file": "x"}, headers={"Idempotency-Key": str(uuid.uuid4())}).status == 415
    assert send(nurse, ring.id, photo()[:3] + bytes(32 * 1024 * 1024)).said[0] == 413
    assert nurse.get(ring.path("/media")).body["items"] == []


def test_a_cookie_alone_sends_nothing(shelf: Shelf) -> None:
    browser = Browser(shelf.ring.world.line, "nurse", PASSWORD)
    line, path = shelf.ring.world.line, f"/api/v1/circles/{shelf.ring.id}/media"
    one = f"{path}/{shelf.loose}"
    for method, where in [("POST", path), ("POST", f"{path}?resumable"), ("PATCH", one), ("DELETE", one)]:
        answer = line.send(method, where, data=b"x", headers={"Cookie": browser.cookie, **TUS})
        assert answer.said == (403, "http.csrf"), method
    signs = {"Cookie": browser.cookie, "X-CSRFToken": browser.cookies["cercle-csrf"], "Idempotency-Key": str(uuid.uuid4())}
    broken = line.send("POST", path, data=b"--x", headers={**signs, "Content-Type": "multipart/form-data"})
    assert broken.said == (422, "http.bad_form")
    assert line.send("GET", f"/api/v1/media/{shelf.loose}", headers={"Cookie": browser.cookie}).status == 200


def test_the_trail_has_a_line_for_each_file_that_was_opened(ring: Ring) -> None:
    nurse, gp = ring["nurse"], ring["gp"]
    media = [sent(nurse, ring.id, photo()) for _ in range(2)]
    nurse.wrote(ring.id, "", "care_team", media=media)
    for medium in media:
        gp.get(f"media/{medium}/thumbnail")
        for part in ("bytes=0-9", "bytes=10-19"):
            gp.call("GET", f"media/{medium}", headers={"Range": part})
    lines = [line for line in gp.get(ring.path("/accesses"), limit=500).body["items"] if line["what"] == "media.opened"]
    assert [line["role"] for line in lines] == ["gp", "gp"]


def test_killed_between_two_pieces_it_is_one_file_and_no_plain_byte(ring: Ring, server: Server) -> None:
    nurse, data = ring["nurse"], photo(900)
    tus = Tus(nurse, ring.id, data)
    for _ in range(2):
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(tus.go_on, 15_000)
            os.kill(server.pid("web"), signal.SIGKILL)
            with suppress(aiohttp.ClientError, KeyError):
                sending.result()
        _answers_again(nurse)
    tus.go_on(15_000)
    assert ready(nurse, ring.id, tus.id)["width"] == 900
    nurse.wrote(ring.id, "", media=[tus.id])
    assert [one["id"] for one in nurse.get(ring.path("/media")).body["items"]] == [tus.id]
    inside = data[len(data) // 2 :][:64]
    assert [path.name for path in server.data.rglob("*") if path.is_file() and inside in path.read_bytes()] == []


def _answers_again(person: Person) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(aiohttp.ClientError):
            if person.get("me").status == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the service does not come back")
