"""Everybody who may stand to a circle in any way, around one circle in each of its states, with a post of every kind for every audience."""
import asyncio
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.circles import oracle
from tests.contract import filing
from tests.contract.cast import AUDIENCES, PROFESSIONS, ROLES, patient, person
from tests.contract.client import Answer, Line, Person
from tests.contract.filing import File
from tests.contract.running import Server

STATES = ("active", "frozen", "closed", "deceased")
KINDS = ("info", "urgent", "taken", "retracted", "reply")
WORD = "adour"
READERS = {"pharmacist", "secretary", "trusted_person"}  # who have read everything
_AT_ONCE = 12
_NAMELESS = "0" * 32


@dataclass(frozen=True)
class Relation:
    """How somebody stands to the circles. `role` is "" for who is outside; `standing` where it is not the role's own."""

    name: str
    role: str = ""
    standing: str | None = None
    from_now: bool = False


INSIDE = (
    *(Relation(role, role) for role in ROLES),
    Relation("taker", "nurse"),
    Relation("by_team", "nurse"),
    Relation("late", "nurse", from_now=True),
    Relation("late_relative", "relative", from_now=True),
    Relation("beyond", "coordinator", "wider_team"),
)
OUTSIDE = tuple(
    Relation(name)
    for name in (
        "invited", "ended", "lapsed", "opposed", "left_team", "unconfirmed", "stranger", "hermit", "administrator", "operator", "nobody",
    )
)  # fmt: skip
EVERYBODY = (*INSIDE, *OUTSIDE)
_LEAVING = ("ended", "opposed", "unconfirmed")


@dataclass(frozen=True)
class Written:
    """A post as it was written by the general practitioner. `era`: 1 before the late ones came, 2 after it."""

    id: str
    audience: str
    era: int
    kind: str
    answers: int = 0  # the era of the post that a reply answers

    def seen_by(self, who: Relation) -> bool:
        """By the contract's tables."""
        return bool(who.role) and oracle.reads(who.role, self.audience, who.standing) and not (who.from_now and self.era == 1)


@dataclass
class Circle:
    """A circle in a state, its posts, the files in them, and everybody's membership by name."""

    id: str
    state: str
    posts: list[Written] = field(default_factory=list)
    seats: dict[str, str] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)

    def carried(self, post: Written) -> list[str]:
        """The ids of the files in a post, as they are shown."""
        return [file.id for file in self.files if file.post == post and post.kind != "retracted"]


@dataclass(frozen=True)
class Question:
    """A call of the API by somebody."""

    who: Relation
    method: str
    path: str
    body: Any = None  # JSON; bytes as they stand
    range: str = ""


@dataclass
class Crowd:
    """The people, signed in, and the circles by state."""

    server: Server
    line: Line
    people: dict[str, Person]
    circles: list[Circle]
    practice: str
    nothing: dict[str, bytes]  # what each is told of a circle that does not exist

    def ask(self, questions: Iterable[Question]) -> Iterator[tuple[Question, Answer]]:
        """The answers, a dozen questions at a time."""
        asked = list(questions)
        for start in range(0, len(asked), _AT_ONCE):
            together = asked[start : start + _AT_ONCE]
            yield from zip(together, self.line.run(self._together(together)), strict=True)

    async def _together(self, questions: list[Question]) -> list[Answer]:
        return await asyncio.gather(*[self.line._send(one.method, f"/api/v1/{one.path}", self._request(one)) for one in questions])

    def _request(self, question: Question) -> dict[str, Any]:
        headers = {**self.people[question.who.name].headers, "Idempotency-Key": str(uuid.uuid4())}
        headers |= {"Range": question.range} if question.range else {}
        if isinstance(question.body, bytes):
            return {"data": question.body, "headers": {**headers, "Content-Type": "application/json"}}
        return {"headers": headers, **({} if question.body is None else {"json": question.body})}

    def is_nothing(self, who: Relation, answer: Answer) -> bool:
        """Whether the answer is, byte for byte, that of something that does not exist (to nobody: that one signs in); of HEAD as long."""
        nothing, length = self.nothing[who.name], answer.headers.get("Content-Length")
        same = answer.raw == nothing or (not answer.raw and length == str(len(nothing)))
        return answer.status == (401 if who.name == "nobody" else 404) and same


def gather(server: Server, line: Line) -> Crowd:
    """Loads, writes, admits, ends, and turns each circle into its state."""
    ids = server.load(_scenario())
    people = {who.name: Person(line, who.name).sign_in() for who in EVERYBODY if who.name != "nobody"}
    people["nobody"] = Person(line, "nobody", token=_NAMELESS)
    circles = [Circle(ids[f"circle_{state}"], state) for state in STATES]
    laid = filing.lay_down(server, {circle.id: [kind for _audience, _era, kind in _FILED[circle.state]] for circle in circles})
    for circle in circles:
        _fill(circle, people, ids, laid[circle.id])
    server.manage("shell", "-v", "0", "-c", f"IDS = {ids!r}\n{filing.ANNOUNCE}{_LEAVE}")
    for circle in circles:
        if circle.state != "active":
            done(people["coordinator"].put(f"circles/{circle.id}/state", state=circle.state, reason="essai"))
    nothing = {name: one.get(f"circles/{uuid.uuid4()}").raw for name, one in people.items()}
    return Crowd(server, line, people, circles, ids["practice"], nothing)


def done(answer: Answer) -> Any:
    """The body of what must not be refused."""
    assert answer.status < 300, answer.raw[:300]
    return answer.body if answer.raw else None


_LEAVE = """
from django.utils import timezone
from people.accounts.models import Administrator, Operator, Person, Structure
from people.accounts.services import withdraw_confirmation
from people.accounts.teams import leave_team
who = {name: Person.objects.get(pk=IDS[name]) for name in ("left_team", "unconfirmed", "administrator", "operator")}
practice = Structure.objects.get(pk=IDS["practice"])  # the server is shared: others have structures in it
leave_team(person=who["left_team"], structure=practice.pk)
withdraw_confirmation(person=who["unconfirmed"])
Administrator.objects.create(person=who["administrator"], structure=practice, since=timezone.now())
Operator.objects.create(person=who["operator"], since=timezone.now())
"""


def _scenario() -> dict[str, Any]:
    people = [person(role, PROFESSIONS.get(role)) for role in ROLES]
    nurses = ("taker", "late", "invited", "ended", "lapsed", "opposed", "unconfirmed", "stranger", "hermit")
    people += [person(name, "nurse") for name in nurses]
    people += [person("late_relative"), person("beyond", "other"), person("administrator"), person("operator")]
    people += [person(name, "nurse", structures=["practice"]) for name in ("by_team", "left_team")]
    seats = [(role, role) for role in ROLES] + [(name, "nurse") for name in ("taker", *_LEAVING, "invited", "lapsed")]
    patients = [patient(f"circle_{state}", letter, seats) for state, letter in zip(STATES, "abcd", strict=True)]
    for member in [member for one in patients for member in one["members"]]:
        member |= _TERMS.get(member["person"], {})
    patients.append(patient("elsewhere", "e", [("stranger", "nurse")]))
    structures = [{"key": "practice", "name": "Cabinet", "kind": "practice", "units": []}]
    return {"structures": structures, "people": people, "patients": patients}


_TERMS = {"invited": {"since": "2099-01-01T00:00:00Z"}, "lapsed": {"since": "2020-01-01T00:00:00Z", "until": "2021-01-01T00:00:00Z"}}


_ELSEWHERE = (("care_team", 2, "voice"),)
# By the circle's state: a post's audience, era and kind of file; in the active one also one withdrawn and one in no post at all.
_FILED: dict[str, tuple[tuple[str, int, str], ...]] = {
    "active": (
        *((audience, 1, "photo") for audience in ("care_team", "relatives", "circle")),
        *((audience, 2, "photo") for audience in ("wider_team", "patient", "relatives")),
        ("care_team", 2, "voice"), ("relatives", 2, "voice"), ("withdrawn", 2, "photo"), ("", 0, "photo"),
    ),
    "frozen": _ELSEWHERE, "closed": _ELSEWHERE, "deceased": _ELSEWHERE,
}  # fmt: skip


def _fill(circle: Circle, people: dict[str, Person], ids: dict[str, str], files: list[str]) -> None:
    where, gp = f"circles/{circle.id}", people["gp"]
    _write(circle, people, 1)
    _post_files(circle, gp, files, 1)
    done(people["patient"].post(f"{where}/consents", scope="coordination", given=False))
    for name, role in (("late", "nurse"), ("late_relative", "relative"), ("beyond", "coordinator")):
        history = "all" if name == "beyond" else "from_now"
        done(gp.post(f"{where}/members", person=ids[name], role=role, history=history))
    done(gp.post(f"{where}/members", structure=ids["practice"], role="nurse", history="all"))
    _write(circle, people, 2)
    _post_files(circle, gp, files, 2)
    members = done(gp.get(where))["members"]
    names = {value: key for key, value in ids.items()}
    circle.seats = {names[member["person"]["id"]]: member["id"] for member in members if member.get("person")}
    for file in [file for file in circle.files if file.asked]:
        done(gp.post(f"media/{file.id}/transcribers", member=circle.seats["secretary"]))
    for name in READERS:
        done(people[name].put(f"{where}/read", seq=done(people[name].get(where))["head"]))
    done(gp.delete(f"{where}/members/{circle.seats['ended']}"))
    done(people["patient"].post(f"{where}/oppositions", member=circle.seats["opposed"]))


def _write(circle: Circle, people: dict[str, Person], era: int) -> None:
    gp = people["gp"]
    for audience in AUDIENCES:
        first = next((post for post in circle.posts if post.audience == audience), None)
        for kind in KINDS:
            urgency = "urgent" if kind in {"urgent", "taken"} else "info"
            answers = first or circle.posts[-len(KINDS) + 1] if kind == "reply" else None
            made = gp.wrote(circle.id, f"{WORD} {kind}", audience, urgency=urgency, reply_to=answers.id if answers else None)
            if kind == "taken":
                done(people["taker"].post(f"posts/{made['id']}/acknowledgement"))
            if kind == "retracted":
                done(gp.post(f"posts/{made['id']}/retraction", reason="essai"))
            circle.posts.append(Written(made["id"], audience, era, kind, answers.era if answers else 0))
            first = first or circle.posts[-1]


def _post_files(circle: Circle, gp: Person, files: list[str], era: int) -> None:
    """What is to be in posts of this era, and what is in none."""
    for file, (audience, when, kind) in zip(files, _FILED[circle.state], strict=True):
        if not when and era == 1:
            circle.files.append(File(file, kind, None))
        if when != era:
            continue
        withdrawn = audience == "withdrawn"
        audience = "circle" if withdrawn else audience
        made = gp.wrote(circle.id, f"{WORD} {kind}", audience, media=[file])
        if withdrawn:
            done(gp.post(f"posts/{made['id']}/retraction", reason="essai"))
        circle.posts.append(Written(made["id"], audience, era, "retracted" if withdrawn else kind))
        circle.files.append(File(file, kind, circle.posts[-1], asked=kind == "voice" and audience == "care_team"))
