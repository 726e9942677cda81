"""Voice notes: who heard one, what it says in words, and who was asked to write that down."""
from uuid import UUID

from django.db import transaction

from foundation import clock
from foundation.errors import NotFound
from media import errors
from media.access import is_asked, is_author, visible_medium
from media.carrying import announce_media, mark_heard
from media.enums import MediaKind, MediaState
from media.models import Medium, Transcriber
from messaging.feed.enums import Kind
from messaging.feed.services import opened
from people.circles.access import Refused, System, require, still_enters
from people.circles.enums import Role
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.queries import live_members


def write_transcript(actor: Membership, *, medium: UUID, text: str, reviewed: bool) -> Medium:
    """Puts a note into words; "" takes them away. It counts as reviewed only where its author says so, and is theirs alone from then on.

    Raises NotFound, Refused, Invalid `media.not_a_note`.
    """
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        note = _note(inside, medium)
        own = is_author(inside, note)
        require(inside, Act.TRANSCRIBE, own=own, owner=is_asked(inside, note.pk))
        if (reviewed or note.transcript_reviewed) and not own:
            raise Refused(inside, Act.TRANSCRIBE, "not_author")
        note.set_transcript(text.strip())
        note.transcript_reviewed, note.transcribed_by = reviewed and bool(text.strip()), inside if text.strip() else None
        note.save(update_fields=["sealed_transcript", "transcript_reviewed", "transcribed_by"])
        announce_media(feed, note, Kind.MEDIA_READY, by=inside)
        return note


def write_spoken(actor: System, *, medium: UUID, text: str) -> bool:
    """What a speech engine made of a note, for its author to review; never in the place of what a person wrote. Whether it is kept."""
    circle = Medium.objects.filter(pk=medium, kind=MediaKind.VOICE).values_list("circle", flat=True).first()
    if circle is None or not text.strip():
        return False
    with transaction.atomic(), opened(circle) as feed:
        silent = Medium.objects.filter(pk=medium, state=MediaState.READY, sealed_transcript=b"")
        note = silent.select_related("circle__patient").first()
        if note is None:
            return False
        note.set_transcript(text.strip())
        note.save(update_fields=["sealed_transcript"])
        announce_media(feed, note, Kind.MEDIA_READY)
        return True


def ask_transcriber(actor: Membership, *, medium: UUID, member: UUID) -> tuple[Transcriber, bool]:
    """(the request, whether it is new): a secretary of the circle hears this note from now on, and no other, to write it down.

    Raises NotFound, Refused, Invalid `media.not_a_note` or `media.not_a_secretary`.
    """
    with transaction.atomic(), opened(actor.circle_id):
        inside = still_enters(actor)
        note = _note(inside, medium)
        require(inside, Act.ASK_TRANSCRIPTION, own=is_author(inside, note))
        secretaries = live_members([inside.circle_id]).filter(membership__role=Role.SECRETARY).select_related("membership__person")
        grant = secretaries.filter(membership=member).first()
        if grant is None:
            raise errors.not_a_secretary()
        asked = Transcriber.objects.select_related("member__person").filter(medium=note, member=member, ended_at=None).first()
        if asked is not None:
            return asked, False
        return Transcriber.objects.create(medium=note, member=grant.membership, since=clock.now()), True


def end_transcriber(actor: Membership, *, medium: UUID, member: UUID | None) -> Transcriber:
    """She hears it no more; the request that ended. Raises NotFound where she was not asked, Refused."""
    with transaction.atomic(), opened(actor.circle_id):
        inside = still_enters(actor)
        note = _note(inside, medium)
        require(inside, Act.END_TRANSCRIPTION, own=is_author(inside, note))
        asked = Transcriber.objects.filter(medium=note, member=member, ended_at=None).first() if member else None
        if asked is None:
            raise NotFound
        asked.ended_at = clock.now()
        asked.save(update_fields=["ended_at"])
        return asked


def hear(actor: Membership, *, medium: UUID) -> None:
    """Marks a note as heard, once per post and member; its author's own listening is no news.

    Raises NotFound, Invalid `media.not_a_note`.
    """
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        note = _note(inside, medium)
        require(inside, Act.LISTEN)
        if is_author(inside, note) or note.state != MediaState.READY:
            return
        mark_heard(feed, note, inside)


def _note(member: Membership, medium: UUID) -> Medium:
    """A voice note that the member may see, read again under the lock."""
    note = visible_medium(member, medium)
    if note.kind != MediaKind.VOICE:
        raise errors.not_a_note()
    return note
