"""What came of a visit: done or missed, said once, by whom, with a word in the journal."""
import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from care.agenda import errors
from care.agenda.enums import Outcome
from care.agenda.models import Appointment, Report, occurrence_key
from care.agenda.occurrences import Time, time_at
from care.agenda.protocol import ReportBody
from care.agenda.queries import reported
from care.agenda.rules import on_calendar
from care.records.services import change_record, under_lock
from foundation import clock
from foundation.errors import NotFound
from journal.protocol import PostBody
from journal.services import write_within
from messaging.feed.enums import Kind
from messaging.feed.services import opened
from people.circles.access import require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act, widens

_EARLY = dt.timedelta(hours=12)  # somebody may come sooner than was said
_KINDS = {Outcome.DONE: Kind.APPOINTMENT_KEPT, Outcome.MISSED: Kind.APPOINTMENT_MISSED}


def report_visit(actor: Membership, *, appointment: UUID, occurrence: dt.datetime, body: ReportBody) -> tuple[Appointment, bool]:
    """(the appointment, whether it was said now); the same by the same person again is answered as it is.

    Raises Conflict `agenda.reported` where somebody said it before, `agenda.cancelled`; Invalid `agenda.not_yet`,
    `agenda.report_too_wide`, `journal.*`; Refused, NotFound.
    """
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, Appointment, appointment)
        audience = body.audience or Audience(wanted.audience)
        require(inside, Act.REPORT_VISIT, **wanted.circumstances(inside, Act.REPORT_VISIT))
        require(inside, Act.POST, audience=audience)
        said = reported(wanted)
        time = time_at(wanted, occurrence, said)
        if time is None:
            raise errors.cancelled() if on_calendar(occurrence) and occurrence_key(occurrence) in wanted.exceptions else NotFound
        if time.report is not None:
            return _said_before(wanted, time.report, inside, body), False
        _check(wanted, time, audience)
        post = write_within(feed, inside, PostBody(text=_words(wanted, time, body), audience=audience))
        Report.objects.create(
            appointment=wanted, occurrence=time.original, start=time.start, end=time.end, outcome=body.outcome, by=inside, at=clock.now(),
            post=post.pk, audience=audience,
        )  # fmt: skip
        change_record(feed, wanted, kind=_KINDS[body.outcome], by=inside)
        return wanted, True


def _said_before(wanted: Appointment, said: Report, inside: Membership, body: ReportBody) -> Appointment:
    if said.by.person_id != inside.person_id or said.outcome != body.outcome:
        raise errors.reported(said.by.person.name, said.outcome, str(said.by_id))
    return wanted


def _check(wanted: Appointment, time: Time, audience: Audience) -> None:
    if wanted.cancelled_at is not None:
        raise errors.cancelled()
    if widens(audience, Audience(wanted.audience)):
        raise errors.report_too_wide()
    if time.start - _EARLY > clock.now():
        raise errors.not_yet()


def _words(wanted: Appointment, time: Time, body: ReportBody) -> str:
    """The post's text, in the site's language: what was done when, then what was said."""
    with override(settings.LANGUAGE_CODE):
        local = time.start.astimezone(ZoneInfo(wanted.zone))
        when = formats.date_format(local, "SHORT_DATE_FORMAT") + ("" if wanted.all_day else " " + formats.time_format(local, "TIME_FORMAT"))
        sentence = _("Done: %(title)s (%(when)s).") if body.outcome is Outcome.DONE else _("Missed: %(title)s (%(when)s).")
        said = sentence % {"title": wanted.said()["title"], "when": when}
    return f"{said}\n{body.text.strip()}".strip()
