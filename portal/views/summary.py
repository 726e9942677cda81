"""The patient at a glance: the page, and the same on one sheet of paper."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from people.circles.policy import Act
from portal.queries.glance import DAYS, glance_context, writing_context
from portal.views.door import acting, member, page


@require_GET
@page
@acting(Act.READ)
def summary(request: HttpRequest, circle_id: str) -> HttpResponse:
    """What is open, what must be known, measures, treatments, appointments, whom to call; `?part=whole`: what is kept fresh alone."""
    membership = member(request, circle_id)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(span) for span in DAYS} else DAYS[0]
    context = glance_context(membership, days)
    if request.GET.get("part") == "whole":
        return render(request, "portal/fragments/glance.html", context)
    return render(request, "portal/pages/summary.html", {**context, **writing_context(membership)})
