"""The patient's own page, large and plain; its changing part; and who has looked."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from care.sheets.queries import offered
from foundation import ids
from foundation.errors import NotFound
from people.circles import policy
from people.circles.enums import CircleState, Role
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.queries import epoch_of
from people.circles.sentences import refusal
from portal.queries import own
from portal.queries.own_day import today_of
from portal.queries.people import seats_of
from portal.queries.trail import trail_of
from portal.views.door import acting, member, page


def _patient(request: HttpRequest, circle_id: str) -> Membership:
    """The patient's membership of their own circle; for anybody else this page is not there. Raises NotFound."""
    membership = member(request, circle_id)
    if membership.role != Role.PATIENT:
        raise NotFound
    return membership


@require_GET
@page
@acting(Act.READ)
def own_page(request: HttpRequest, circle_id: str) -> HttpResponse:
    """Last word, writing, calling, who has read."""
    membership = _patient(request, circle_id)
    seats = seats_of(membership)
    may = policy.decide(Role.PATIENT, Act.POST, CircleState(membership.circle.state))
    callers, others = own.around(membership, seats)
    day = today_of(membership, seats)
    context = {
        "circle_id": membership.circle_id, "person": membership.person_id, "greeting": own.greeting(membership),
        "today": own.today(membership.circle.zone), "words": own.own_words(membership, seats), "callers": callers, "others": others,
        "sheets": bool(offered(membership)), "day": day,
        "may_write": bool(may), "why_not": "" if may else refusal(may.reason), "elsewhere": own.has_other_circles(membership),
        "head": membership.head_number, "epoch": epoch_of(membership),
    }  # fmt: skip
    return render(request, "portal/pages/own.html", context)


@require_GET
@page
@acting(Act.READ)
def own_words(request: HttpRequest, circle_id: str) -> HttpResponse:
    """The last word and one's own, as they are now."""
    membership = _patient(request, circle_id)
    seats = seats_of(membership)
    context = {"circle_id": membership.circle_id, "words": own.own_words(membership, seats), "day": today_of(membership, seats)}
    return render(request, "portal/fragments/own_words.html", context)


@require_GET
@page
@acting(Act.READ_TRAIL)
def looked(request: HttpRequest, circle_id: str) -> HttpResponse:
    """Who has looked, as sentences."""
    membership = _patient(request, circle_id)
    lines, _whole, following = trail_of(membership, ids.parse(request.GET.get("before")))
    zone = membership.circle.zone
    told = [(own.when_words(line.at, zone), line) for line in lines]
    return render(request, "portal/pages/own_looked.html", {"circle_id": membership.circle_id, "lines": told, "next": following})
