"""Files that a hospital's system sends: nobody's own, seen by whoever sees the post that carries them, processed like any upload."""
from uuid import UUID

import pytest
from django.db import transaction

from media import worker
from media.arriving import Arrival, landing
from media.carrying import UnknownMedium, attach_arrived
from media.models import Blob, Carry, Medium
from messaging.feed.enums import Kind, Standing
from messaging.feed.models import FeedLine
from messaging.feed.services import opened
from people.circles.models import Circle
from tests.circles.home import Home
from tests.media.papers import paper
from tests.media.shelf import shelved

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
POST = UUID(int=11)


def landed(home: Home, *arrivals: Arrival, carried: bool = True) -> list[Medium]:
    """What a system's files became, carried by a post for the care team and the patient."""
    circle = Circle.objects.select_related("patient").get(pk=home.circle)
    with landing(circle, arrivals) as ready, transaction.atomic(), opened(circle.pk) as feed:
        media = [one.enter(circle) for one in ready]
        if carried:
            line = feed.append(Kind.POST_WRITTEN, frozenset({Standing.PATIENT}), POST)
            attach_arrived(line, POST, [one.pk for one in media])
    return media


def test_it_becomes_ready_with_a_preview_and_is_seen_by_the_readers_of_its_post(home: Home) -> None:
    [medium] = landed(home, Arrival(paper(), "Lettre.pdf"))
    [claim] = worker.claim_due(5)
    worker.work_on(claim)
    for who, status in (("gp", 200), ("patient", 200), ("home_help", 404), ("relative", 404), ("stranger", 404)):
        for part in ("", "/thumbnail"):
            answer = home.client(who).get(f"/api/v1/media/{medium.pk}{part}")
            assert answer.status_code == status, (who, part)
            answer.close()


def test_until_a_post_carries_it_nobody_sees_it(home: Home) -> None:
    [medium] = landed(home, Arrival(paper(), "Lettre.pdf"), carried=False)
    for who in ("nurse", "gp", "coordinator", "patient"):
        assert home.client(who).get(f"/api/v1/media/{medium.pk}").status_code == 404
        assert home.call(who, "DELETE", f"/media/{medium.pk}")[0] == 404


def test_what_no_person_could_upload_does_not_land(home: Home) -> None:
    assert landed(home, Arrival(b"MZ\x90\x00\x03", "Lettre.pdf"), Arrival(b"", "rien.pdf")) == []
    assert not Blob.objects.exists()


def test_a_post_of_a_system_carries_nothing_that_a_person_sent(home: Home) -> None:
    mine = shelved(home, "nurse")
    with transaction.atomic(), opened(home.circle) as feed, pytest.raises(UnknownMedium):
        attach_arrived(feed.append(Kind.POST_WRITTEN, frozenset(), POST), POST, [mine.pk])


def test_of_what_fails_nothing_is_kept(home: Home) -> None:
    circle = Circle.objects.select_related("patient").get(pk=home.circle)
    with pytest.raises(RuntimeError), landing(circle, [Arrival(paper(), "a.pdf")]), transaction.atomic():
        raise RuntimeError
    assert not Medium.objects.exists()
    assert not Carry.objects.exists()
    assert not FeedLine.objects.filter(subject=POST).exists()
