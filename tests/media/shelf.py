"""Files as they stand in the database once they were taken in, for tests of the posts that carry them."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from foundation import clock
from media.carrying import announce_media
from media.enums import MediaKind, MediaState
from media.models import Medium
from messaging.feed.enums import Kind
from messaging.feed.services import opened
from tests.circles.home import Home


def shelved(home: Home, who: str, kind: MediaKind = MediaKind.PHOTO, *, state: str = "ready", transcript: str = "", **facts: Any) -> Medium:
    """A file that somebody has sent into the circle."""
    uploader = home.inside(who)
    medium = Medium(circle=uploader.circle, uploader=uploader, kind=kind, state=state, created_at=clock.now())
    medium.set_facts({"name": "photo.jpg", "media_type": "image/jpeg", "bytes": 12_345, **facts})
    medium.set_transcript(transcript)
    medium.save(force_insert=True)
    return medium


def settle(medium: Medium) -> None:
    """As the end of the processing does: the row and its news in one transaction, under the head's lock."""
    with transaction.atomic(), opened(medium.circle_id) as feed:
        Medium.objects.filter(pk=medium.pk).update(state=MediaState.READY)
        announce_media(feed, medium, Kind.MEDIA_READY)


def write(home: Home, who: str, media: Sequence[Medium | str], text: str = "", audience: str = "circle", **more: Any) -> tuple[int, Any]:
    """(status, answer) of a post with files."""
    body = {"text": text, "audience": audience, "media": [str(getattr(one, "pk", one)) for one in media], **more}
    path = f"/api/v1/circles/{home.circle}/posts"
    answer = home.client(who).post(path, body, content_type="application/json", headers={"Idempotency-Key": str(uuid4())})
    return answer.status_code, answer.json()


def wrote(home: Home, who: str, media: Sequence[Medium], text: str = "", audience: str = "circle", **more: Any) -> dict[str, Any]:
    """The post."""
    status, post = write(home, who, media, text, audience, **more)
    assert status == 201, post
    return dict(post)


def statements(ask: Callable[[], object]) -> int:
    """How many a question costs, once its opening has left its trace and is known to have."""
    ask(), ask()
    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)
