"""What the pages of the sheets show: forms to fill, sheets filled, one of them whole. All of it as this reader may see it."""
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from care.sheets.models import Answered
from care.sheets.queries import Offered, offered, sheets_of
from care.sheets.questionnaire import Item, Questionnaire
from care.sheets.understood import questionnaire_of
from journal.enums import Urgency
from journal.models import Post
from messaging.live.queries import marks_of
from people.circles import policy
from people.circles.enums import Audience, CircleState, Role
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.words import titled
from portal.queries.sheet_words import Told, answers_of, language, score_words

PAGE = 50
_MOST_NUMBERS = 2


@dataclass(frozen=True)
class FormRow:
    """A form that a member may fill in, and how often it was filled in here as far as they see it."""

    id: UUID
    title: str
    description: str
    count: int
    last: dt.datetime | None
    plots: bool


@dataclass(frozen=True)
class SheetRow:
    """A filled sheet in a list."""

    id: UUID
    title: str
    scores: list[Told]
    who: str
    at: dt.datetime
    audience: str
    readers: str
    new: bool
    withdrawn: bool


@dataclass(frozen=True)
class Followed:
    """What a sheet led to: "alert", "post", "task" or "measure", its words, where it stands."""

    kind: str
    words: str
    address: str


@dataclass(frozen=True)
class ReadSheet:
    """A whole sheet. Of a withdrawn one nothing is told."""

    id: UUID
    form: UUID
    title: str
    who: str
    at: dt.datetime
    audience: str
    readers: str
    plots: bool
    told: list[Told] = field(default_factory=list)
    follows: list[Followed] = field(default_factory=list)
    withdrawn: dt.datetime | None = None
    withdrawn_by: str = ""
    reason: str = ""


def form_rows(member: Membership) -> list[FormRow]:
    """The forms that a member may fill in, those used here first and the latest of them on top."""
    counted = sheets_of(member).filter(withdrawn_at=None).order_by().values("form").annotate(n=Count("pk"), last=Max("made_at"))
    used = {row["form"]: (row["n"], row["last"]) for row in counted}
    rows = [_form_row(one, *used.get(one.version.form_id, (0, None))) for one in offered(member)]
    return sorted(rows, key=lambda row: (row.last is None, -row.last.timestamp() if row.last else 0.0))


def _form_row(one: Offered, count: int, last: dt.datetime | None) -> FormRow:
    form = one.questionnaire
    plots = count > 0 and has_numbers(form)
    return FormRow(one.version.form_id, form.title.told(language()), form.description.told(language()), count, last, plots)


def has_numbers(form: Questionnaire) -> bool:
    """Whether something of a form can be plotted."""
    return any(item.type.counts for item in form.by_id.values())


def sheet_rows(member: Membership, before: dt.datetime | None = None) -> tuple[list[SheetRow], str]:
    """(sheets that a member may see, the newest first; where the next page begins, "" at the end)."""
    rows = list(sheets_of(member, before=before).select_related("version_of")[: PAGE + 1])
    following = rows[PAGE - 1].made_at.isoformat() if len(rows) > PAGE else ""
    marks = marks_of([member.pk])
    read = marks[0].told(member.stands)[0] if marks else 0
    return [_sheet_row(member, sheet, read) for sheet in rows[:PAGE]], following


def _sheet_row(member: Membership, sheet: Answered, read: int) -> SheetRow:
    form = questionnaire_of(sheet.version_of)
    scores = [] if sheet.withdrawn_at else _scores(form, sheet)
    seq = sheet.seq(member.stands) or 0
    mine = sheet.author is not None and sheet.author.person_id == member.person_id
    return SheetRow(
        id=sheet.pk, title=form.title.told(language()), scores=scores, who=_named(sheet.author), at=sheet.made_at, audience=sheet.audience,
        readers=str(Audience(sheet.audience).label), new=seq > read and not mine, withdrawn=sheet.withdrawn_at is not None,
    )  # fmt: skip


def _scores(form: Questionnaire, sheet: Answered) -> list[Told]:
    """What a list says of a sheet: its scores; without one the first numbers answered."""
    words = sheet.words()
    scored = [item for item in form.scores if item.link_id in words["scores"]]
    if scored:
        return [_score(item, words["scores"][item.link_id]) for item in scored]
    counted = [item for item in form.by_id.values() if item.type.counts and words["answers"].get(item.link_id)]
    return [_score(item, words["answers"][item.link_id][0]) for item in counted[:_MOST_NUMBERS]]


def _score(item: Item, given: Any) -> Told:
    value, meaning, tone = score_words(item, given)
    return Told("score", item.text.told(language()), [value], meaning, tone)


def _named(member: Membership | None) -> str:
    return titled(member.person, member.role) if member else _("Cercle")


def read_sheet(member: Membership, sheet: Answered) -> ReadSheet:
    """One sheet for a member who may see it."""
    form = questionnaire_of(sheet.version_of)
    head = {
        "id": sheet.pk, "form": sheet.form_id, "title": form.title.told(language()), "who": _named(sheet.author), "at": sheet.made_at,
        "audience": sheet.audience, "readers": str(Audience(sheet.audience).label), "plots": has_numbers(form),
    }  # fmt: skip
    words = sheet.words()
    if sheet.withdrawn_at is not None:
        return ReadSheet(**head, withdrawn=sheet.withdrawn_at, withdrawn_by=_named(sheet.withdrawn_by), reason=words.get("reason", ""))  # type: ignore[arg-type]
    told = answers_of(form, words["answers"], words["scores"], member.circle.zone)
    return ReadSheet(**head, told=told, follows=list(_followed(sheet)))  # type: ignore[arg-type]


def _followed(sheet: Answered) -> Iterable[Followed]:
    """What followed stands in the rooms of the same readers."""
    circle = f"/circles/{sheet.circle_id}"
    post = Post.objects.filter(pk=sheet.post).only("urgency").first() if sheet.post else None
    if post is not None:
        kind, words = ("alert", _("An urgent message")) if post.urgency == Urgency.URGENT else ("post", _("A message in the thread"))
        yield Followed(kind, words, f"{circle}#post-{sheet.post}")
    for task in sheet.tasks:
        yield Followed("task", _("A task"), f"{circle}/tasks#task-{task}")
    if sheet.measures:
        words = ngettext("%(n)d measure was noted", "%(n)d measures were noted", len(sheet.measures)) % {"n": len(sheet.measures)}
        yield Followed("measure", words, f"{circle}/summary")


def may_withdraw(member: Membership, sheet: Answered) -> bool:
    """Whether a member may withdraw a sheet now."""
    state = CircleState(member.circle.state)
    asked = sheet.circumstances(member, Act.WITHDRAW_ENTRY)
    return sheet.withdrawn_at is None and bool(policy.decide(Role(member.role), Act.WITHDRAW_ENTRY, state, standing=member.stands, **asked))
