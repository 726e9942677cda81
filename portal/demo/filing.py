"""The files of the demo's posts: sealed into the store as uploads are, for the media worker to prepare when the service runs."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from foundation import ids
from journal.models import Post
from media import files
from media.carrying import attach
from media.enums import Part
from media.models import Medium
from media.services import new_medium
from media.sniffing import HEAD_BYTES, recognised
from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from people.circles.models import Membership
from portal.demo.files import FILES


@dataclass(frozen=True)
class Filed:
    """A post and the keys of `FILES` that it carries."""

    post: Post
    keys: tuple[str, ...]


def store_files(filed: Iterable[Filed]) -> None:
    """Every file once, also where several posts carry it. After the posts and their lines were stored, in the caller's transaction."""
    known: dict[str, Medium] = {}
    for each in filed:
        for key in each.keys:
            if key not in known:
                known[key] = _sent(each.post, key, each.post.written_at)
        line = FeedLine.objects.get(subject=each.post.pk, kind=Kind.POST_WRITTEN)
        carried = attach(line, each.post.pk, _author(each.post), [known[key].pk for key in each.keys])
        each.post.media_kinds = [medium.kind for medium in carried]
        each.post.save(update_fields=["media_kinds"])


def _sent(post: Post, key: str, at: datetime) -> Medium:
    file = FILES[key]
    content = file.make()
    kind = recognised(content[:HEAD_BYTES], size=len(content), name=file.name)
    blob = files.write(post.vault, Part.UPLOAD, [content], medium=ids.new())
    medium = new_medium(_author(post), blob, file.said(at), kind)
    if file.transcript:
        medium.set_transcript(file.transcript)
        medium.transcribed_by = post.author
        medium.save(update_fields=["sealed_transcript", "transcribed_by"])
    return medium


def _author(post: Post) -> Membership:
    """Files come from people here."""
    if post.author is None:
        raise ValueError("a hospital's post carries no file of a member's")
    return post.author
