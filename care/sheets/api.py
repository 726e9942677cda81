"""Sheets of a circle over HTTP."""
import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from care.records.access import RecordDoor
from care.records.services import was_kept
from care.sheets import queries, services
from care.sheets.items import line_item, offered_item, score_item, sheet_item
from care.sheets.models import Answered
from care.sheets.protocol import SheetBody, WithdrawalBody
from care.sheets.rules import following_item
from care.sheets.series import series_of
from care.sheets.understood import questionnaire_of
from care.sheets.writing import written
from foundation import ids
from foundation.errors import Invalid, NotFound
from foundation.http import page_limit
from people.circles.access import Door, KeyedDoor, member_of, reader_of
from people.circles.policy import Act

router = Router(tags=["sheets"])


def _sheet(request: HttpRequest) -> Answered:
    sheet: Answered = request.record  # type: ignore[attr-defined]
    return sheet


@router.get("circles/{circle_id}/sheets", auth=Door(Act.READ, opens=True), response=dict[str, Any])
def sheets(request: HttpRequest, circle_id: str, form: str | None = None, before: str | None = None, limit: int = 50) -> dict[str, Any]:
    """The forms that the caller may fill in, and the sheets that they may see, the newest first."""
    member, size = member_of(request), page_limit(limit)
    wanted = ids.parse(form)
    if form is not None and wanted is None:
        raise NotFound
    rows = list(queries.sheets_of(member, form=wanted, before=_moment(before))[: size + 1])
    reader = reader_of(member)
    return {
        "forms": [offered_item(one) for one in queries.offered(member)],
        "items": [sheet_item(sheet, reader) for sheet in rows[:size]],
        "next": rows[size - 1].made_at.isoformat() if len(rows) > size else None,
    }


def _moment(before: str | None) -> dt.datetime | None:
    if not before:
        return None
    try:
        moment = dt.datetime.fromisoformat(before)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("http.bad_cursor", _("This is not a place in the list."))
    return moment


@router.post("circles/{circle_id}/sheets", auth=KeyedDoor(Act.FILL_SHEET, was_kept), response={200: dict[str, Any], 201: dict[str, Any]})
def fill(request: HttpRequest, circle_id: str, body: SheetBody) -> Status[dict[str, Any]]:
    """Fills a form in; what follows from it happens in the same moment."""
    key = ids.parse(request.headers.get("Idempotency-Key"))
    member = member_of(request)
    sheet, new = services.fill_sheet(member, key=key, form=body.form, answers=body.answers, audience=body.audience, media=body.media)
    return Status(201 if new else 200, sheet_item(sheet, reader_of(member)))


@router.post("circles/{circle_id}/sheets/check", auth=Door(Act.FILL_SHEET), response=dict[str, Any])
def check(request: HttpRequest, circle_id: str, body: SheetBody) -> dict[str, Any]:
    """What these answers come to and what would follow. Nothing is kept."""
    checked = services.check_sheet(member_of(request), form=body.form, answers=body.answers, audience=body.audience, media=body.media)
    outcome, language = checked.outcome, checked.outcome.filled.form.language
    return {
        "form": str(checked.version.form_id), "version": checked.version.number, "errors": outcome.errors,
        "asked": [link for link, item in outcome.filled.form.by_id.items() if link in outcome.filled.asked and not item.hidden],
        "scores": [score_item(score, language) for score in outcome.scores], "follows": following_item(checked.follows),
    }  # fmt: skip


@router.get("circles/{circle_id}/sheets/series", auth=Door(Act.READ, opens=True), response=dict[str, Any])
def series(request: HttpRequest, circle_id: str, form: str) -> dict[str, Any]:
    """How the answers to a form went, item by item."""
    wanted = ids.parse(form)
    return {"form": form, "lines": [line_item(line) for line in series_of(member_of(request), wanted)] if wanted else []}


@router.get("circles/{circle_id}/sheets/{sheet_id}", auth=RecordDoor(Act.READ, Answered, "sheet_id", opens=True), response=dict[str, Any])
def one(request: HttpRequest, circle_id: str, sheet_id: str) -> dict[str, Any]:
    """The sheet with the form as it was when it was filled in."""
    sheet = _sheet(request)
    form = written(questionnaire_of(sheet.version_of), identifier=str(sheet.form_id), version=sheet.version_of.number)
    return {**sheet_item(sheet, reader_of(member_of(request))), "questionnaire": form}


@router.post(
    "circles/{circle_id}/sheets/{sheet_id}/withdrawal", auth=RecordDoor(Act.WITHDRAW_ENTRY, Answered, "sheet_id"), response=dict[str, Any]
)
def withdraw(request: HttpRequest, circle_id: str, sheet_id: str, body: WithdrawalBody) -> dict[str, Any]:
    """Withdraws the sheet from every answer; the record keeps it, and what had followed from it stands."""
    member = member_of(request)
    return sheet_item(services.withdraw_sheet(member, sheet=_sheet(request).pk, reason=body.reason), reader_of(member))
