"""Every way in which a right ends while its owner listens, each by a person of its own around one patient."""
import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.contract.cast import PASSWORD, patient, person
from tests.contract.client import Answer, Line, Person
from tests.contract.running import Server
from tests.contract.wire import Wire

_APP = "/_allauth/app/v1"
_PATIENCE_S = 120.0  # how soon it is heard is measured elsewhere; here it is that, and that nothing follows
_IN_TEAMS = {"structure_ended": "practice", "team_left": "desk"}
_SHELL = """
from people.accounts.models import Person
from people.accounts.services import withdraw_confirmation
from people.accounts.teams import leave_team
person = Person.objects.get(email="{email}")
"""


@dataclass
class Town:
    """A server, who writes by one process, and who listens at another (or the same) one."""

    server: Server
    writing: Line
    hearing: Line
    offset: Path
    seconds: int = 0
    rounds: int = 0

    def later(self, seconds: int) -> None:
        """Moves the service's clock."""
        self.seconds += seconds
        self.offset.write_text(str(self.seconds))


@dataclass
class Leavers:
    """One round: a fresh circle with somebody for each way."""

    town: Town
    ids: dict[str, str]
    seats: dict[str, str] = field(default_factory=dict)
    wires: dict[str, list[Wire]] = field(default_factory=dict)

    def at(self, key: str, line: Line | None = None) -> Person:
        """A new session of somebody."""
        return Person(line or self.town.writing, f"{key}{self.town.rounds}").sign_in()

    def shell(self, key: str, act: str) -> None:
        """An act beside the service, in a process of its own."""
        script = _SHELL.format(email=f"{key}{self.town.rounds}@example.org") + act
        self.town.server.manage("shell", "-v", "0", "-c", script)


def member_ended(here: Leavers) -> None:
    """By somebody else."""
    _done(here.at("gp").delete(f"circles/{here.ids['circle']}/members/{here.seats['member_ended']}"))


def structure_ended(here: Leavers) -> None:
    """The structure's part in the circle."""
    _done(here.at("gp").delete(f"circles/{here.ids['circle']}/members/{here.ids['seat']}"))


def opposed(here: Leavers) -> None:
    """By the patient."""
    _done(here.at("patient").post(f"circles/{here.ids['circle']}/oppositions", member=here.seats["opposed"]))


def replacement_ended(here: Leavers) -> None:
    """By who was replaced."""
    _done(here.at("replaced").delete(f"delegations/{here.ids['delegation']}"))


def team_left(here: Leavers) -> None:
    """On the team list, by another process."""
    here.shell("team_left", f'leave_team(person=person, structure="{here.ids["desk"]}")')


def confirmation_withdrawn(here: Leavers) -> None:
    """By another process."""
    here.shell("confirmation_withdrawn", "withdraw_confirmation(person=person)")


def account_closed(here: Leavers) -> None:
    """By the operator, in another process."""
    here.town.server.manage("account", "close", f"account_closed{here.town.rounds}@example.org")


def password_changed(here: Leavers) -> None:
    """On another device."""
    other = here.at("password_changed")
    body = {"current_password": PASSWORD, "new_password": "Quatre-ponts-sur-la-Midouze-1982"}
    _done(other.line.send("POST", f"{_APP}/account/password/change", headers=other.headers, json=body))


def session_ended(here: Leavers) -> None:
    """From another device's list."""
    other = here.at("session_ended")
    listed = other.line.send("GET", f"{_APP}/auth/sessions", headers=other.headers).body["data"]
    gone = [session["id"] for session in listed if not session["is_current"]]
    _done(other.line.send("DELETE", f"{_APP}/auth/sessions", headers=other.headers, json={"sessions": gone}))


def term_reached(here: Leavers) -> None:
    """Nothing has to run for it."""
    leaver = here.at("term_reached")
    here.town.later(7200)
    assert _wait(lambda: leaver.get(f"circles/{here.ids['circle']}").status == 404)  # the file is read a few times a second


WAYS: list[Callable[[Leavers], None]] = [
    member_ended,
    structure_ended,
    opposed,
    replacement_ended,
    team_left,
    confirmation_withdrawn,
    account_closed,
    password_changed,
    session_ended,
    term_reached,
]


def _done(answer: Answer) -> Answer:
    assert answer.status < 300, answer.raw[:300]
    return answer


def gathered(town: Town) -> Leavers:
    """A circle with everybody inside, each listening on two sockets: one that watches and one that does not."""
    town.rounds += 1
    names = [way.__name__ for way in WAYS]
    here = Leavers(town, town.server.load(_scenario(town.rounds, names)))
    gp, where = here.at("gp"), f"circles/{here.ids['circle']}"
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=town.seconds + 3600)).isoformat()
    _done(gp.post(f"{where}/members", person=here.ids["term_reached"], role="nurse", history="all", until=until))
    handed = here.at("replaced").post("delegations", to=here.ids["replacement_ended"], until=until)
    here.ids["delegation"] = _done(handed).body["id"]
    for team in _IN_TEAMS.values():
        seat = _done(gp.post(f"{where}/members", structure=here.ids[team], role="nurse", history="all")).body["id"]
        here.ids |= {"seat": seat} if team == "practice" else {}
    people = {value: key for key, value in here.ids.items()}
    members = _done(gp.get(where)).body["members"]
    here.seats = {people[member["person"]["id"]]: member["id"] for member in members if member.get("person")}
    for name in [*names, "gp"]:
        who = here.at(name, town.hearing)
        here.wires[name] = [who.wire(here.ids["circle"]), who.wire()]
    return here


def _scenario(number: int, names: list[str]) -> dict[str, object]:
    people = [person(f"gp{number}", "physician"), person(f"patient{number}"), person(f"replaced{number}", "nurse")]
    people += [person(f"{name}{number}", "nurse", structures=[_IN_TEAMS[name]] if name in _IN_TEAMS else []) for name in names]
    for one in people:
        one["key"] = one["key"].removesuffix(str(number))
    later = {*_IN_TEAMS, "term_reached", "replacement_ended"}
    seats = [("gp", "gp"), ("patient", "patient"), ("replaced", "nurse"), *((name, "nurse") for name in names if name not in later)]
    structures = [{"key": key, "name": key.title(), "kind": key, "units": []} for key in _IN_TEAMS.values()]
    return {"structures": structures, "people": people, "patients": [patient("circle", f"{chr(96 + number)}", seats)]}


def left_by_every_way(here: Leavers) -> list[str]:
    """Each way once, a post after each; what the leavers then heard that they should not, or did not hear."""
    circle, gp = here.ids["circle"], here.at("gp")
    for way in WAYS:
        way(here)
        gp.wrote(circle, f"après {way.__name__}", "care_team")
    last, _idle = here.wires["gp"]
    _wait(lambda: f"après {WAYS[-1].__name__}" in "".join(last.texts))
    faults = []
    for number, way in enumerate(WAYS):
        for wire, kind in zip(here.wires[way.__name__], ("watching", "idle"), strict=True):
            if not _wait(lambda wire=wire: not wire.is_open or bool(_ended(wire, circle))):  # type: ignore[misc]
                faults.append(f"{way.__name__}: the {kind} socket heard of no end")
            told = "".join(wire.texts)
            late = [then.__name__ for then in WAYS[number:] if f"après {then.__name__}" in told]
            faults += [f"{way.__name__}: the {kind} socket heard what followed {then}" for then in late]
    return faults


def _ended(wire: Wire, circle: str) -> list[object]:
    return [frame for frame in wire.events("ended") if frame["circle"] == circle]


def _wait(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE_S
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()
