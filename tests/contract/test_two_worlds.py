"""The same day twice: once with what professionals say among themselves, once without. Nobody else may see a difference."""

import json
import re
import time
from collections.abc import Callable

from tests.contract.client import Answer, together
from tests.contract.filing import lay_down
from tests.contract.world import Ring, World

WATCHERS = ("patient", "relative", "trusted_person", "home_help", "secretary")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_EPOCH = re.compile(r'"epoch": ?"[0-9a-f]+"')
FILES = ["photo", "voice", "photo", "voice"]  # of which the first two are shown to those below, the others to professionals only
_PATIENCE_S = 60.0
Between = Callable[[Ring, list[str]], None]


def nothing(ring: Ring, files: list[str]) -> None:
    """The day without."""


def among_us(ring: Ring, files: list[str]) -> None:
    """All that a care team does among itself: posts, a quote, a correction, a take, a hand-back, marks, typing, a retraction, and
    files: a photo, a voice note that is heard and written down, and one of those that are shown to all at another time.
    """
    nurse, gp = ring["nurse"], ring["gp"]
    show(ring, files)
    first = nurse.wrote(ring.id, "entre nous", "care_team", urgency="urgent")
    gp.post(f"posts/{first['id']}/acknowledgement")
    nurse.post(f"posts/{first['id']}/corrections", text="entre nous, corrigé", reason="x")
    gp.delete(f"posts/{first['id']}/acknowledgement")
    reply = gp.wrote(ring.id, "réponse entre nous", "care_team", reply_to=first["id"])
    for person in (gp, nurse):
        person.put(ring.path("/read"), seq=ring.head("nurse"))
    with nurse.wire(ring.id) as wire:
        wire.ask(op="typing", circle=ring.id, audience="care_team")
    gp.post(f"posts/{reply['id']}/retraction", reason="x")


def show(ring: Ring, files: list[str]) -> None:
    """Files in a post for professionals, looked at, heard, written down; one post of them is withdrawn."""
    nurse, gp, (_, shown, photo, note) = ring["nurse"], ring["gp"], files
    gp.wrote(ring.id, "", "care_team", media=[photo, note])
    again = gp.wrote(ring.id, "encore entre nous", "care_team", media=[note, shown])
    for heard in (note, shown) if ring["patient"].get(f"media/{shown}").status == 404 else (note,):  # what all see is heard before all
        assert nurse.post(f"media/{heard}/listening").status == 204
    assert nurse.get(f"media/{photo}").status == nurse.get(f"media/{photo}/thumbnail").status == 200
    assert gp.put(f"media/{note}/transcript", text="entre nous, dicté", reviewed=True).status == 200
    gp.post(f"posts/{again['id']}/retraction", reason="x")


class Watched:
    """One below the care team: a socket that watches, one that does not, and all that HTTP answers."""

    def __init__(self, ring: Ring, role: str) -> None:
        self.ring, self.role = ring, role
        self.watching = ring[role].wire()
        self.watching.watch(ring.id, after=0)
        self.idle, self.head = ring[role].wire(), ring.head(role)

    def asked(self, posts: list[str], files: list[str]) -> list[str]:
        """Every answer of the API, as text."""
        person, ring = self.ring[self.role], self.ring
        asked = [
            person.get(ring.path()),
            person.get(ring.path("/posts")),
            person.get(ring.path("/posts"), limit=2),
            person.get(ring.path("/changes"), after=0),
            person.get(ring.path("/changes"), after=3, limit=2),
            person.post(ring.path("/search"), q="nous"),
            person.post(ring.path("/search"), q="tous"),
            person.post(ring.path("/search"), q="garonne"),
            person.get(ring.path("/transcriptions")),
            *[person.get(path) for file in files for path in (
                f"media/{file}", f"media/{file}/thumbnail", ring.path(f"/media/{file}"), f"media/{file}/listening",
            )],
            person.get(ring.path("/accesses")) if self.role != "patient" else person.get("me"),  # the patient may read the whole trail
            *[person.get(f"posts/{post}") for post in posts],
            *[person.post(f"posts/{post}/acknowledgement") for post in posts[:1]],
        ]
        mine = [circle for circle in person.get("circles", limit=500).body["items"] if circle["id"] == ring.id]
        told = [f"{answer.status} {len(answer.raw)} {answer.raw.decode()}" for answer in asked]
        return [*told, *[json.dumps(sorted(_headers(answer))) for answer in asked], json.dumps(mine)]

    def heard(self) -> list[str]:
        """What both sockets said of their own accord, news of this circle only. How news are cut into frames is the line's affair."""
        for wire in (self.watching, self.idle):
            wire.settle()
        items = [json.dumps(item) for item in self.watching.items(self.ring.id)]
        told = [json.dumps(frame["receipts"]) for frame in self.watching.events("receipts")]
        typing = [json.dumps(frame["member"]) for frame in self.watching.events("typing")]
        inbox = [json.dumps({**frame, "n": 0}) for frame in self.idle.events("inbox") if frame["circle"] == self.ring.id]
        return [*items, "receipts", *told, "typing", *typing, "inbox", *inbox]

    def close(self) -> None:
        """Hangs up."""
        self.watching.close()
        self.idle.close()


class Day:
    """One act after another, each waited for by all who hear of it: how news merge on the way is the line's affair."""

    def __init__(self, ring: Ring, between: Between, files: list[str]) -> None:
        self.ring, self.between, self.files = ring, between, files
        self.watched = [Watched(ring, role) for role in WATCHERS]
        self.posts: list[str] = []

    def act(self, answer: Answer) -> Answer:
        """Something that at least some of them see was done."""
        assert answer.status < 300, answer.raw
        for one in self.watched:
            head = self.ring.head(one.role)
            if one.head != head:
                one.idle.event("inbox", circle=self.ring.id, head=head)
                one.head = head
        return answer

    def write(self, role: str, text: str, audience: str = "circle", **more: object) -> None:
        """A post that is asked for again at the end."""
        self.posts.append(self.act(self.ring[role].write(self.ring.id, text, audience, **more)).body["id"])  # type: ignore[arg-type]

    def told(self, post: str) -> None:
        """Waits until everybody on the first rung was told: whoever is quicker than the letters is another day, not another reader."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            steps = self.ring["gp"].get(f"posts/{post}").body["alert"]["steps"]
            if any(step["step"] == "told" for step in steps) and "pending" not in json.dumps(steps):
                return
            time.sleep(0.05)
        raise AssertionError(steps)

    def read(self, role: str) -> None:
        """Somebody has read everything, of which all of them see something."""
        told = [len(one.watching.events("receipts")) for one in self.watched]
        assert self.ring[role].put(self.ring.path("/read"), seq=self.ring.head(role)).status == 200
        for one, before in zip(self.watched, told, strict=True):
            one.watching.first(lambda _, one=one, before=before: len(one.watching.events("receipts")) > before)  # type: ignore[misc]

    def pause(self) -> None:
        """The care team has read what all may see, and then is among itself."""
        self.read("gp")
        self.read("nurse")
        self.between(self.ring, self.files)

    def lived(self) -> dict[str, list[str]]:
        """Who below the care team got what, ids and times replaced."""
        ring = self.ring
        self.pause()
        self.write("nurse", "à tous, une chute", urgency="urgent")
        first = self.posts[0]
        self.told(first)
        self.pause()
        self.write("relative", "je viens", reply_to=first)
        self.act(ring["gp"].post(f"posts/{first}/acknowledgement"))
        self.pause()
        self.write("nurse", "aux proches", "relatives")
        self.write("gp", "", media=self.files[1:2])
        self.pause()
        self.act(ring["nurse"].post(f"media/{self.files[1]}/listening"))
        self.write("gp", "à tous, une photo", media=self.files[:2])
        self.pause()
        self.act(ring["relative"].post(f"media/{self.files[1]}/listening"))
        self.act(ring["gp"].put(f"media/{self.files[1]}/transcript", text="à tous, garonne", reviewed=True))
        self.write("nurse", "à l'équipe large", "wider_team")
        self.act(ring["nurse"].post(f"posts/{first}/corrections", text="à tous, une glissade", reason="précision"))
        with ring["nurse"].wire(ring.id) as wire:
            wire.ask(op="typing", circle=ring.id, audience="circle")
        self.pause()
        self.read("relative")
        ring.seats["newcomer_0"] = self.act(
            ring["nurse"].post(ring.path("/members"), person=ring.world.ids["newcomer_0"], role="nurse", history="all")
        ).body["id"]
        self.act(ring["nurse"].delete(ring.path(f"/members/{ring.seats['newcomer_0']}")))
        self.act(ring["gp"].post(f"posts/{first}/completion"))
        self.pause()
        got = {one.role: _plain([*one.heard(), *one.asked(self.posts, self.files)]) for one in self.watched}
        for one in self.watched:
            one.close()
        return got


def _headers(answer: Answer) -> list[tuple[str, str]]:
    """What is said beside an answer, but for the hour."""
    return [(name, value) for name, value in answer.headers.items() if name != "Date"]


def _plain(lines: list[str]) -> list[str]:
    """Ids as the how-manieth of their first appearance; times as such: two days are never at the same time."""
    seen: dict[str, str] = {}
    return [
        _EPOCH.sub('"epoch":"e"', _TIME.sub("T", _ID.sub(lambda found: seen.setdefault(found[0], f"id{len(seen)}"), line)))
        for line in lines
    ]


def _ring(world: World) -> Ring:
    """A circle of the pool."""
    ring = world.fresh()
    ring.seats  # noqa: B018  -- the nurse has looked, so that her opening is in the trail in both
    return ring


def _without_name(lines: list[str]) -> list[str]:
    """Another patient, of course."""
    name = re.compile(r'("(?:name|family_name)": ?")(?:DURAND|Durand) [A-Za-z]+')
    return [name.sub(r"\1", line) for line in lines]


def test_nobody_below_sees_which_day_it_was(world: World) -> None:
    here, there = _ring(world), _ring(world)
    files = lay_down(world.server, {ring.id: FILES for ring in (here, there)})
    with_it, without = together(Day(here, among_us, files[here.id]).lived, Day(there, nothing, files[there.id]).lived)
    for role in WATCHERS:
        assert _without_name(with_it[role]) == _without_name(without[role]), role
        assert any('"media.heard"' in line for line in with_it[role])


def test_the_care_team_sees_it(world: World) -> None:
    """The comparison can fail."""
    ring = world.fresh()
    before, files = ring.head("gp"), lay_down(world.server, {ring.id: FILES})[ring.id]
    among_us(ring, files)
    items = ring["gp"].changes(ring.id, before)["items"]
    assert len(items) > 12
    assert {"media.ready", "media.heard"} <= {item["kind"] for item in items}
