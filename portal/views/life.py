"""A circle's life: its states, consents, oppositions and guardians on one page, with the forms to change them."""
import datetime as dt
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation import ids
from foundation.errors import Conflict, Invalid, NotFound
from messaging.feed.enums import Standing
from people.circles import consents, guardianship, oppositions, services
from people.circles.access import require
from people.circles.consenting import record_consent
from people.circles.enums import Cause, CircleState, ConsentScope, Ground
from people.circles.guardians import is_minor
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.spoken import MOST, Words
from people.circles.states import set_state
from portal.queries import life as told
from portal.queries.patient import head_of
from portal.queries.people import seats_of
from portal.views.door import acting, member, page

Choice = TypeVar("Choice", bound=Enum)
_MOST_REASON = 2000
_WAYS = ("oral", "paper", "written", "representative")


@require_GET
@page
@acting(Act.READ)
def life(request: HttpRequest, circle_id: str) -> HttpResponse:
    """The timeline, and what the reader may change."""
    return _drawn(request, member(request, circle_id))


@require_POST
@page
@acting(Act.SET_STATE)
def change_state(request: HttpRequest, circle_id: str) -> HttpResponse:
    """`state`, `reason`; `undo` takes the change before back."""

    def act(actor: Membership) -> None:
        cause = Cause.UNDONE if request.POST.get("undo") else Cause.DECIDED
        state, reason = _choice(CircleState, request.POST.get("state"), "state"), _text(request, "reason")
        if state is CircleState.ERASED or not (reason or cause is Cause.UNDONE):
            raise Invalid("circles.no_reason", _("Say why, in a few words that the members will read."))
        set_state(actor, state=state, reason=reason, cause=cause)

    return _done(request, circle_id, Act.SET_STATE, act)


@require_POST
@page
@acting(Act.CONSENT)
def consent(request: HttpRequest, circle_id: str) -> HttpResponse:
    """`scope`, `given` (1 or 0), `recorded_as`, `reason`."""

    def act(actor: Membership) -> None:
        scope = _choice(ConsentScope, request.POST.get("scope"), "scope")
        record_consent(actor, scope=scope, given=request.POST.get("given") == "1", words=_words(request))

    return _done(request, circle_id, Act.CONSENT, act)


@require_POST
@page
@acting(Act.OPPOSE)
def oppose(request: HttpRequest, circle_id: str) -> HttpResponse:
    """`member`, `recorded_as`, `reason`; with `opposition` instead of `member` it is withdrawn."""

    def act(actor: Membership) -> None:
        if "opposition" in request.POST:
            oppositions.withdraw_opposition(actor, mark=ids.parse(request.POST["opposition"]), words=_words(request))
        else:
            services.oppose_member(actor, member=ids.parse(request.POST.get("member")), words=_words(request))

    return _done(request, circle_id, Act.OPPOSE, act)


@require_POST
@page
@acting(Act.NAME_GUARDIAN)
def guardian(request: HttpRequest, circle_id: str) -> HttpResponse:
    """`member`, `ground`, `until`; with `guardian` instead of `member` it ends."""

    def act(actor: Membership) -> None:
        if "guardian" in request.POST:
            guardianship.end_guardianship(actor, mark=ids.parse(request.POST["guardian"]))
            return
        named = ids.parse(request.POST.get("member"))
        if named is None:
            raise NotFound
        ground = _choice(Ground, request.POST.get("ground"), "ground")
        guardianship.name_guardian(actor, member=named, ground=ground, last_day=_day(request.POST.get("until", "")))

    return _done(request, circle_id, Act.NAME_GUARDIAN, act)


def _done(request: HttpRequest, circle_id: str, needed: Act, act: Callable[[Membership], None]) -> HttpResponse:
    """Back to the page; what was wrong with the form is said on it."""
    actor = member(request, circle_id)
    require(actor, needed)
    try:
        act(actor)
    except (Invalid, Conflict) as error:
        return _drawn(request, actor, wrong=str(error.detail), status=error.status)
    return HttpResponseRedirect(f"/circles/{actor.circle_id}/life")


def _drawn(request: HttpRequest, reader: Membership, *, wrong: str = "", status: int = 200) -> HttpResponse:
    rights, circle = told.rights_of(reader), reader.circle
    seats = [seat for seat in seats_of(reader) if not seat.me and seat.standing != Standing.PATIENT and not seat.contact]
    held = consents.in_force(circle.id)
    latest = told.latest_change(reader) if rights.set_state else None
    context: dict[str, Any] = {
        "circle_id": circle.id, "state": circle.state, "patient": head_of(reader), "room": "people", "zone": circle.zone, "rights": rights,
        "entries": told.timeline(reader), "wrong": wrong, "state_words": CircleState(circle.state).label,
        "states": [(value, words) for value, words in CircleState.choices if value not in {circle.state, CircleState.ERASED}],
        "undo": latest if latest and latest.before and latest.state == circle.state else None,
        "consents": [(scope, words[0], held[scope]) for scope, words in told.SCOPES.items()],
        "ways": [(key, told.RECORDED[key]) for key in _WAYS], "seats": seats,
        "family": [seat for seat in seats if seat.standing == Standing.RELATIVES], "minor": is_minor(circle),
        "oppositions": told.standing_oppositions(reader) if rights.oppose else [], "guardians": told.running_guardians(reader),
        "grounds": Ground.choices,
    }  # fmt: skip
    return render(request, "portal/pages/life.html", context, status=status)


def _choice(among: type[Choice], raw: str | None, field: str) -> Choice:
    try:
        return among(raw)
    except ValueError:
        raise Invalid("http.invalid", _("Choose one of the list."), errors={field: _("Choose one of the list.")}) from None


def _text(request: HttpRequest, field: str) -> str:
    return request.POST.get(field, "").strip()[:_MOST_REASON]


def _words(request: HttpRequest) -> Words:
    return Words(request.POST.get("recorded_as", "screen")[:MOST], _text(request, "reason"))


def _day(raw: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(raw) if raw else None
    except ValueError:
        raise Invalid("http.invalid", _("Write the day, for example 2027-03-09.")) from None
