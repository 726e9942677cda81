"""Notes become posts: written, answered, corrected, withdrawn, under the lock of each circle's head."""
from collections.abc import Mapping, Sequence
from uuid import UUID

from hospital.gateway.budgets import require_urgent
from hospital.gateway.fhir.door import Caller
from hospital.gateway.fhir.notes import Note, targets
from hospital.gateway.fhir.outcomes import refused
from hospital.gateway.fhir.reach import READER
from hospital.gateway.fhir.references import Around
from hospital.gateway.fhir.told import note_told, sibling_of, tokens_of
from journal.events import EventCard, EventCards, correct_event, withdraw_event, write_event
from journal.models import Post
from journal.queries import full
from media.arriving import Landed
from messaging.feed.services import OpenFeed, opened
from people.circles.enums import Audience, CircleState
from people.circles.models import Circle
from people.circles.policy import widens

_WITHDRAWN = "entered-in-error"
_ONE_NOTE = "urn:cercle:note"  # the posts of a patient who has several circles


def write_note(caller: Caller, note: Note, landed: Mapping[UUID, Sequence[Landed]], around: Around, place: str) -> Post:
    """The post that a new note becomes: one in each circle of the patient, of which the first is answered. Inside a transaction.

    Raises TooFast for more urgent ones than a hospital may send.
    """
    if note.urgent:
        require_urgent(caller.structure.pk)
    posts = [_written(caller, circle, note, landed.get(circle.pk, ()), around, place) for circle in note.circles]
    if len(posts) > 1:  # they are one note: what becomes of one becomes of all
        tokens = [*tokens_of(note.body), (_ONE_NOTE, str(posts[0].pk))]
        for post in posts:
            note_told(caller.structure, tokens, circle=post.circle_id, post=post.pk, body=note.body)
    return posts[0]


def _written(caller: Caller, circle: Circle, note: Note, landed: Sequence[Landed], around: Around, place: str) -> Post:
    with opened(circle.pk) as feed:
        _require_open(circle, place)
        for index, replaced, _named in targets(note.body, "replaces", around):
            return _reworded(feed, caller, note, _target(caller, circle, replaced, f"{place}.relatesTo[{index}].target"), place)
        appended = [(index, found) for index, found, _named in targets(note.body, "appends", around)]
        answered = next((_target(caller, circle, found, f"{place}.relatesTo[{index}].target") for index, found in appended), None)
        audience = note.audience_in(circle)
        audience = audience if answered is None or not widens(audience, Audience(answered.audience)) else Audience.CARE_TEAM
        post = write_event(
            feed, circle, source=caller.structure, cards=note.cards, readers=audience.readers, audience=audience, urgency=note.urgency,
            at=note.at, media=[one.enter(circle).pk for one in landed], reply_to=answered,
        )  # fmt: skip
        note_told(caller.structure, tokens_of(note.body), circle=circle.pk, post=post.pk, body=note.body)
        if note.withdrawn:
            withdraw_event(feed, post, reason=_WITHDRAWN)
        return post


def _require_open(circle: Circle, place: str) -> None:
    """Read again under the head's lock: a circle that is not active takes no notes."""
    if not Circle.objects.filter(pk=circle.pk, state=CircleState.ACTIVE).exists():
        raise refused(409, "business-rule", "The patient's circle takes nothing at present.", f"{place}.subject")


def _target(caller: Caller, circle: Circle, post: UUID | None, place: str) -> Post:
    """What a note answers or replaces: a post of the same circle. Raises FhirRefused (422), whatever else there may be."""
    named = [one for one in (post, post and sibling_of(caller.structure, post, circle.pk)) if one]
    found = full(Post.objects.visible_to(READER).filter(pk__in=named, circle=circle, retracted_at=None)).first() if named else None
    if found is None:
        raise refused(422, "not-found", "There is no such note of this patient's here.", place)
    return found


def _reworded(feed: OpenFeed, caller: Caller, note: Note, post: Post, place: str) -> Post:
    """The same post with other words; its readers and files never change, so that a note for others is a new one."""
    require_own(caller, post, place)
    _require_open(post.circle, place)
    if note.withdrawn:
        withdraw_event(feed, post, reason=_WITHDRAWN)
        return post
    narrowed = post.reply_to_id is not None and post.audience == Audience.CARE_TEAM  # as what it answers
    if Audience(post.audience) is not note.audience_in(post.circle) and not narrowed:
        text = "Who may read a note does not change: withdraw it (status entered-in-error) and send another one."
        raise refused(422, "business-rule", text, f"{place}.securityLabel")
    if note.carried.files or post.media_kinds:
        text = "Only the words of a note can be replaced: withdraw it and send another one."
        raise refused(422, "not-supported", text, f"{place}.content")
    before = post.kept().cards.care.data
    kept = ("known_at",) if note.body.get("date") else ("known_at", "at")  # of the first telling: they are no news
    data = {**note.data, **{name: before[name] for name in kept if name in before}}
    correct_event(feed, post, cards=EventCards(EventCard(note.carried.text, data), None), reason="")
    note_told(caller.structure, tokens_of(note.body), circle=post.circle_id, post=post.pk, body=note.body)
    return post


def update_note(caller: Caller, note: Note, post: UUID, place: str) -> Post:
    """A note as it is now, by its author's program: other words, or that it does not hold any more. Inside a transaction."""
    done: dict[UUID, Post] = {}
    for circle in note.circles:
        named = [one for one in (post, sibling_of(caller.structure, post, circle.pk)) if one]
        with opened(circle.pk) as feed:
            found = full(Post.objects.visible_to(READER).filter(pk__in=named, circle=circle)).first()
            if found is not None:
                done[found.pk] = _reworded(feed, caller, note, found, place)
    if post in done:
        return done[post]
    raise refused(422, "not-found", "There is no such note of this patient's here.", place)


def require_own(caller: Caller, post: Post, place: str) -> None:
    """Only the hospital that wrote a note changes it. Raises FhirRefused (403)."""
    if post.source_id != caller.structure.pk:
        raise refused(403, "forbidden", "Only who wrote a note may change it.", place)
