"""Who has it: taking, handing back and closing an urgent or to-do post. Exactly one owner, decided under the head's lock."""
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction

from foundation.vault.seal import seal
from journal import errors
from journal.enums import AlertState
from journal.models import Post, StepReason
from journal.queries import full, lost_alerts
from journal.services import under_lock
from messaging.feed.calls import steps_of
from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from messaging.feed.services import OpenFeed, opened
from people.circles.access import require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act


def take_alert(actor: Membership, *, post: UUID) -> Post:
    """The first taker owns it. Raises Conflict `journal.taken` with the owner, `journal.not_takable`, Refused.

    Taking again changes nothing, unless the owner was asked since whether they keep it: then that is their answer, and it is written.
    """
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, post)
        require(inside, Act.TAKE, audience=wanted.audience_for(inside.stands))
        if not wanted.is_whole_for(inside.stands):  # a card that asks nobody
            raise errors.no_owner_to_give()
        if _owns(inside, wanted) and not wanted.retracted_at:
            if wanted.alert_state == AlertState.TAKEN and _is_asked(wanted):
                _move(feed, wanted, AlertState.TAKEN, Kind.ALERT_TAKEN, owner=wanted.owner, by=inside.pk)
            return wanted
        if wanted.owner and not wanted.retracted_at:
            raise errors.taken({"member": str(wanted.owner.pk), "name": wanted.owner.person.name})
        if wanted.alert_state not in {AlertState.OPEN, AlertState.UNANSWERED}:
            raise errors.no_owner_to_give()
        _move(feed, wanted, AlertState.TAKEN, Kind.ALERT_TAKEN, owner=inside, by=inside.pk)
        return wanted


def hand_back_alert(actor: Membership, *, post: UUID, reason: str = "") -> Post:
    """The owner, or a coordinator, opens it again. Raises Refused, Conflict `journal.not_taken`."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, post)
        require(inside, Act.HAND_BACK, owner=_owns(inside, wanted), audience=wanted.audience_for(inside.stands))
        if wanted.alert_state != AlertState.TAKEN:
            raise errors.not_taken()
        reopen(feed, wanted, by=inside.pk, reason=reason)
        return wanted


def complete_alert(actor: Membership, *, post: UUID) -> Post:
    """The owner closes it. Raises Refused, Conflict `journal.not_taken`."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, post)
        require(inside, Act.COMPLETE, owner=_owns(inside, wanted), audience=wanted.audience_for(inside.stands))
        if wanted.alert_state == AlertState.DONE:
            return wanted
        _move(feed, wanted, AlertState.DONE, Kind.ALERT_DONE, owner=wanted.owner, by=inside.pk)
        return wanted


def reopen(feed: OpenFeed, post: Post, *, by: UUID | None, reason: str = "") -> None:
    """Open again, for whatever cause; an urgent one starts anew at its first rung."""
    place = _move(feed, post, AlertState.OPEN, Kind.ALERT_REOPENED, owner=None, by=by)
    if reason:
        StepReason.objects.create(post=post, place=place, sealed_reason=seal(post.vault, f"journal.step.reason:{post.pk}", reason))


def reopen_all(feed: OpenFeed, owned: Iterable[Post]) -> None:
    """Opens again what somebody has who is no longer there."""
    for post in owned:
        reopen(feed, post, by=None)


def give_back_all(feeds: Mapping[UUID, OpenFeed], leaving: Sequence[Membership]) -> None:
    """When memberships end, all that their members have is open again, in the same transaction."""
    for post in full(Post.objects.filter(owner__in=leaving, alert_state=AlertState.TAKEN)).order_by("circle", "care_seq"):
        reopen(feeds[post.circle_id], post, by=None)


def _is_asked(post: Post) -> bool:
    """Whether the owner was asked at the end of their shift, since it was taken last."""
    asked = max((step.at for step in steps_of([post.pk]).get(post.pk, []) if step.what == "asked"), default=None)
    return asked is not None and not FeedLine.objects.filter(subject=post.pk, kind=Kind.ALERT_TAKEN, at__gte=asked).exists()


def _owns(member: Membership, post: Post) -> bool:
    return post.owner is not None and post.owner.person_id == member.person_id


def _move(feed: OpenFeed, post: Post, state: AlertState, kind: Kind, *, owner: Membership | None, by: UUID | None) -> int:
    post.alert_state, post.owner = state, owner
    post.save(update_fields=["alert_state", "owner"])
    return feed.append(kind, Audience(post.audience).readers, post.pk, actor=by).care


_BECOMES = {Kind.ALERT_UNANSWERED: AlertState.UNANSWERED, Kind.ALERT_REOPENED: AlertState.OPEN}


def follow_alerts(lines: Sequence[FeedLine]) -> None:
    """What whoever alerts has written about posts, inside that transaction: nobody is on duty, or it is open again."""
    for line in lines:
        if line.actor is None and line.kind in _BECOMES:
            Post.objects.filter(pk=line.subject).update(alert_state=_BECOMES[Kind(line.kind)], owner=None)


def free_lost_alerts() -> int:
    """Opens again what is owned by somebody whose term was reached or whose account was disabled; how many."""
    freed = 0
    for circle in sorted(set(lost_alerts().values_list("circle", flat=True))):
        with transaction.atomic(), opened(circle) as feed:
            lost = list(full(lost_alerts().filter(circle=circle)).order_by("care_seq"))
            reopen_all(feed, lost)
            freed += len(lost)
    return freed
