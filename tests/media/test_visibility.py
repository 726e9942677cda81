"""Who sees which file, against the contract's words; and that every small untruth in the rule is noticed."""

import inspect
import textwrap
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from media import access, models
from media.enums import MediaKind
from media.models import Carry, CarryRows, Transcriber
from messaging.feed.items import Reader
from messaging.feed.services import create_feed
from people.circles.models import Circle
from tests.circles import oracle
from tests.circles.home import Home
from tests.media.shelf import shelved, wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ROLES = {"nurse": "nurse", "pharmacist": "pharmacist", "home_help": "home_help", "patient": "patient", "relative": "relative",
         "newcomer": "nurse", "stranger": "secretary"}  # fmt: skip
LATE = "newcomer"  # came from now on, after the first era
AUDIENCES = ("care_team", "wider_team", "patient", "relatives", "circle")
Seen = dict[str, set[str]]  # who → the names of the files


def retract(home: Home, post: dict[str, Any]) -> None:
    """Its author withdraws it."""
    home.client("pharmacist").post(f"/api/v1/posts/{post['id']}/retraction", {"reason": "x"}, content_type="application/json")


@pytest.fixture
def filed(home: Home) -> Home:
    """Files of the pharmacist's in posts for every audience, before and after somebody came; and those that are nobody else's."""
    home.call("nurse", "POST", "/members", person=home.people["stranger"], role="secretary", history="all")
    for audience in AUDIENCES:
        wrote(home, "pharmacist", [shelved(home, "pharmacist", name=f"{audience} 1")], "un", audience)
    home.call("nurse", "POST", "/members", person=home.people[LATE], role="nurse", history="from_now")
    for audience in AUDIENCES:
        wrote(home, "pharmacist", [shelved(home, "pharmacist", name=f"{audience} 2")], "deux", audience)
    retract(home, wrote(home, "pharmacist", [shelved(home, "pharmacist", name="withdrawn")], "retiré"))
    twice = shelved(home, "pharmacist", name="care_team 2 again")
    retract(home, wrote(home, "pharmacist", [twice], "retiré"))
    wrote(home, "pharmacist", [twice], "de nouveau", "care_team")
    shelved(home, "pharmacist", name="unposted")
    for name, ended, withdrawn in (("asked", False, False), ("ended", True, False), ("taken back", False, True), ("early", False, None)):
        note = shelved(home, "pharmacist", MediaKind.VOICE, name=name)
        asked = Transcriber(medium=note, member=home.inside("stranger"), since=note.created_at, ended_at=note.created_at if ended else None)
        asked.save(force_insert=True)
        if withdrawn is not None:
            post = wrote(home, "pharmacist", [note], "note", "patient")
            retract(home, post) if withdrawn else None
    elsewhere = shelved(home, "pharmacist", name="another circle's")
    other = Circle(head=create_feed(UUID(int=7)), patient=elsewhere.circle.patient, opened_at=elsewhere.created_at)
    other.save(force_insert=True)
    models.Medium.objects.filter(pk=elsewhere.pk).update(circle=other)
    return home


def meant(who: str) -> set[str]:
    """By the contract's words."""
    role = ROLES[who]
    seen = {f"{audience} {era}" for audience in AUDIENCES for era in (1, 2) if oracle.reads(role, audience) and (era == 2 or who != LATE)}
    seen |= {"care_team 2 again"} if oracle.reads(role, "care_team") else set()
    seen |= {"asked", "ended"} if oracle.reads(role, "patient") else set()
    seen |= {"unposted", "early"} if who == "pharmacist" else set()
    return seen | ({"asked", "early"} if who == "stranger" else set())


def seen(home: Home) -> Seen:
    """What the door lets each of them see."""
    shown: Seen = {}
    for who in ROLES:
        media = access.visible_media(home.inside(who)).select_related("circle__patient")
        shown[who] = {medium.facts()["name"] for medium in media.filter(circle=home.circle)}
        shown[who] |= {"another circle's" for medium in media.exclude(circle=home.circle)}
    return shown


def carried(home: Home) -> Seen:
    """What each of them is told of in lines."""
    carries = list(Carry.objects.select_related("line", "medium__circle__patient"))
    readers = {who: Reader(home.inside(who).stands, home.inside(who).first) for who in ROLES}
    return {who: {carry.medium.facts()["name"] for carry in carries if carry.seen_by(reader)} for who, reader in readers.items()}


def told(who: str) -> set[str]:
    """The same, of what posts carry."""
    return meant(who) - {"unposted", "early"} - ({"asked"} if who == "stranger" else set())


def is_right(home: Home) -> bool:
    """Whether the rule says what the contract says, to everybody."""
    return seen(home) == {who: meant(who) for who in ROLES} and carried(home) == {who: told(who) for who in ROLES}


def test_everybody_sees_what_the_contract_says(filed: Home) -> None:
    assert seen(filed) == {who: meant(who) for who in ROLES}
    assert carried(filed) == {who: told(who) for who in ROLES}


# A reader's first number is that of their own coming, which no post has: what is said of it exactly makes no difference.
UNTRUTHS: list[tuple[Any, str, str, str]] = [
    (CarryRows, "visible_to", "withdrawn_at=None, ", ""),
    (CarryRows, "visible_to", ", **sees", ""),
    (CarryRows, "visible_to", "_sees\": True", "_sees\": False"),
    (CarryRows, "visible_to", "reader.first", "1"),
    (Carry, "seen_by", "and self.withdrawn_at is None", ""),
    (Carry, "seen_by", ">= reader.first", ">= 1"),
    (Carry, "seen_by", "self.line.visible(reader.standing) and", ""),
    (access, "visible_media", " & ~Exists(carried)", ""),
    (access, "visible_media", "shown | own | to_write_down", "shown | own"),
    (access, "visible_media", "shown | own | to_write_down", "shown | to_write_down"),
    (access, "visible_media", "shown | own | to_write_down", "own | to_write_down"),
    (access, "visible_media", ", member=member.pk", ""),
    (access, "visible_media", "medium=OuterRef(\"pk\"), member", "member"),
    (access, "to_be_written_down", ", ended_at=None", ""),
    (access, "to_be_written_down", "carried.filter(withdrawn_at=None)", "carried"),
    (access, "to_be_written_down", " | ~Exists(carried)", ""),
    (access, "visible_media", ", circle=member.circle_id", ""),
    (access, "visible_media", "uploader__person=member.person_id", "uploader__circle=member.circle_id"),
]  # fmt: skip


def untrue(place: Any, name: str, old: str, new: str) -> Callable[..., Any]:
    """The function with a few characters changed."""
    source = textwrap.dedent(inspect.getsource(getattr(place, name)))
    assert old in source, f"{name} says it otherwise now: {old}"
    module = inspect.getmodule(place) or place
    made: dict[str, Any] = {}
    exec(source.replace(old, new, 1), vars(module), made)
    return made[name]  # type: ignore[no-any-return]


def test_every_small_untruth_is_noticed(filed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_right(filed)
    unnoticed = []
    for untruth in UNTRUTHS:
        place, name, *_ = untruth
        with monkeypatch.context() as changed:
            changed.setattr(place, name, untrue(*untruth))
            if is_right(filed):
                unnoticed.append(untruth)
    assert unnoticed == []
