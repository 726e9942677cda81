"""Where a tapped notification leads. Its address says nothing: an id, which means something to one person only."""
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET

from foundation import ids
from messaging.feed.calls import reminders_of
from notifications.enums import News
from notifications.models import Notice
from notifications.opening import open_delivery
from people.circles.enums import Role
from people.circles.policy import Act
from people.circles.queries import memberships_of
from portal.views.door import acting, page, reader

_ELSEWHERE = {News.DIGEST: "/new", News.TEST: "/me/notifications"}


@require_GET
@page
@acting(Act.READ)
def notice(request: HttpRequest, delivery_id: str) -> HttpResponse:
    """To the post in its thread, to the room of what one was reminded of, or to the page of what there is. Another person's id is as
    unknown as one that never was.
    """
    opened = open_delivery(reader(request), delivery=ids.parse(delivery_id))
    return HttpResponseRedirect(_ELSEWHERE.get(News(opened.news)) or _place(request, opened))


def _place(request: HttpRequest, opened: Notice) -> str:
    """The circle, at its post where there is one. Who is no member any more finds their own list: nobody knocked at a door here."""
    member = memberships_of(reader(request)).filter(circle=opened.circle_id).first() if opened.circle_id else None
    if member is None:
        return "/"
    reminder = reminders_of([opened.subject]).get(opened.subject) if opened.news == News.DUE and opened.subject else None
    if reminder is not None:
        return reminder.page
    if opened.news == News.DUE:
        return f"/circles/{opened.circle_id}"
    if member.role == Role.PATIENT:
        return f"/circles/{opened.circle_id}/own"
    return f"/circles/{opened.circle_id}#post-{opened.subject}" if opened.subject else f"/circles/{opened.circle_id}"
