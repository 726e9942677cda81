"""The agenda: of one patient, and mine over all my patients; by list, day and week, with plain links."""
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from foundation import ids
from people.circles.policy import Act
from portal.queries.agenda import Day, circle_days, my_days
from portal.queries.room import readers_for, room_context
from portal.queries.stretches import Stretch, View, stretch_of, today
from portal.views.door import acting, member, page, reader

SAID = {
    "cancelled": gettext_lazy("It is cancelled."), "added": gettext_lazy("It is in the agenda."), "changed": gettext_lazy("It is changed."),
    "reported": gettext_lazy("Noted, and told in the thread."), "taken": gettext_lazy("The invitation is in the agenda."),
}  # fmt: skip
_PHONE = re.compile(r"\bMobi|\bAndroid\b|\biPhone\b")


@require_GET
@page
@acting(Act.READ)
def agenda(request: HttpRequest, circle_id: str) -> HttpResponse:
    """What is planned around one patient; with `part=days` the changing part alone."""
    actor = member(request, circle_id)
    stretch = _stretch(request, actor.circle.zone)
    base = f"/circles/{actor.circle_id}/agenda"
    may_add = bool(readers_for(actor, Act.ADD_APPOINTMENT))
    context = _shown(circle_days(actor, stretch), stretch, base, add=f"{base}/new?on={_for_adding(stretch)}" if may_add else "")
    if request.GET.get("part") == "days":
        return render(request, "portal/fragments/agenda.html", context)
    context |= {"title": _("Agenda"), "said": SAID.get(request.GET.get("said", ""), ""), "gone": _gone(request)}
    return render(request, "portal/pages/agenda.html", {**room_context(actor, "agenda"), **context})


@require_GET
@page
def my_agenda(request: HttpRequest) -> HttpResponse:
    """What I am expected at, over all my patients; with `part=days` the changing part alone."""
    stretch = _stretch(request, settings.CIRCLE_TIME_ZONE)
    everything = request.GET.get("whose") == "all"
    context = _shown(my_days(reader(request), stretch, everything=everything), stretch, "/agenda", add="")
    context |= {"whose": "all" if everything else "", "more": "&whose=all" if everything else "", "mine": bool(reader(request).profession)}
    if request.GET.get("part") == "days":
        return render(request, "portal/fragments/agenda.html", context)
    return render(request, "portal/pages/my_agenda.html", {**context, "title": _("My agenda"), "person": reader(request)})


def _gone(request: HttpRequest) -> dict[str, str] | None:
    """What was just cancelled and may be taken back."""
    gone = ids.parse(request.GET.get("gone"))
    if gone is None or request.GET.get("said") != "cancelled":
        return None
    return {"id": str(gone), "which": request.GET.get("which", ""), "at": request.GET.get("at", "")[:40]}


def _stretch(request: HttpRequest, zone: str) -> Stretch:
    phone = _PHONE.search(request.headers.get("User-Agent", "")) is not None
    return stretch_of(request.GET.get("view", ""), request.GET.get("on", ""), zone=zone, phone=phone)


def _for_adding(stretch: Stretch) -> str:
    """The day that is offered when something is added: today where it is shown."""
    now = today(stretch.zone)
    return (now if now in stretch.days else stretch.first).isoformat()


def _shown(days: list[Day], stretch: Stretch, base: str, *, add: str) -> dict[str, Any]:
    now = today(stretch.zone)
    views = [(View.LIST, pgettext("agenda", "List")), (View.DAY, pgettext("agenda", "Day")), (View.WEEK, pgettext("agenda", "Week"))]
    return {
        "stretch": stretch, "days": days, "bars": [bar for day in days for bar in day.bars], "base": base, "add": add, "views": views,
        "kept": now if now in stretch.days else stretch.first, "here": f"{base}?view={stretch.view}&on={stretch.first.isoformat()}",
        "more": "",
    }  # fmt: skip
