"""The door of `posts/{id}/…`: a post that the caller may not see does not exist."""
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from foundation import ids
from foundation.errors import NotFound
from journal.models import Post, PostKey
from messaging.feed.items import Reader
from people.accounts.models import Person
from people.circles.access import Door, Refused, enter
from people.circles.enums import Audience, CircleState, Role
from people.circles.models import Membership
from people.circles.policy import Act, decide


def reader_of(membership: Membership) -> Reader:
    """For whom a member's items are made."""
    return Reader(membership.stands, membership.first)


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
        return {"own": own, "owner": owner, "audience": Audience(post.audience)}


class WritingDoor(Door):
    """The door of `POST circles/{id}/posts`: after the door the key, then 403 (contract, "the same key").

    In a circle where the member can't write, an answered key may pass to be answered again; anything else is refused
    before its body is parsed.
    """

    def __init__(self) -> None:
        super().__init__(Act.POST, early=False)

    def __call__(self, request: HttpRequest) -> Membership:  # type: ignore[override]
        membership = super().__call__(request)
        verdict = decide(Role(membership.role), Act.POST, CircleState(membership.circle.state))
        if not verdict:
            key = ids.parse(request.headers.get("Idempotency-Key"))
            if key is None or not PostKey.objects.filter(person=membership.person_id, key=key).exists():
                raise Refused(membership, Act.POST, verdict.reason)
        return membership
