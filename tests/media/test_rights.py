"""Rights that end or move: an erased circle's files, circles that were joined, members who come back."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from media.enums import MediaKind
from messaging.feed.items import Reader, Telling
from messaging.feed.models import FeedLine
from people.circles.enums import Cause
from people.circles.erasure import erase
from people.circles.models import Patient
from tests.circles.around import Around, around
from tests.circles.home import Home
from tests.circles.test_unions import SAME, joined
from tests.media.shelf import settle, shelved, wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_an_erased_circles_files_are_nowhere(home: Home) -> None:
    medium = shelved(home, "nurse", MediaKind.VOICE, state="processing", transcript="vertiges")
    wrote(home, "nurse", [medium], "avec une note")
    settle(medium)
    lines = FeedLine.objects.filter(feed=home.circle, kind__in=["post.written", "media.ready"])
    reader = Reader(home.inside("gp").stands)
    told = Telling(list(lines))
    assert [told.item(line, reader)["kind"] for line in lines] == ["post.written", "media.ready"]
    erase(Patient.objects.get(circles=home.circle).vault, cause=Cause.REQUEST)
    told = Telling(list(lines))
    assert [told.item(line, reader)["kind"] for line in lines] == ["void", "void"]
    assert home.client("nurse").get(f"/api/v1/circles/{home.circle}/posts").status_code == 404


def test_who_left_and_came_back_may_post_what_they_had_sent(home: Home) -> None:
    medium = shelved(home, "pharmacist")
    seat = home.seat("pharmacist")
    home.call("coordinator", "DELETE", f"/members/{seat}", reason="x")
    home.call("nurse", "POST", "/members", person=home.people["pharmacist"], role="pharmacist", history="from_now")
    assert wrote(home, "pharmacist", [medium])["media"][0]["id"] == str(medium.pk)


def test_two_circles_that_are_joined_lend_each_other_no_file(tmp_path: Any) -> None:
    """Neither read in the other one, nor carried by a post of it, not even by who had sent it there."""
    here: Around = around(tmp_path, **SAME)
    there = Home(UUID(here.ids["other"]), {name: here.ids[name] for name in ("marc", "nadia")})
    medium = shelved(there, "marc")
    wrote(there, "marc", [medium], "là-bas")
    joined(here)
    kept = f"circles/{here.circle}"
    assert [len(post["media"]) for post in here.of("marc").get(f"{kept}/posts").json()["items"]] == []
    body = {"text": "ici", "media": [str(medium.pk)], "audience": "care_team", "urgency": "info"}
    answer = here.of("marc").call("POST", f"{kept}/posts", body, **{"Idempotency-Key": str(uuid4())})
    assert (answer.status_code, answer.json()["code"]) == (422, "journal.unknown_media")
