"""Unique words go through the whole service; afterwards they are nowhere but sealed."""
import base64
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis

from tests.contract.cast import scenario
from tests.contract.client import Answer, Person, line_to
from tests.contract.running import Server
from tests.contract.uploads import send, send_in_pieces, settled
from tests.faults.canaries import document, marks, photo, voice
from tests.stores import OwnRedis

_PEOPLE = {"nurse": "nurse", "gp": "physician", "relative": None}
WORDS = {
    what: f"{what}canari{uuid.uuid4().hex[:10].translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    for what in (
        "family", "birth", "given", "consent", "text", "corrected", "quoted", "correction", "retraction", "handing", "ending", "state",
        "search", "person", "photoname", "caption", "camera", "voicename", "title", "transcript", "documentname", "page",
    )
}  # fmt: skip


def forms(word: str) -> Iterator[bytes]:
    """The word as it could lie about: any case, UTF-16, and the three ways in which base64 can hold it."""
    for text in (word, word.upper(), word.title()):
        yield text.encode()
        yield text.encode("utf-16-le")
        for lead in range(3):
            yield base64.b64encode(b"\0" * lead + text.encode())[4 if lead else 0 : -4]


SENT = {"photo": photo(WORDS["camera"]), "voice": voice(WORDS["title"]), "document": document(WORDS["page"])}


def act(nurse: Person, gp: Person, daughter: Person) -> dict[str, bytes]:
    """A day in which every field that takes words takes its own. The files as they were sent and as they were served."""
    traits = {"family_name": WORDS["family"], "birth_name": WORDS["birth"], "given_names": [WORDS["given"]], "birth_date": "1941-03-09"}
    consent = {"given": True, "recorded_as": WORDS["consent"]}
    circle = done(nurse.post("circles", patient={**traits, "sex": "F"}, role="nurse", consent=consent))["id"]
    ids = {person.key: done(person.get("me"))["id"] for person in (gp, daughter)}
    seats = {
        person: done(nurse.post(f"circles/{circle}/members", person=ids[person], role=role, history="all"))["id"]
        for person, role in (("gp", "gp"), ("relative", "relative"))
    }
    with daughter.wire(circle) as wire, gp.wire():
        post = nurse.wrote(circle, WORDS["text"], urgency="urgent")["id"]
        wire.item(circle, "post.written", WORDS["text"])
    gp.wrote(circle, WORDS["quoted"], reply_to=post)
    done(nurse.post(f"posts/{post}/corrections", text=WORDS["corrected"], reason=WORDS["correction"]))
    done(gp.post(f"posts/{post}/acknowledgement"))
    done(gp.call("DELETE", f"posts/{post}/acknowledgement", json={"reason": WORDS["handing"]}))
    done(gp.post(f"circles/{circle}/search", q=WORDS["search"]))
    assert done(gp.post(f"circles/{circle}/search", q=WORDS["corrected"]))["items"]
    assert done(nurse.get("people", q=WORDS["person"]))["items"]
    done(nurse.post(f"posts/{post}/retraction", reason=WORDS["retraction"]))
    assert nurse.call("DELETE", f"circles/{circle}/members/{seats['relative']}", json={"reason": WORDS["ending"]}).status == 204
    for bad in ("{", f'{{"text":"{WORDS["text"]}"', "[" * 100_000):
        answer = nurse.call("POST", f"circles/{circle}/posts", data=bad.encode(), headers={"Content-Type": "application/json"})
        assert answer.said == (422, "http.bad_json")
    assert nurse.write(circle, WORDS["text"], audience="nobody").status == 422
    files = show(nurse, gp, circle)
    done(nurse.put(f"circles/{circle}/state", state="frozen", reason=WORDS["state"]))
    return files


def show(nurse: Person, gp: Person, circle: str) -> dict[str, bytes]:
    """A photo in one piece, a note in several, a document; in a post, looked at, heard, written down, found."""
    made = {
        "photo": done(send(nurse, circle, SENT["photo"], f"{WORDS['photoname']}.jpg", caption=WORDS["caption"]))["id"],
        "voice": send_in_pieces(nurse, circle, SENT["voice"], f"{WORDS['voicename']}.webm"),
        "document": done(send(nurse, circle, SENT["document"], f"{WORDS['documentname']}.pdf"))["id"],
    }
    assert [settled(nurse, circle, medium)["state"] for medium in made.values()] == ["ready"] * 3
    nurse.wrote(circle, "", media=list(made.values()))
    done(nurse.put(f"media/{made['voice']}/transcript", text=WORDS["transcript"], reviewed=True))
    for word in ("photoname", "transcript", "documentname"):
        assert done(gp.post(f"circles/{circle}/search", q=WORDS[word]))["items"]
    assert gp.post(f"media/{made['voice']}/listening").status == 204
    served = {f"{what} served": gp.get(f"media/{medium}").raw for what, medium in made.items()}
    served |= {f"{what} shown": gp.get(f"media/{made[what]}/thumbnail").raw for what in ("photo", "document")}
    assert SENT["photo"] != served["photo served"]
    assert WORDS["camera"].encode() not in served["photo served"]
    assert WORDS["title"].encode() not in served["voice served"]
    return {**SENT, **served}


def done(answer: Answer) -> Any:
    """The body of an answer that is no refusal."""
    assert answer.status < 300, answer.raw
    return answer.body


def left_behind(folder: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """(all that lies about after such a day: files while it ran and after, what it printed, what went through Redis; its media)."""
    (folder / "tmp").mkdir()
    with OwnRedis() as broker, redis.Redis.from_url(broker.url) as client, client.pubsub() as ear:
        ear.psubscribe("*")
        with Server(folder, REDIS_URL=broker.url, TMPDIR=str(folder / "tmp")) as server, line_to(server.url) as line:
            cast = scenario(_PEOPLE, {})
            cast["people"][1]["family_name"] = WORDS["person"]
            server.load(cast)
            (server.folder / "scenario.json").unlink()
            media = act(*[Person(line, key).sign_in() for key in _PEOPLE])
            files = {f"running {path.name}": path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        files |= {f"stopped {path.name}": path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        heard = [repr(message) for message in iter(lambda: ear.get_message(timeout=0.2), None)]
        kept = [repr((key, client.dump(key))) for key in client.keys("*")]
    assert any("feed" in one for one in heard)
    return {**files, "Redis": "\n".join(heard + kept).encode()}, media


def test_no_word_is_anywhere_but_sealed(tmp_path: Path) -> None:
    searched, media = left_behind(tmp_path)
    assert {"running cercle.sqlite3", "running cercle.sqlite3-wal", "stopped output.txt", "running master.key"} <= searched.keys()
    for what, word in WORDS.items():
        assert [place for place, content in searched.items() if any(form in content for form in forms(word))] == [], what
    for what, data in media.items():
        assert list(marks(data)), what
        assert [place for place, content in searched.items() if any(mark in content for mark in marks(data))] == [], what
    assert sum(len(content) for place, content in searched.items()) > 2 * sum(len(data) for data in SENT.values())  # they are there


def test_the_search_would_find_it() -> None:
    """In a database's page, in a header and in a log."""
    word = WORDS["text"]
    for lead in range(3):
        for content in (word.upper().encode("utf-16-le"), base64.b64encode(b"x" * lead + word.encode() + b"tail")):
            assert any(form in content for form in forms(word))
    for what, data in SENT.items():
        for content in (data, b"x" + data[5:], base64.b64encode(data)):
            assert any(mark in content for mark in marks(data)), what
    assert not any(mark in SENT["photo"] for mark in marks(SENT["voice"]))
