"""The door of `posts/{id}/…`: a post that the caller may not see does not exist."""
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from foundation import ids
from foundation.clock import Seconds
from foundation.errors import NotFound
from foundation.limits import require_room
from journal.models import Post, PostKey
from people.accounts.access import person_of
from people.accounts.models import Person
from people.circles.access import Door, KeyedDoor, enter, reader_of
from people.circles.budgets import over_alerts, require_urgent
from people.circles.models import Membership
from people.circles.policy import Act

_ALERTED = frozenset({Act.TAKE, Act.HAND_BACK, Act.COMPLETE})


def visible_post(membership: Membership, post: UUID | None) -> Post:
    """A post of the member's circle that the member may see, with all that its item needs. Raises NotFound."""
    found = Post.objects.visible_to(reader_of(membership)).filter(pk=post, circle=membership.circle_id).first() if post else None
    if found is None:
        raise NotFound
    return found


class PostDoor(Door):
    """Route authentication for `posts/{id}/…`. `request.auth` is the Membership; the post is fetched again under the lock."""

    def _enter(self, request: HttpRequest, person: Person) -> Membership:
        match = request.resolver_match
        post = ids.parse(match.kwargs.get("post_id")) if match else None
        circle = Post.objects.filter(pk=post).values_list("circle", flat=True).first() if post else None
        membership = enter(person, circle)
        request.__dict__["cercle_post"] = visible_post(membership, post)
        return membership

    def _circumstances(self, request: HttpRequest, membership: Membership) -> dict[str, Any]:
        post: Post = request.__dict__["cercle_post"]
        concerned = Membership.objects.filter(pk__in=[post.author_id, post.owner_id])
        people: dict[UUID | None, UUID] = dict(concerned.values_list("pk", "person"))
        own, owner = people.get(post.author_id) == membership.person_id, people.get(post.owner_id) == membership.person_id
        return {"own": own, "owner": owner, "audience": post.audience_for(membership.stands)}

    def _wait(self, request: HttpRequest, over: Seconds) -> None:
        """Whoever has used up everything still says that they have an alert."""
        super()._wait(request, over_alerts(person_of(request).pk) if over and self.act in _ALERTED else over)


class PostingDoor(KeyedDoor):
    """The door of a new post. Whether it is urgent stands in its body, so until that is read it is only noted that somebody has to wait."""

    def _wait(self, request: HttpRequest, over: Seconds) -> None:
        request.__dict__["cercle_over"] = max(over, request.__dict__.get("cercle_over", 0.0))


def require_room_for(request: HttpRequest, member: Membership, *, urgent: bool) -> None:
    """Behind the PostingDoor: an urgent post has a budget of its own, and waits for no other. Raises TooFast."""
    if urgent:
        require_urgent(member.person_id)
    else:
        require_room(request.__dict__["cercle_over"])


def was_answered(person: UUID, key: UUID) -> bool:
    """Whether a person's key was answered with a post."""
    return PostKey.objects.filter(person=person, key=key).exists()
