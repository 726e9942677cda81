"""The care plan on paper: an edition, or the plan as it stands, by the reader's own rights; printing leaves a line in the trail."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from care.plan.editions import agreements_for, content_for, content_of, editions_for, entries_for
from care.plan.enums import Part
from care.plan.models import Edition
from foundation import clock
from foundation.errors import NotFound
from people.audit.services import record_access
from people.circles.access import access_of, session_mark
from people.circles.models import Membership
from people.circles.policy import Act
from portal.queries.patient import Head, head_of
from portal.queries.plan import Row, Section, Speaker, sections
from portal.templatetags.plan import member_named
from portal.templatetags.times import birth_date, born, full_moment, local
from portal.views.door import acting, member, page
from portal.views.papers import paper


@require_GET
@page
@acting(Act.READ)
def plan(request: HttpRequest, circle_id: str) -> HttpResponse:
    """`?edition=N`, else the newest, else the plan as it stands."""
    membership = member(request, circle_id)
    editions = editions_for(membership)
    wanted = request.GET.get("edition")
    found = next((one for one in editions if str(one.number) == wanted), None) if wanted else next(iter(editions), None)
    if wanted and found is None:
        raise NotFound
    record_access(access_of(membership, "plan.printed", session_mark(request)))
    return paper("plan", _plan(membership, found, editions), name=f"{_('care-plan')}-{local(clock.now(), membership.circle.zone):%Y-%m-%d}")


def _plan(reader: Membership, edition: Edition | None, editions: list[Edition]) -> dict[str, Any]:
    zone, head = reader.circle.zone, head_of(reader)
    content = content_of(edition) if edition else content_for(entries_for(reader), reader.stands)
    speaker = Speaker(content)
    rows = [speaker.row(one) for one in content]
    referent = next((one for one in rows if one.part is Part.REFERENT), None)
    birth = f"{born(head.birth_name, head.sex)} · " if head.birth_name else ""
    return {
        "title": _("Care plan"), "patient": head.name, "traits": f"{birth}{birth_date(head.birth_date)}",
        "cover": _cover(referent, edition, zone), "note": _note(edition, editions),
        "parts": [_part(one) for one in sections(rows) if one.rows], "empty": _("Nothing has been written here yet"),
        "agreed_label": pgettext("to the plan", "Agreed"), "agreed": _agreed(edition, editions, head, zone) if edition else [],
        "nobody": _("Nobody yet."), "footer": _("Cercle, printed on %(when)s") % {"when": full_moment(clock.now(), zone)},
    }  # fmt: skip


def _cover(referent: Row | None, edition: Edition | None, zone: str) -> list[tuple[str, str]]:
    rows = []
    if edition:
        said = _("Edition %(n)d") % {"n": edition.number}
        rows.append((said, full_moment(edition.publication.at, zone)))
        rows.append((_("Published by"), member_named(edition.publication.by)))
    if referent:
        rows.append((_("Referent"), referent.who))
        if referent.when:
            rows.append((_("Next review"), referent.when))
    return rows


def _note(edition: Edition | None, editions: list[Edition]) -> str:
    if edition is None:
        return _("This plan has not been published yet: it is a draft.")
    return "" if edition is editions[0] else _("There is a newer edition.")


def _part(section: Section) -> dict[str, Any]:
    return {"label": section.label, "strong": section.part is Part.PROCEDURE, "entries": [_entry(row) for row in section.rows]}


def _entry(row: Row) -> dict[str, Any]:
    lines = [
        (pgettext("before what to do", "Do:"), row.act), (pgettext("before whom to call", "Call:"), row.call),
        (pgettext("before who does it", "Who:"), row.who), (pgettext("before a day", "When:"), row.when),
        (pgettext("before an objective", "For:"), row.for_),
    ]  # fmt: skip
    text = f"« {row.text} »" if row.part is Part.PRIORITY else row.text
    return {"text": text, "lines": [line for line in lines if line[1]]}


def _agreed(edition: Edition, editions: list[Edition], head: Head, zone: str) -> list[str]:
    """Who agreed to this very edition, in the words of the page."""
    told = []
    for one in agreements_for(editions):
        if one.number == edition.number:
            who = head.called if one.agreement.of_patient else member_named(one.agreement.member)
            how = f" ({one.agreement.get_how_display()})" if one.agreement.of_patient else ""
            told.append(f"{who}{how}, {full_moment(one.agreement.at, zone)}")
    return told
