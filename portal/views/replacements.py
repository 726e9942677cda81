"""Who stands in for me, whom I replace, and what happened while I was away."""
import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from foundation import clock, ids
from foundation.errors import Invalid
from people.accounts.models import Person
from people.circles.delegations import Handed, delegate
from people.circles.handing import Left
from people.circles.models import Delegation
from people.circles.words import titled
from portal.queries.away import Away, happened, times_away
from portal.queries.replacements import choices_of, left_out, replacements_of
from portal.views.door import page, patients_of, reader

_USUAL = dt.timedelta(days=7)
_HANDED = "handed_over"


@require_http_methods(["GET", "POST"])
@page
def replacements(request: HttpRequest) -> HttpResponse:
    """Given and received, and the form; posted, somebody stands in for the reader. Ending goes by the API."""
    done, wrong = _hand_over(request) if request.method == "POST" else (None, None)
    if done:
        left = [(str(one.circle), one.code, str(one.detail)) for one in done.left_out]
        request.session[_HANDED] = {"delegation": str(done.delegation.pk), "left_out": left}
        return HttpResponseRedirect("/me/replacements?handed#handed")  # the note, not the form that was sent
    person, zone = reader(request), ZoneInfo(settings.CIRCLE_TIME_ZONE)
    handed, passed_over = _handed_over(request, person) if "handed" in request.GET and not wrong else (None, [])
    found, now = replacements_of(person), clock.now().astimezone(zone)
    begins, ends = now, (now + _USUAL).replace(hour=8, minute=0)
    asked = request.POST if wrong else {}
    context = {
        "given": [one for one in found if one.given], "received": [one for one in found if not one.given and one.state != "ended"],
        "choices": choices_of(person), "zone": settings.CIRCLE_TIME_ZONE, "wrong": wrong, "handed": handed,
        "left_out": left_out(passed_over), "whom": titled(handed.to) if handed else "",
        "begins": asked.get("from") or f"{begins:%Y-%m-%dT%H:%M}", "ends": asked.get("until") or f"{ends:%Y-%m-%dT%H:%M}",
        "some": asked.get("which") == "some", "chosen": request.POST.getlist("circles") if wrong else [],
        "to": asked.get("to", ""), "to_name": asked.get("to_name", "")[:120],
    }
    return render(request, "portal/pages/replacements.html", context, status=422 if wrong else 200)


def _hand_over(request: HttpRequest) -> tuple[Handed | None, Invalid | None]:
    """(what came of the form, or what is wrong with it)."""
    form = request.POST
    circles = None
    if form.get("which") == "some":
        circles = [circle for value in form.getlist("circles") if (circle := ids.parse(value))]
    try:
        if circles == []:
            raise Invalid("circles.no_such_circle", _("Nobody was chosen."), errors={"circles": _("Choose at least one patient.")})
        since, until = _moment(form.get("from"), "from"), _moment(form.get("until"), "until")
        return delegate(reader(request), to=ids.parse(form.get("to")), circles=circles, since=since, until=until), None
    except Invalid as error:
        return None, error


def _handed_over(request: HttpRequest, person: Person) -> tuple[Delegation | None, list[Left]]:
    """(the replacement that was asked for last, the circles that it left out)."""
    said = request.session.get(_HANDED)
    if said is None:
        return None, []
    handed = Delegation.objects.select_related("to").filter(by=person, pk=said["delegation"], ended_at=None).first()
    return handed, [Left(UUID(circle), code, detail) for circle, code, detail in said["left_out"]] if handed else []


def _moment(value: str | None, field: str) -> dt.datetime:
    """What a field of date and time says, on the wall clock of the service's place. Raises Invalid `http.invalid`."""
    try:
        said = dt.datetime.fromisoformat(value or "")
        if said.tzinfo is not None or not dt.MINYEAR < said.year < dt.MAXYEAR:
            raise ValueError(value)
    except ValueError:
        words = _("Enter day and time.")
        raise Invalid("http.invalid", words, errors={field: words}) from None
    return said.replace(tzinfo=ZoneInfo(settings.CIRCLE_TIME_ZONE))


@require_GET
@page
def away(request: HttpRequest) -> HttpResponse:
    """What happened while the reader was away: the last time, or the one that the address names."""
    found = times_away(reader(request))
    chosen = next((one for one in found if str(one.id) == request.GET.get("time")), _last(found))
    context: dict[str, Any] = {"times": found, "chosen": chosen, "zone": settings.CIRCLE_TIME_ZONE}
    if chosen:
        context["around"] = happened(patients_of(request), chosen.since, min(chosen.until, clock.now()))
    return render(request, "portal/pages/away.html", context)


def _last(times: list[Away]) -> Away | None:
    """The last one that is over, else the one that runs."""
    return next((one for one in times if one.over), times[0] if times else None)
