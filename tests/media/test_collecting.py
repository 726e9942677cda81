"""What nobody needs goes, what a post carries or has carried stays, and who comes too late attaches nothing."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from media.collecting import _drop, collect_orphans
from media.models import Blob, Medium
from media.services import settle_medium
from tests.circles.home import Home
from tests.media.sending import Became, sent
from tests.media.shelf import write, wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def after(hours: int) -> dt.datetime:
    """A moment of the machine's clock."""
    return timezone.now() + dt.timedelta(hours=hours)


def seen(home: Home, who: str, medium: Medium) -> tuple[int, bytes]:
    """(status, bytes) of the content."""
    answer = home.client(who).get(f"/api/v1/media/{medium.pk}")
    return answer.status_code, b"".join(answer) if answer.streaming else answer.content


def test_what_nobody_posts_goes_after_two_days(home: Home) -> None:
    loose, posted, withdrawn = sent(home), sent(home), sent(home)
    wrote(home, "nurse", [posted])
    post = wrote(home, "nurse", [withdrawn])
    assert home.client("nurse").post(
        f"/api/v1/posts/{post['id']}/retraction", {"reason": "x"}, content_type="application/json"
    ).status_code == 200  # fmt: skip
    collect_orphans(after(47))
    assert Medium.objects.count() == 3
    collect_orphans(after(49))
    assert set(Medium.objects.values_list("pk", flat=True)) == {posted.pk, withdrawn.pk}  # the record keeps what was withdrawn
    assert set(Blob.objects.values_list("medium", flat=True)) == {posted.pk, withdrawn.pk}
    assert write(home, "nurse", [loose])[1]["code"] == "journal.unknown_media"


def test_what_was_posted_a_moment_ago_is_not_collected(home: Home) -> None:
    """The collector has found it without a post; the post was written before it came to throw it away."""
    found = sent(home)
    wrote(home, "nurse", [found])
    assert not _drop(found)
    assert Blob.objects.filter(medium=found).exists()


def test_a_file_of_two_posts_outlives_the_first(home: Home) -> None:
    medium = sent(home)
    first, _ = wrote(home, "nurse", [medium], "", "care_team"), wrote(home, "nurse", [medium], "", "circle")
    assert settle_medium(medium.pk, 0, Became())
    assert [seen(home, who, medium) for who in ("gp", "relative")] == [(200, b"processed")] * 2
    assert home.client("nurse").post(
        f"/api/v1/posts/{first['id']}/retraction", {"reason": "x"}, content_type="application/json"
    ).status_code == 200  # fmt: skip
    collect_orphans(after(100))
    assert [seen(home, who, medium) for who in ("gp", "relative")] == [(200, b"processed")] * 2


def test_bytes_that_were_changed_on_the_disk_are_served_to_nobody(home: Home, settings: Any) -> None:
    medium = sent(home)
    assert settle_medium(medium.pk, 0, Became(content=[bytes(200_000)]))
    blob = Blob.objects.get(medium=medium, part="content")
    path = settings.DATA / "media" / blob.pk.hex[:2] / blob.pk.hex
    sealed = bytearray(path.read_bytes())
    sealed[100] ^= 1
    path.write_bytes(sealed)
    status, body = seen(home, "nurse", medium)
    assert (status, bytes(50) in body) == (500, False)
