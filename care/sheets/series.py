"""How answers went over time: a thousand sheets in a moment, because each keeps its numbers sealed apart and small."""
import datetime as dt
import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from uuid import UUID

from care.sheets.models import Answered, FormVersion, opened_points
from care.sheets.questionnaire import Item, Option
from care.sheets.questionnaire import about as about_words
from care.sheets.scoring import ABOUT
from care.sheets.understood import questionnaire_of
from people.circles.access import reader_of
from people.circles.models import Membership

MOST = 2000


@dataclass(frozen=True)
class Point:
    """A number of a sheet."""

    at: dt.datetime
    value: float
    sheet: UUID


@dataclass
class Line:
    """An item's numbers, the oldest first; the item as the newest version has it. Where a form tells its sheets apart (this wound, that
    one), the item's text says which, and `about` is the code of that answer.
    """

    item: Item
    points: list[Point] = field(default_factory=list)
    about: str = ""


def series_of(member: Membership, form: UUID) -> list[Line]:
    """A line for each item of a form with a number, in the form's order; of withdrawn sheets nothing. At most the newest 2,000 sheets."""
    rows = Answered.objects.visible_to(reader_of(member)).filter(circle=member.circle_id, form=form, withdrawn_at=None)
    newest_first = rows.order_by("-made_at", "pk").values_list("pk", "made_at", "sealed_points")[:MOST]
    vault = member.circle.patient.vault
    found: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for sheet, at, sealed in reversed(newest_first):
        points = json.loads(opened_points(vault, sheet, sealed))
        about = points.pop(ABOUT, "")
        for link_id, value in points.items():
            found[about, link_id].append(Point(at, value, sheet))
    return _lines(form, found) if found else []


def _lines(form: UUID, found: dict[tuple[str, str], list[Point]]) -> list[Line]:
    items, options = _items(form)
    abouts = sorted({about for about, _link in found})
    return [
        Line(_named(item, options.get(about)), found[about, link_id], about)
        for about in abouts for link_id, item in items.items() if (about, link_id) in found
    ]  # fmt: skip


def _named(item: Item, option: Option | None) -> Item:
    return replace(item, text=about_words(item.text, option.label)) if option else item


def _items(form: UUID) -> tuple[dict[str, Item], dict[str, Option]]:
    """(the items of every version, each as the newest that has it; the options by which sheets are told apart)."""
    items: dict[str, Item] = {}
    options: dict[str, Option] = {}
    for version in FormVersion.objects.filter(form=form).order_by("-number"):
        questionnaire = questionnaire_of(version)
        for link_id, item in questionnaire.by_id.items():
            items.setdefault(link_id, item)
        if questionnaire.series_by:
            options = {**{option.code: option for option in questionnaire.by_id[questionnaire.series_by].options}, **options}
    return items, options
