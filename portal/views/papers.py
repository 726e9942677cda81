"""What is printed: a PDF by the reader's own rights; the printing itself leaves a line."""
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from foundation import clock
from foundation.paper import CONTENT_TYPE, printed
from people.audit.services import record_access
from people.circles.access import access_of, require, session_mark
from people.circles.models import Membership
from people.circles.policy import Act
from portal.queries.patient import head_of
from portal.queries.summary_paper import summary_paper
from portal.queries.trail import MOST_PRINTED, Line, trail_of
from portal.templatetags.times import birth_date, full_moment, local
from portal.views.door import acting, member, page

_PAPERS = Path(__file__).resolve().parents[1] / "papers"


@require_GET
@page
@acting(Act.READ_TRAIL)
def trail(request: HttpRequest, circle_id: str) -> HttpResponse:
    """The trail as a PDF: the whole of it, or the reader's own accesses."""
    membership = member(request, circle_id)
    require(membership, Act.READ_TRAIL)
    record_access(access_of(membership, "trail.printed", session_mark(request)))
    return paper("trail", _trail(membership), name=f"{_('accesses')}-{local(clock.now(), membership.circle.zone):%Y-%m-%d}")


@require_GET
@page
@acting(Act.READ)
def summary(request: HttpRequest, circle_id: str) -> HttpResponse:
    """The patient at a glance on one page, by the reader's own rights."""
    membership = member(request, circle_id)
    record_access(access_of(membership, "summary.printed", session_mark(request)))
    return paper("summary", summary_paper(membership), name=f"{_('at-a-glance')}-{local(clock.now(), membership.circle.zone):%Y-%m-%d}")


def paper(template: str, data: dict[str, Any], *, name: str) -> HttpResponse:
    """A PDF to keep. Its file name says what it is and never of whom."""
    common = {"language": get_language() or "fr"}
    answer = HttpResponse(printed(_PAPERS / f"{template}.typ", {**common, **data}), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def _trail(reader: Membership) -> dict[str, Any]:
    zone, head = reader.circle.zone, head_of(reader)
    lines, whole, following = trail_of(reader, None, size=MOST_PRINTED)
    return {
        "title": _("Who has looked at this record") if whole else _("When you have looked at this record"),
        "patient": f"{head.name} · {birth_date(head.birth_date)}",
        "what": _("The whole trail, newest first.") if whole else _("Your own accesses, newest first."),
        "heads": [_("When"), _("Who"), _("What"), _("By which right")],
        "lines": [_row(line, zone) for line in lines],
        "empty": _("Nobody yet."),
        "more": _("Older lines are not printed here; the page shows them.") if following else "",
        "footer": _("Cercle, printed on %(when)s") % {"when": full_moment(clock.now(), zone)},
    }


def _row(line: Line, zone: str) -> dict[str, str]:
    role = " · ".join(filter(None, (line.role, line.structure)))
    return {
        "at": full_moment(line.at, zone), "device": line.device, "name": line.name, "role": role, "what": line.what, "about": line.about,
        "right": line.right,
    }
