"""The simple editor of forms: rows with buttons, no programming. The form under change travels in the page's own fields.

Each button gives the rows back rearranged; "look" shows the form as it will be filled; only "keep" keeps it.
"""
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from care.sheets import forming
from care.sheets.errors import Malformed
from care.sheets.reading import understood
from care.sheets.understood import questionnaire_of
from care.sheets.writing import written
from foundation.errors import NotFound
from people.accounts.enums import Duty
from people.accounts.models import Administrator
from portal.queries.form_drafts import Asked, Draft, Follow, draft_of, fresh_link, written_draft
from portal.queries.forms import drawn_form
from portal.views.administration import administering, back_to, shown

MOST, FOLLOWS = 80, 6
KINDS = (
    ("yes_no", gettext_lazy("Yes or no")), ("one", gettext_lazy("One choice of several")), ("several", gettext_lazy("Several choices")),
    ("scale", gettext_lazy("A scale, such as 0 to 10")), ("number", gettext_lazy("A number")), ("line", gettext_lazy("A short text")),
    ("long", gettext_lazy("A long text")), ("day", gettext_lazy("A day")), ("photo", gettext_lazy("Photos")),
    ("heading", gettext_lazy("A heading, nothing to answer")), ("words", gettext_lazy("A text to read, nothing to answer")),
)  # fmt: skip
COMPARED = (
    ("=", gettext_lazy("is")), ("!=", gettext_lazy("is not")), (">=", gettext_lazy("is at least")), ("<=", gettext_lazy("is at most")),
    ("exists", pgettext_lazy("a question", "is answered")),
)  # fmt: skip
_TEXTS = ("link", "kind", "text", "options", "unit", "low", "high", "only_if", "only_how", "only_what")


@require_http_methods(["GET", "POST"])
@administering(Duty.CHANGE_SETTINGS)
def draw_up(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """A new form."""
    return _edited(request, actor, None, Draft(language=(get_language() or "fr").partition("-")[0], asked=(Asked("q1"),)))


@require_http_methods(["GET", "POST"])
@administering(Duty.CHANGE_SETTINGS)
def change(request: HttpRequest, actor: Administrator, form_id: UUID) -> HttpResponse:
    """A new version of a form that the editor understands whole. Raises NotFound for others."""
    draft = draft_of(questionnaire_of(forming.version_of(actor.structure_id, form_id)))
    if draft is None:
        raise NotFound
    return _edited(request, actor, form_id, draft)


def _edited(request: HttpRequest, actor: Administrator, form: UUID | None, draft: Draft) -> HttpResponse:
    context: dict[str, Any] = {}
    if request.method == "POST":
        act = request.POST.get("act", "look")
        draft = _rearranged(_posted(request.POST, draft.language), act)
        if act in {"look", "keep"}:
            context = _looked_at(draft)
            if act == "keep" and not context["wrong"]:
                return _kept(request, actor, form, draft)
    known = drawn_form(forming.version_of(actor.structure_id, form)) if form else None
    frame = {
        "form": known, "draft": draft, "kinds": KINDS, "compared": COMPARED, "compared_numbers": COMPARED[2:4] + COMPARED[:1], "most": MOST,
        "follows": [*draft.follows, Follow()][:FOLLOWS], "wrong": "", "wrong_row": "",
    }  # fmt: skip
    return shown(request, actor, "form_editor", "forms", {**frame, **context}, 422 if context.get("wrong") else 200)


def _looked_at(draft: Draft) -> dict[str, Any]:
    """The form as it will be filled, or what is wrong and in which row."""
    questionnaire, places = written_draft(draft)
    try:
        form = understood(questionnaire)
    except Malformed as malformed:
        fitting = [place for place in places if malformed.place == place or malformed.place.startswith(f"{place}.")]
        return {"wrong": str(malformed.sentence), "wrong_row": places[max(fitting, key=len)] if fitting else "", "place": malformed.place}
    return {"wrong": "", "questionnaire": written(form), "rules": form.rules}


def _kept(request: HttpRequest, actor: Administrator, form: UUID | None, draft: Draft) -> HttpResponse:
    questionnaire, _places = written_draft(draft)
    if form:
        version = forming.change_form(actor, form=form, questionnaire=questionnaire)
    else:
        version = forming.add_form(actor, questionnaire=questionnaire)
    messages.success(request, _("Kept. Whoever works here can fill it now, in every circle of theirs."))
    return back_to(actor, f"forms/{version.form_id}")


def _posted(form: QueryDict, language: str) -> Draft:
    rows = [_row(form, n) for n in range(MOST) if f"q.{n}.link" in form]
    follows = (_follow(form, n) for n in range(FOLLOWS))
    return Draft(
        title=form.get("title", "").strip(), description=form.get("description", "").strip(), language=language,
        filled_by=tuple(who for who in ("patient", "relatives") if who in form.getlist("filled_by")), asked=tuple(rows),
        score=form.get("score", "").strip(), bands=form.get("bands", "").strip(), follows=tuple(one for one in follows if one.words),
    )  # fmt: skip


def _row(form: QueryDict, n: int) -> Asked:
    texts = {name: form.get(f"q.{n}.{name}", "").strip()[:8000] for name in _TEXTS}
    return Asked(**texts, required=f"q.{n}.required" in form, counts=f"q.{n}.counts" in form)


def _follow(form: QueryDict, n: int) -> Follow:
    return Follow(**{name: form.get(f"f.{n}.{name}", "").strip()[:2000] for name in ("about", "how", "what", "act", "words")})


def _rearranged(draft: Draft, act: str) -> Draft:
    """After "add", "up.N", "down.N", "remove.N"."""
    verb, _dot, place = act.partition(".")
    rows = list(draft.asked)
    if verb == "add" and len(rows) < MOST:
        return replace(draft, asked=(*rows, Asked(fresh_link(rows), kind=rows[-1].kind if rows else "yes_no")))
    at = int(place) if place.isascii() and place.isdigit() and int(place) < len(rows) else None
    if at is None:
        return draft
    if verb == "remove":
        del rows[at]
    other = at - 1 if verb == "up" else at + 1 if verb == "down" else at
    if verb in {"up", "down"} and 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
    return replace(draft, asked=tuple(rows))
