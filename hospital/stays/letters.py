"""The e-mails of this room, to whoever answers for data protection: rows until they have left; no patient's name, no word of health."""
import datetime as dt
import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation

from hospital.stays.enums import Alarm, GlassLetterKind
from hospital.stays.models import BrokenGlass, GlassLetter
from hospital.stays.reviews import WITHIN, remind_reviewers

log = logging.getLogger("cercle.hospital")
REVIEWS = "/protection/glasses"
_LEASE = dt.timedelta(minutes=2)
_AT_ONCE = 50
_OF_REMINDING = frozenset({GlassLetterKind.DUE, GlassLetterKind.OVERDUE})


def send_due_letters() -> int:
    """Writes the reminders that are due, and sends what waits; how many left.

    A row is claimed by moving its time: killed in between, it is sent again once the lease is over.
    """
    remind_reviewers()
    now = timezone.now()
    due = GlassLetter.objects.filter(due_at__lte=now).select_related("glass__membership__person", "glass__structure", "person")
    return sum(_sent(row, now) for row in due.order_by("due_at", "pk")[:_AT_ONCE])


def _sent(row: GlassLetter, now: dt.datetime) -> bool:
    mine = GlassLetter.objects.filter(pk=row.pk, due_at=row.due_at)
    if not mine.update(due_at=now + _LEASE):
        return False
    pointless = row.kind in _OF_REMINDING and row.glass.verdict
    if not pointless and row.person.email and not _left(row, row.person.email):
        return False
    GlassLetter.objects.filter(pk=row.pk).update(due_at=None, sent_at=None if pointless else timezone.now())
    if row.kind == GlassLetterKind.ALARM:
        BrokenGlass.objects.filter(pk=row.glass_id, alarmed_at=None).update(alarmed_at=timezone.now())
    return not pointless


def _left(row: GlassLetter, address: str) -> bool:
    glass = row.glass
    with translation.override(row.person.language):
        told = {
            "kind": row.kind, "structure": glass.structure.name, "until": glass.at + WITHIN,
            "at": glass.at, "alarms": [Alarm(alarm).label for alarm in glass.alarms], "link": f"{settings.PUBLIC_URL}{REVIEWS}",
        }  # fmt: skip
        subject = " ".join(render_to_string("stays/email/glass_subject.txt", told).split())
        message = render_to_string("stays/email/glass_message.txt", told)
    try:
        send_mail(subject, message, settings.DEFAULT_FROM_EMAIL, [address])
    except OSError as error:  # the mail server's refusals are of this kind too
        log.error("hospital.letter_unsent letter=%s error=%s", row.pk, type(error).__name__)
        return False
    return True
