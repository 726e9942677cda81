"""The ladder of a circle, and that which a structure brings along: read as sentences, changed step by step with buttons.

The steps under change travel in the form; each button gives them back rearranged, and only "save" keeps them.
"""
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation import ids
from foundation.errors import Invalid
from notifications.enums import LadderKind
from notifications.ladders import ladder_of
from notifications.models import Ladder
from notifications.protocol import RungBody
from notifications.rungs import set_default, set_ladder
from people.accounts.enums import Duty
from people.accounts.models import Administrator
from people.circles import policy
from people.circles.access import require
from people.circles.enums import CircleState, Role
from people.circles.policy import Act
from portal.queries import ladder as told
from portal.queries.patient import head_of
from portal.views.administration import administering, shown
from portal.views.door import acting, member, page

Row = tuple[str, str]  # minutes, and whom, as the fields hold them
MOST = 20
_FIRST: dict[LadderKind, tuple[Row, ...]] = {
    LadderKind.URGENT: (("0", "role:nurse"), ("5", "role:gp"), ("10", "role:coordinator")),
    LadderKind.HOSPITAL: (("0", "role:nurse"), ("60", "role:gp"), ("120", "role:coordinator")),
}


@require_http_methods(["GET", "POST"])
@page
@acting(Act.READ)
def of_circle(request: HttpRequest, circle_id: str) -> HttpResponse:
    """Read by everybody of the circle, changed by those who steer it."""
    reader = member(request, circle_id)
    kind = _kind(request)
    before = _own(ladder_of(reader.circle_id, kind))
    if request.method == "POST":
        require(reader, Act.SET_LADDER)
    sheet = _worked(request, before, kind, lambda rungs: set_ladder(reader, rungs=rungs, kind=kind))
    ladder = ladder_of(reader.circle_id, kind)
    choices = {"roles": told.roles(), "people": told.people_to_name(reader.circle_id), "structures": told.structures_in(reader.circle_id)}
    known = [choice for group in choices.values() for choice in group]
    context = {
        **sheet, **choices, "circle_id": reader.circle_id, "state": reader.circle.state, "patient": head_of(reader),
        "may_set": bool(policy.decide(Role(reader.role), Act.SET_LADDER, CircleState(reader.circle.state))),
        "kind": kind, "steps": told.steps_in_circle(reader, told.bodies_of(ladder), known, kind), "own": bool(ladder and ladder.circle_id),
        "by": ladder.structure if ladder and ladder.structure_id else None, "room": "people",
        "untold": told.people_untold(reader.circle_id, _whom(sheet)), "most": MOST,
    }  # fmt: skip
    return render(request, "portal/pages/ladder.html", context, status=422 if sheet["wrong"] else 200)


@require_http_methods(["GET", "POST"])
@administering(Duty.CHANGE_SETTINGS)
def of_structure(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """The ladder of the circles in which the structure is and that have none of their own."""
    kind = _kind(request)
    before = _own(_default_of(actor, kind))
    sheet = _worked(request, before, kind, lambda rungs: set_default(actor, rungs=rungs, kind=kind))
    ladder = _default_of(actor, kind)
    choices = {"roles": told.roles(), "structures": told.structures_to_name(actor.structure)}
    known = [choice for group in choices.values() for choice in group]
    context = {
        **sheet, **choices, "kind": kind, "may_set": True, "own": ladder is not None,
        "steps": told.steps_of(told.bodies_of(ladder), known, kind),
        "untold": told.roles_untold(_whom(sheet)), "most": MOST,
    }  # fmt: skip
    return shown(request, actor, "ladder", "ladder", context, 422 if sheet["wrong"] else 200)


def _kind(request: HttpRequest) -> LadderKind:
    """Which ladder the address asks for; that of urgent messages where it says nothing that is known."""
    asked = request.GET.get("kind")
    return LadderKind(asked) if asked in LadderKind.values else LadderKind.URGENT


def _default_of(actor: Administrator, kind: LadderKind) -> Ladder | None:
    return Ladder.objects.filter(structure=actor.structure_id, kind=kind).prefetch_related("rungs").first()


def _own(ladder: Ladder | None) -> list[Row]:
    return [(str(rung.after_s // 60), told.chosen(rung)) for rung in told.bodies_of(ladder)]


def _whom(sheet: dict[str, Any]) -> set[str]:
    """Whom the steps under change name, as their fields hold it."""
    return {whom for _after, whom in sheet["rows"]}


def _worked(request: HttpRequest, before: list[Row], kind: LadderKind, keep: Callable[[list[RungBody]], None]) -> dict[str, Any]:
    """What a button of the form does. Gives the rows as they are now, whether they are being changed, what was kept or is wrong."""
    shown_rows, nothing = before or list(_FIRST[kind]), {"changing": False, "saved": False, "before": [], "wrong": "", "wrong_row": None}
    sheet: dict[str, Any] = {"rows": shown_rows, **nothing}
    if request.method != "POST":
        return sheet
    rows, act = _rows(request.POST), request.POST.get("act", "")
    if act not in {"save", "usual"}:
        return {**sheet, "rows": _rearranged(rows, act), "changing": True}
    try:
        keep([] if act == "usual" else [_rung(row, n) for n, row in enumerate(rows)])
    except Invalid as refused:
        place = next((field.removeprefix("rungs.") for field in refused.errors or {}), "")
        number = int(place) + 1 if place.isdigit() else None
        return {**sheet, "rows": rows, "changing": True, "wrong": str(refused.detail), "wrong_row": number}
    return {**sheet, "rows": rows or shown_rows, "saved": True, "before": before}


def _rows(form: QueryDict) -> list[Row]:
    """The steps in the order of their times; what is no number of minutes stays where it is."""
    return [(form.get(f"after.{n}", "").strip()[:5], form.get(f"whom.{n}", "")[:80]) for n in range(MOST) if f"whom.{n}" in form]


def _rearranged(rows: list[Row], act: str) -> list[Row]:
    """After "add", "up.N", "down.N", "remove.N". Times keep their places: it is people who move."""
    verb, _dot, place = act.partition(".")
    at = int(place) if place.isascii() and place.isdigit() and int(place) < len(rows) else None
    if verb == "add" and len(rows) < MOST:
        last = rows[-1][0] if rows else ""
        return [*rows, (str(int(last) + 5) if last.isascii() and last.isdigit() else "0", "role:coordinator")]
    if verb == "remove" and at is not None:
        return rows[:at] + rows[at + 1 :]
    other = None if at is None else at - 1 if verb == "up" else at + 1 if verb == "down" else None
    if at is None or other is None or not 0 <= other < len(rows):
        return rows
    moved = list(rows)
    moved[at], moved[other] = (rows[at][0], rows[other][1]), (rows[other][0], rows[at][1])
    return moved


def _rung(row: Row, n: int) -> RungBody:
    """One step as the API takes it. Raises Invalid, with the step's place."""
    after, (kind, _colon, value) = row[0], row[1].partition(":")
    if not (after.isascii() and after.isdigit() and int(after) <= 24 * 60):
        sentence = _("Minutes are a whole number from 0 to 1440, for example 5.")
        raise Invalid("ladder.bad_time", sentence, errors={f"rungs.{n}": sentence})
    if kind == "role" and value in Role.values:
        return RungBody(after_s=int(after) * 60, role=Role(value))
    named: UUID | None = ids.parse(value)
    if named is None or kind not in {"member", "structure"}:
        sentence = _("Choose one of the list.")
        raise Invalid("ladder.whom", sentence, errors={f"rungs.{n}": sentence})
    is_member = kind == "member"
    return RungBody(after_s=int(after) * 60, member=named if is_member else None, structure=None if is_member else named)
