"""The same day twice: once with what professionals say among themselves, once without. Nobody else may see a difference."""

import json
import re
from collections.abc import Callable

from tests.contract.client import Answer, together
from tests.contract.world import Ring, World

WATCHERS = ("patient", "relative", "trusted_person", "home_help", "secretary")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_EPOCH = re.compile(r'"epoch": ?"[0-9a-f]+"')
Between = Callable[[Ring], None]


def nothing(ring: Ring) -> None:
    """The day without."""


def among_us(ring: Ring) -> None:
    """All that a care team does among itself: posts, a quote, a correction, a take, a hand-back, marks, typing, a retraction."""
    nurse, gp = ring["nurse"], ring["gp"]
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


class Watched:
    """One below the care team: a socket that watches, one that does not, and all that HTTP answers."""

    def __init__(self, ring: Ring, role: str) -> None:
        self.ring, self.role = ring, role
        self.watching = ring[role].wire()
        self.watching.watch(ring.id, after=0)
        self.idle, self.head = ring[role].wire(), ring.head(role)

    def asked(self, posts: list[str]) -> list[str]:
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
            person.get(ring.path("/accesses")) if self.role != "patient" else person.get("me"),  # the patient may read the whole trail
            *[person.get(f"posts/{post}") for post in posts],
            *[person.post(f"posts/{post}/acknowledgement") for post in posts[:1]],
        ]
        mine = [circle for circle in person.get("circles", limit=500).body["items"] if circle["id"] == ring.id]
        return [f"{answer.status} {len(answer.raw)} {answer.raw.decode()}" for answer in asked] + [json.dumps(mine)]

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

    def __init__(self, ring: Ring, between: Between) -> None:
        self.ring, self.between = ring, between
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
        self.between(self.ring)

    def lived(self) -> dict[str, list[str]]:
        """Who below the care team got what, ids and times replaced."""
        ring = self.ring
        self.pause()
        self.write("nurse", "à tous, une chute", urgency="urgent")
        first = self.posts[0]
        self.pause()
        self.write("relative", "je viens", reply_to=first)
        self.act(ring["gp"].post(f"posts/{first}/acknowledgement"))
        self.pause()
        self.write("nurse", "aux proches", "relatives")
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
        got = {one.role: _plain([*one.heard(), *one.asked(self.posts)]) for one in self.watched}
        for one in self.watched:
            one.close()
        return got


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
    with_it, without = together(Day(_ring(world), among_us).lived, Day(_ring(world), nothing).lived)
    for role in WATCHERS:
        assert _without_name(with_it[role]) == _without_name(without[role]), role


def test_the_care_team_sees_it(world: World) -> None:
    """The comparison can fail."""
    ring = world.fresh()
    before = ring.head("gp")
    among_us(ring)
    assert ring.head("gp") > before + 4
