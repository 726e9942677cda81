"""Hospital staff at every border of a stay, over a running server and a hospital's messages: inside exactly in the interval."""
import io
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from tests.contract.cast import patient, person
from tests.contract.client import Answer, Line, Person, line_to, together
from tests.contract.hospital import Sender, stamp, told
from tests.contract.running import Server
from tests.contract.uploads import send, settled
from tests.contract.wire import Wire
from tests.gateway.messages import Adt
from tests.service import free_port

PATIENCE_S = 30.0
RACES = 6
STAFF = {"alice": "cardio", "rosa": "cardio", "bruno": "geria"}
UNITS = {"4420": "Cardiologie", "4510": "Gériatrie"}


@dataclass
class Region:
    """A running server with a hospital's feed and two wards, patients at home, and a clock that moves."""

    server: Server
    line: Line
    port: int
    clock: Path
    ids: dict[str, str]
    people: dict[str, Person]
    post: str = ""
    medium: str = ""

    def say(self, trigger: str, number: int = 0, **more: Any) -> None:
        """A message about a patient, acknowledged; it is worked out after that."""
        name = f"Durand {'abcdefghij'[number]}"
        known = {"ins": f"2410340088{number:03}82", "ipp": f"7{number}", "birth_name": "Petit", "used_name": name, "given": "Jeanne"}
        unit = more.pop("unit", "4420")
        message = Adt(trigger, stay=f"V{number}", **{**known, "sent": stamp(), "unit": unit, "unit_name": UNITS[unit], **more})
        with Sender(self.port) as sender:
            assert told(sender.send(message)) == ("AA", "")

    def later(self, hours: float) -> None:
        """The service's clock, so long after the machine's."""
        self.clock.write_text(str(hours * 3600))
        time.sleep(0.5)  # the service reads the file a few times a second

    def ways(self, key: str) -> dict[str, bool]:
        """Way → whether it leads into the first patient's thread. None of them may differ from the others."""
        who, circle = self.people[key], self.ids["p0"]
        found = {
            "circle": who.get(f"circles/{circle}").status == 200,
            "list": circle in {one["id"] for one in who.get("circles").body["items"]},
            "posts": who.get(f"circles/{circle}/posts").status == 200,
            "changes": who.get(f"circles/{circle}/changes", after=0).status == 200,
            "search": who.post(f"circles/{circle}/search", q="garonne").status == 200,
            "post": who.get(f"posts/{self.post}").status == 200,
            "media": who.get(f"media/{self.medium}").status == 200,
            "preview": who.get(f"media/{self.medium}/thumbnail").status == 200,
            "write": who.call("POST", f"circles/{circle}/posts", data=b"{", headers={"Idempotency-Key": str(uuid.uuid4())}).status != 404,
            "page": self.line.send("GET", f"/circles/{circle}", headers={"Cookie": f"cercle={who.token}"}).status == 200,
        }
        with Wire(who) as wire:
            found["socket"] = "ok" in wire.watch(circle)
        return found

    def inside(self, key: str) -> bool:
        """Whether somebody is in, by all ways alike."""
        ways = self.ways(key)
        assert len(set(ways.values())) == 1, (key, ways)
        return ways["circle"]

    def joins(self, key: str, number: int = 0) -> int:
        """The status of joining the only stay of a patient; the unit's list must agree with it."""
        status = self.people[key].post(f"stays/{self.stay(number)}/join").status
        unit = self.people[key].get(f"units/{self.ids[STAFF[key]]}/patients").body["items"]
        assert (status in {200, 201}) is (self.stay(number) in {one["id"] for one in unit})
        return status

    def stay(self, number: int) -> str:
        """The id of a patient's stay, as the newest card names it."""
        events = [post["event"] for post in self.people["nurse"].seen(self.ids[f"p{number}"]) if post["kind"] == "hospital_event"]
        return str(events[-1]["stay"])

    def until(self, holds: Callable[[], object]) -> None:
        """Waits for what comes after an acknowledgment."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, "it never came"
            time.sleep(0.05)

    def heard(self, what: str, number: int = 0) -> None:
        """Waits until the thread has a card of this kind."""
        self.until(lambda: what in {post["event"]["what"] for post in self.people["nurse"].seen(self.ids[f"p{number}"])
                                    if post["kind"] == "hospital_event"})  # fmt: skip


def _cast() -> dict[str, Any]:
    units = [{"key": "cardio", "code": "4420", "name": "Cardiologie"}, {"key": "geria", "code": "4510", "name": "Gériatrie"}]
    hospital = {"key": "chd", "name": "CH de Dax", "finess": "400000001", "kind": "hospital", "units": units, "mllp": {"msh4": "CH-DAX"}}
    staff = [person(key, "nurse", structures=["chd"], units=[unit]) for key, unit in STAFF.items()]
    patients = [patient(f"p{n}", "abcdefghij"[n], [("nurse", "nurse")]) | {"ins": f"2410340088{n:03}82"} for n in range(RACES + 1)]
    return {"structures": [hospital], "people": [person("nurse", "nurse"), *staff], "patients": patients}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    """One server for these tests, and in the first patient's thread a post with a photo."""
    port, clock = free_port(), tmp_path_factory.mktemp("clock") / "offset"
    settings = {"CERCLE_MLLP_PORT": str(port), "CERCLE_CLOCK_OFFSET_FILE": str(clock)}
    with Server(tmp_path_factory.mktemp("stays"), **settings) as server, line_to(server.url) as line:
        ids = server.load(_cast())
        people = {key: Person(line, key).sign_in() for key in ("nurse", *STAFF)}
        region = Region(server, line, port, clock, ids, people)
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
        region.medium = send(people["nurse"], ids["p0"], picture.getvalue(), "plaie.png").body["id"]
        region.post = people["nurse"].wrote(ids["p0"], "garonne", media=[region.medium])["id"]
        settled(people["nurse"], ids["p0"], region.medium)
        yield region


def test_inside_exactly_in_the_interval_by_every_way(region: Region) -> None:
    def now(**who: bool) -> None:
        assert {key: region.inside(key) for key in who} == who

    region.say("A05", movement="1", at=stamp(hours=-20))
    region.heard("planned")
    assert [region.joins("alice"), region.joins("bruno")] == [404, 404]
    now(alice=False)

    region.say("A01", movement="2", at=stamp(hours=2))
    region.heard("admitted")
    now(alice=False)  # being of the unit is no right: joining is an act
    assert [region.joins("alice"), region.joins("alice"), region.joins("bruno")] == [201, 200, 404]
    now(alice=True, rosa=False, bruno=False)

    with region.people["alice"].wire(region.ids["p0"]) as screen:
        region.say("A02", movement="3", at=stamp(hours=1), unit="4510")
        screen.event("ended", circle=region.ids["p0"])
    now(alice=False)
    assert [region.joins("alice"), region.joins("bruno")] == [404, 201]
    now(bruno=True)

    with region.people["bruno"].wire(region.ids["p0"]) as screen:
        region.say("A12", movement="3", at=stamp(hours=1), unit="4420", zbe4="CANCEL", zbe6="A02")
        screen.event("ended", circle=region.ids["p0"])
    assert [region.joins("bruno"), region.joins("alice")] == [404, 201]
    now(alice=True, bruno=False)

    region.say("A03", movement="4", at=stamp(minutes=1))
    region.heard("discharged")
    now(alice=True, rosa=False)
    assert region.joins("rosa") == 201  # within the grace
    region.later(71.9)
    now(alice=True, rosa=True)
    with region.people["alice"].wire(region.ids["p0"]) as screen:
        region.later(72.1)
        screen.event("ended", circle=region.ids["p0"])
    now(alice=False, rosa=False)
    assert region.joins("alice") == 404

    region.say("A13", movement="4", at=stamp(minutes=1), zbe4="CANCEL", zbe6="A03")
    region.until(lambda: region.people["alice"].get(f"circles/{region.ids['p0']}").status == 200)
    now(alice=True, rosa=True)  # the stay goes on, and with it what it holds
    with region.people["alice"].wire(region.ids["p0"]) as screen:
        region.say("A11", movement="2", at=stamp(hours=2), zbe4="CANCEL", zbe6="A01")
        screen.event("ended", circle=region.ids["p0"])
    now(alice=False, rosa=False)
    assert region.joins("alice") == 404
    region.later(0)


def test_of_joining_and_a_discharge_that_comes_late_at_the_same_moment_nothing_is_left(region: Region) -> None:
    numbers = range(1, RACES + 1)
    for number in numbers:
        region.say("A01", number, movement="1", at=stamp(hours=100))
        region.heard("admitted", number)
    for number in numbers:
        stay, alice = region.stay(number), region.people["alice"]
        late: dict[str, Any] = {"movement": "2", "at": stamp(hours=90)}
        join, leave = partial(alice.post, f"stays/{stay}/join"), partial(region.say, "A03", number, **late)
        joined = together(cast(Callable[[], object], join), leave)[0]
        assert isinstance(joined, Answer)
        assert joined.status in {201, 404}
        region.heard("discharged", number)
        assert alice.get(f"circles/{region.ids[f'p{number}']}").status == 404
        assert alice.post(f"stays/{stay}/join").status == 404
