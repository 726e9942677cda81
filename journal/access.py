"""The door of `posts/{id}/…`: a post that the caller may not see does not exist."""
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from foundation import ids
from foundation.errors import NotFound
from journal.models import Post, PostKey
from people.accounts.models import Person
from people.circles.access import Door, enter, reader_of
from people.circles.enums import Audience
from people.circles.models import Membership


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


def was_answered(person: UUID, key: UUID) -> bool:
    """Whether a person's key was answered with a post."""
    return PostKey.objects.filter(person=person, key=key).exists()
