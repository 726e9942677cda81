"""The summary as one sheet of paper says it: words only, everything made ready for the typst template."""
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation import clock
from people.accounts.telephone import shown_phone
from people.circles.models import Membership
from portal.queries.glance import glance_context
from portal.queries.measured import Measured
from portal.queries.patient import Head
from portal.queries.people import Seat
from portal.queries.summary import Fact
from portal.templatetags.times import age, birth_date, born, full_moment, since_when

_DAYS = 7


def summary_paper(reader: Membership) -> dict[str, Any]:
    """Data of `papers/summary.typ`: two columns of parts, each a title with blocks {label, lines, by}; measures with their plots."""
    glance = glance_context(reader, _DAYS)
    head, facts = glance["patient"], glance["facts"]
    waiting = [{"label": "", "lines": [one.words], "by": one.more} for one in glance["open"]]
    waiting += [{"label": "", "lines": [one.title], "by": one.more} for one in glance["tasks"]]
    ahead = [{"label": "", "lines": [one.when], "by": one.words} for one in glance["next"]]
    left = [
        _part(pgettext("what is open", "Now"), waiting, _("Nothing is waiting.")),
        _part(_("To know"), [_block(fact) for fact in facts["know"]], _("Nothing is noted.")),
        _part(_("Treatments in force"), [_block(fact) for fact in facts["treatments"]], _("Nothing is noted.")),
        _part(_("Autonomy and wishes"), [_block(fact) for fact in facts["living"]], ""),
    ]  # fmt: skip
    right = [
        _part(_("Next three appointments"), ahead, _("No appointment ahead.")),
        _part(_("To call"), [_called(seat) for seat in [*glance["calls"], *glance["others"]] if seat.phone], _("No number is known here.")),
    ]
    return {
        "title": _("At a glance"), "patient": head.name, "traits": _traits(head), "staying": _staying(head, reader.circle.zone),
        "left": [part for part in left if part["blocks"] or part["empty"]], "right": right, "measures": _("Measures"),
        "measured": [_measure(one) for one in glance["measures"]], "unmeasured": _("Nothing has been measured yet."),
        "footer": _("Cercle, printed on %(when)s") % {"when": full_moment(clock.now(), reader.circle.zone)},
        "private": _("What %(name)s may read, and no more.") % {"name": reader.person.name},
    }  # fmt: skip


def _traits(head: Head) -> str:
    status = {"qualified": _("INS qualified"), "validated": _("identity validated")}.get(head.status, _("provisional identity"))
    name = born(head.birth_name, head.sex) if head.birth_name else ""
    return " · ".join(filter(None, (name, birth_date(head.birth_date), age(head.birth_date), head.sex, status)))


def _staying(head: Head, zone: str) -> str:
    if head.staying is None:
        return ""
    said = _("In hospital since %(moment)s") % {"moment": since_when(head.staying.since, zone)}
    return f"{said} ({head.staying.place})" if head.staying.place else said


def _part(title: str, blocks: list[dict[str, Any]], empty: str) -> dict[str, Any]:
    return {"title": title, "blocks": blocks, "empty": empty}


def _block(fact: Fact) -> dict[str, Any]:
    lines = [one.strong + one.rest + (", " + _("until %(day)s") % {"day": one.until_words} if one.until else "") for one in fact.statements]
    return {"label": fact.label, "lines": lines, "by": fact.by}


def _called(seat: Seat) -> dict[str, Any]:
    words = " · ".join(filter(None, (seat.kinship_words or seat.role_words, seat.sign.words if seat.sign else "")))
    return {"label": "", "lines": [" · ".join(filter(None, (seat.name, shown_phone(seat.phone) if seat.phone else "")))], "by": words}


def _measure(one: Measured) -> dict[str, Any]:
    by = f"{one.change} " + _("since %(day)s") % {"day": one.since} if one.change else one.by
    return {
        "label": one.label, "figure": one.figure, "unit": one.unit, "word": one.word, "by": by, "band": one.plot.band,
        "points": [*one.plot.dots, one.plot.last],
    }  # fmt: skip
