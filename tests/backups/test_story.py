"""While four people write a backup is made; elsewhere, with another machine's empty folder, everything answered before it is there."""
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.backups.site import Site
from tests.contract.cast import scenario
from tests.contract.client import Line, Person
from tests.contract.uploads import send, settled
from tests.media.corpus import photo, voice

_WRITERS = ("nurse", "gp", "pharmacist", "coordinator")
_CAST = {"nurse": "nurse", "gp": "physician", "pharmacist": "pharmacist", "coordinator": "nurse", "relative": None}


@dataclass
class Story:
    """What the clients know, and where the backup lies."""

    site: Site
    main: Path
    keys: Path
    ids: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)  # posts, before the backup began
    media: dict[str, bytes] = field(default_factory=dict)
    epoch: str = ""
    head: int = 0
    read: int = 0

    @property
    def name(self) -> str:
        """The first whole backup."""
        return min(path.name for path in self.main.glob("2*"))

    @property
    def places(self) -> list[str]:
        """The arguments of both commands."""
        return [str(self.main), "--keys", str(self.keys)]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Told once: people write, a backup is made meanwhile, then the second patient is erased."""
    folder = tmp_path_factory.mktemp("story")
    story = Story(Site(folder / "one").prepared(), folder / "main", folder / "keys")
    file = folder / "scenario.json"
    file.write_text(json.dumps(scenario(_CAST, {"c1": [(role, role) for role in _CAST], "c2": [("nurse", "nurse"), ("gp", "gp")]})))
    story.ids = json.loads(story.site.call("load_scenario", str(file)))
    with story.site.serving("media_worker") as line:
        _write_and_back_up(story, line)
    story.site.call("erase_circle", story.ids["c2"], "--do")
    (story.keys / "erased.list").write_text((story.site.keys / "erased.list").read_text())  # as docs/operating.md says: after each erasure
    return story


def _write_and_back_up(story: Story, line: Line) -> None:
    people = {role: Person(line, role).sign_in() for role in _CAST}
    story.tokens = {role: person.token for role, person in people.items()}
    nurse, circle = people["nurse"], story.ids["c1"]
    for data, name in ((photo(), "photo.jpg"), (voice(), "note.webm")):
        medium = send(nurse, circle, data, name).body["id"]
        story.answered.add(nurse.wrote(circle, name, media=[medium])["id"])
        settled(nurse, circle, medium)
        story.media[medium] = nurse.get(f"media/{medium}").raw
    nurse.wrote(story.ids["c2"], "effacé plus tard")
    story.read = nurse.get(f"circles/{circle}").body["head"]
    assert people["gp"].put(f"circles/{circle}/read", seq=story.read).status == 200
    story.epoch = nurse.get(f"circles/{circle}").body["epoch"]
    stop, begun, written = threading.Event(), threading.Barrier(len(_WRITERS) + 1), list[str]()
    writers = [threading.Thread(target=_write, args=(people[role], circle, stop, begun, written)) for role in _WRITERS]
    for writer in writers:
        writer.start()
    try:
        begun.wait(120)
        story.answered |= set(written)
        story.site.call("backup", *story.places)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    story.head = nurse.get(f"circles/{circle}").body["head"]


def _write(person: Person, circle: str, stop: threading.Event, begun: threading.Barrier, written: list[str]) -> None:
    """Until the backup is made; the first posts are answered before it begins."""
    for number in range(2000):
        written.append(person.wrote(circle, f"{person.key} {number}")["id"])
        if number == 2:
            begun.wait(120)
        if stop.wait(0.1):  # at a pace that leaves the backup something of the machine
            return


def test_all_that_was_answered_is_there_elsewhere_and_every_screen_loads_anew(story: Story, tmp_path: Path) -> None:
    other, circle = Site(tmp_path).with_master_key_of(story.site), story.ids["c1"]
    restored, trail, prepared, again = other.run(
        ["call", "restore", *story.places, "--at", story.name, "--all"], ["call", "verify_audit"], ["call", "prepare"],
        ["call", "restore", *story.places],
    )  # fmt: skip
    assert (restored["refusal"], trail["refusal"], prepared["refusal"]) == ("", "", "")
    assert "1 erased patient erased again" in restored["said"]
    assert "data here already" in again["refusal"]
    with other.serving() as line:
        assert Person(line, "nurse", story.tokens["nurse"]).get("me").status == 401
        nurse, gp = Person(line, "nurse").sign_in(), Person(line, "gp").sign_in()
        now = nurse.get(f"circles/{circle}").body
        assert now["epoch"] != story.epoch
        assert _reset(nurse, circle, story.head, story.epoch) == _reset(nurse, circle, 1, story.epoch) == (409, "feed.reset")
        assert story.answered <= {post["id"] for post in _posts(nurse, circle)}
        seqs = [item["seq"] for item in _changes(nurse, circle)]
        assert seqs == list(range(1, now["head"] + 1))
        assert {medium: gp.get(f"media/{medium}").raw for medium in story.media} == story.media
        assert [one["read"] for one in gp.get("circles").body["items"] if one["id"] == circle] == [story.read]
        assert nurse.get(f"circles/{story.ids['c2']}").status == 404
        assert nurse.write(circle, "après").status == 201


def _reset(person: Person, circle: str, after: int, epoch: str) -> tuple[int, str]:
    return person.get(f"circles/{circle}/changes", after=after, epoch=epoch).said


def _posts(person: Person, circle: str) -> Iterator[Any]:
    """All of them, page by page."""
    before: dict[str, str] = {}
    for _ in range(100):
        page = person.get(f"circles/{circle}/posts", limit=500, **before).body
        yield from page["items"]
        if not page["next"]:
            return
        before = {"before": page["next"]}


def _changes(person: Person, circle: str) -> Iterator[Any]:
    after = 0
    for _ in range(100):
        items = person.changes(circle, after)["items"]
        yield from items
        if not items:
            return
        after = items[-1]["seq"]


def test_what_was_cut_altered_taken_away_or_mixed_is_told(story: Story) -> None:
    folder, keys = story.main / story.name, story.keys / story.name
    check = ["backup", *story.places, "--check", "--all"]
    file = next(path for path in (story.main / "media").glob("*/*") if path.stat().st_size > 200)
    other = "k00000000:" + "A" * 43 + "="
    mine = (story.site.keys / "master.key").read_text().strip()
    cases = [
        ("cut", folder / "main.sqlite3", "truncated or was altered"),
        ("flipped", folder / "main.sqlite3", "is not as it was written"),
        ("flipped", keys / "keys.sqlite3", "is not as it was written"),
        ("removed", keys / "keys.sqlite3", "is missing in the backup"),
        ("removed", folder / "manifest.json", "its manifest is missing"),
        (['"media": ', '"media": 1'], folder / "manifest.json", "not as this site wrote it"),
        (['"migrations": [', '"migrations": ["journal.9999_later",'], folder / "manifest.json", "A newer version of Cercle"),
        (['"format": 1', '"format": 2'], keys / "manifest.json", "newer version of Cercle"),
        ([mine, other], story.site.keys / "master.key", "wrapped by another master key"),
        ("removed", file, "1 thing does not agree"),
        ("cut", file, "1 thing does not agree"),
        ("flipped", file, "1 thing does not agree"),
    ]
    given = story.site.run(*(["altered", how, str(path), *check] for how, path, _ in cases), ["call", *check])
    for (how, path, refusal), found in zip(cases, given[:-1], strict=True):
        assert refusal in found["refusal"], (how, path, found)
    assert [("missing" in one["said"], "long" in one["said"], "altered" in one["said"]) for one in given[-4:-1]] == [
        (True, False, False), (False, True, False), (False, False, True),
    ]  # fmt: skip
    assert given[-1]["refusal"] == ""


def test_killed_anywhere_there_is_no_half_backup_and_no_half_restoration(story: Story, tmp_path: Path) -> None:
    before = {path.name for path in (*story.main.glob("2*"), *story.keys.glob("2*"))}
    for place in (["portal.backups.making", "file_of", 1], ["portal.backups.manifests", "digest", 2]):
        assert len(story.site.run(["kill", *place], ["call", "backup", *story.places])) == 1
        assert {path.name for path in (*story.main.glob("2*"), *story.keys.glob("2*"))} == before
    other = Site(tmp_path).prepared()
    (other.keys / "master.key").write_text((story.site.keys / "master.key").read_text())
    own = (other.data / "cercle.sqlite3").read_bytes()
    replace = ["call", "restore", *story.places, "--at", story.name, "--replace"]
    assert len(other.run(["kill", "portal.backups.stores", "put_aside", 2], replace)) == 1
    assert len(other.run(["kill", "portal.backups.restoring", "settle", 1], replace)) == 1
    start, done, begun = other.run(["call", "prepare"], replace, ["call", "prepare"])
    assert "cut short" in start["refusal"]
    assert (done["refusal"], begun["refusal"]) == ("", "")
    (aside,) = other.data.glob("aside-*")
    assert (aside / "cercle.sqlite3").read_bytes() == own
    assert (aside / "patients.sqlite3").exists()


def test_the_signing_key_is_changed_without_signing_anybody_out(story: Story, tmp_path: Path) -> None:
    old, new = (story.site.keys / "secret.key").read_text().strip(), "s" * 50
    me = ["ask", story.tokens["nurse"], "GET", "/api/v1/me", None]
    place = tmp_path / "data"
    place.symlink_to(story.site.data)
    changed = Site(tmp_path, SECRET_KEY=new, SECRET_KEY_FALLBACKS=old)
    assert [answer["status"] for answer in changed.run(me, me)] == [200, 200]
    assert [answer["status"] for answer in Site(tmp_path, SECRET_KEY=new).run(me)] == [401]
