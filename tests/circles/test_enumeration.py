"""Nobody learns around a circle whether somebody exists: invitations, the search of people, a new patient, asking to join."""
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from people.circles.models import Circle
from tests.accounts.looks import Work, masked, seen, watched
from tests.circles.around import Around, around

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
JEANNE = {"family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F"}
NOBODY = {"family_name": "Ducros", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F"}
CONSENT = {"given": True, "recorded_as": "oral"}


@pytest.fixture
def here(tmp_path: Path) -> Around:
    """Alice's circle with Jeanne Durand, and another one in which Alice is not."""
    return around(tmp_path)


def told(answer: Any, work: Work, *typed: str) -> tuple[dict[str, Any], list[str]]:
    """What the caller sees, and the statements that ran."""
    return seen(answer, *typed), [re.sub(r"s\d+_x\d+", "savepoint", masked(statement)) for statement in work.statements]


def test_an_invitation_is_the_same_for_an_account_and_for_nobody(here: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, found = here.of("alice"), []
    for email in ("lucie@example.org", "sophie@example.org", "marcel@example.org"):  # the first one warms what is kept
        with watched(monkeypatch) as work:
            found.append(told(alice.post(f"circles/{here.circle}/members", email=email, role="relative"), work, email))
    assert found[1][0]["status"] == 201
    assert found[1] == found[2]


def test_the_search_of_people_finds_a_stranger_no_more_than_nobody(here: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, found = here.of("alice"), []
    for name in ("Nobody", "Nobody", "Sophie", "Zoltan"):  # the trail is told of a list once an hour
        with watched(monkeypatch) as work:
            found.append(told(alice.get(f"people?q={name}"), work))
    assert found[2] == found[3]
    assert b"Helene" in alice.get("people?q=Helene").content


def test_a_likely_duplicate_tells_nothing_more(here: Around) -> None:
    """Whose circle it is, whether the asker is inside and what became of it: all the same bytes."""
    body = {"patient": JEANNE, "role": "nurse", "consent": CONSENT}
    inside, outside = (seen(here.of(who).post("circles", **body)) for who in ("alice", "marc"))
    assert inside["status"] == 409
    assert inside == outside
    Circle.objects.filter(pk=UUID(here.circle)).update(state="closed")
    assert seen(here.of("marc").post("circles", **body)) == outside


def test_asking_to_join_is_the_same_whether_or_not_there_is_a_circle(here: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    marc, found = here.of("marc"), []
    for patient in (NOBODY, JEANNE, NOBODY):
        with watched(monkeypatch) as work:
            found.append(told(marc.post("circles", patient=patient, role="nurse", consent=CONSENT, ask_to_join=True), work))
    assert found[1][0]["status"] == 202
    assert found[1] == found[2]


def test_a_circle_that_is_not_there_and_one_behind_a_door_are_one_answer(here: Around) -> None:
    marc, absent = here.of("marc"), "01234567-89ab-4def-8123-456789abcdef"
    for path in ("", "/posts", "/accesses", "/invitations"):
        assert seen(marc.get(f"circles/{here.circle}{path}")) == seen(marc.get(f"circles/{absent}{path}")), path
