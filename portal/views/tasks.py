"""A patient's tasks: to do, taken, over; and the form of a new one, begun from a message where one is named."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foundation import ids
from foundation.errors import NotFound
from journal.access import visible_post
from people.circles.models import Membership
from people.circles.policy import Act, writable_audiences
from portal.queries.room import readers_for, room_context
from portal.queries.tasks import asked_of, lists_of
from portal.views.door import acting, member, page

_TITLE = 120


@require_GET
@page
@acting(Act.READ)
def tasks(request: HttpRequest, circle_id: str) -> HttpResponse:
    """The page, or its list alone by `part`; `all`: every task; `post` names a message of which a task is to be made."""
    membership = member(request, circle_id)
    whole = "all" in request.GET
    context = {**room_context(membership, "tasks"), "lists": lists_of(membership, whole=whole), "whole": whole}
    if request.GET.get("part") == "list":
        return render(request, "portal/fragments/tasks.html", context)
    roles, people = asked_of(membership)
    readers = readers_for(membership, Act.ADD_TASK)
    begun = _begun(membership, request.GET.get("post", ""))
    audience = begun.get("audience") or (readers[0].audience if readers else "")
    context |= {"readers": readers, "audience": audience, "roles": roles, "people": people, "begun": begun}
    return render(request, "portal/pages/tasks.html", context)


def _begun(membership: Membership, asked: str) -> dict[str, Any]:
    """What a message says for a task that is made of it: {} where there is none for this reader."""
    if not asked:
        return {}
    try:
        post = visible_post(membership, ids.parse(asked))
    except NotFound:
        return {}
    if post.retracted_at:
        return {}
    text = " ".join(post.text_for(membership.stands).split())
    title = text if len(text) <= _TITLE else f"{text[:_TITLE].rsplit(' ', 1)[0]}…"
    audience = post.audience_for(membership.stands)
    return {"post": post.pk, "title": title, "audience": audience if audience in writable_audiences(membership.stands) else ""}
