"""Reading what posts carry, in a fixed number of statements whatever their number."""
from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count

from media.enums import MediaKind
from media.models import Carry, CarryRows, Listening, opened_facts, opened_transcript
from media.words import Facts, files_words
from messaging.feed.items import Reader
from people.circles.enums import CircleState

_WITH_ALL = ("medium__circle__patient", "medium__transcribed_by__person", "medium__uploader", "line")


def full(carries: CarryRows) -> list[Carry]:
    """Carries with all that their file's item needs, in the order of their posts' files. None of an erased circle's."""
    return list(full_rows(carries).order_by("post", "position"))


def full_rows(carries: CarryRows) -> CarryRows:
    """The same, in no order yet."""
    return carries.filter(withdrawn_at=None).exclude(medium__circle__state=CircleState.ERASED).select_related(*_WITH_ALL)


def heard(carries: Iterable[Carry]) -> Counter[UUID]:
    """Carry → in how many members' ears the voice note was in that post. One statement, none where there is no note.

    By post: who has heard the same note in another one is not counted in this one, so that a count tells nobody of a post unseen.
    """
    notes = [carry.pk for carry in carries if carry.medium.kind == MediaKind.VOICE]
    counted = Listening.objects.filter(carry__in=notes).values("carry").annotate(count=Count("pk"))
    return Counter(dict(counted.values_list("carry", "count")) if notes else {})


def in_words(posts: Iterable[UUID]) -> dict[UUID, str]:
    """Post → its files in a few words, for posts whose circles the reader is in. One statement."""
    files: dict[UUID, list[tuple[str, Facts]]] = {}
    for carry in full(Carry.objects.filter(post__in=list(posts))):
        files.setdefault(carry.post, []).append((carry.medium.kind, carry.medium.facts()))
    return {post: files_words(carried) for post, carried in files.items()}


SealedWords = tuple[UUID, bytes | memoryview, bytes | memoryview]  # a file's id, its facts and its transcript


def sealed_words(circle: UUID, reader: Reader) -> dict[UUID, list[SealedWords]]:
    """Post → what search reads of the files that it carries, for the posts of a circle that a reader sees. One statement."""
    carries = Carry.objects.visible_to(reader).filter(medium__circle=circle)
    found: dict[UUID, list[SealedWords]] = {}
    rows = carries.values_list("post", "medium", "medium__sealed_facts", "medium__sealed_transcript")
    for post, medium, facts, transcript in rows:
        found.setdefault(post, []).append((medium, facts, transcript))
    return found


def opened_words(vault: UUID, files: Iterable[SealedWords]) -> str:
    """Names, captions and transcripts, one to a line. Raises SealBroken."""
    lines = []
    for medium, facts, transcript in files:
        known = opened_facts(vault, medium, facts)
        lines += [known.get("name", ""), known.get("caption", ""), opened_transcript(vault, medium, transcript)]
    return "\n".join(lines)
