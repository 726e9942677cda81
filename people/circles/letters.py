"""The e-mails of this room. Each is a row until it has left; it holds no name of a patient, no role and no word of health."""
import datetime as dt
import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation

from people.accounts.models import Person
from people.circles.enums import CircleState
from people.circles.invitations import new_secret
from people.circles.models import Invitation

log = logging.getLogger("cercle.circles")
_LEASE = dt.timedelta(minutes=2)
_AT_ONCE = 50


def send_due_invitations() -> int:
    """Sends what is due; how many left. A link's secret is made here, so that no table ever holds it.

    A row is claimed by moving its time: killed in between, it is sent again with another secret once the lease is over.
    """
    now = timezone.now()
    due = Invitation.objects.filter(due_at__lte=now, accepted_at=None, revoked_at=None).exclude(circle__state=CircleState.ERASED)
    return sum(_sent(row, now) for row in due.select_related("circle__patient", "by__person").order_by("due_at")[:_AT_ONCE])


def _sent(row: Invitation, now: dt.datetime) -> bool:
    secret, digest = new_secret()
    mine = Invitation.objects.filter(pk=row.pk, due_at=row.due_at, accepted_at=None, revoked_at=None)
    if not mine.update(token=digest, due_at=now + _LEASE):
        return False
    try:
        _send(row, secret)
    except OSError as error:  # the mail server's refusals are of this kind too
        log.error("circles.invitation_unsent invitation=%s error=%s", row.pk, type(error).__name__)
        return False
    Invitation.objects.filter(pk=row.pk, token=digest).update(due_at=None, sent_at=timezone.now())
    return True


def _send(row: Invitation, secret: str) -> None:
    """In the language of the account that has this address; of the inviter where nobody has it."""
    address = row.mail_address()
    language = Person.objects.filter(email=address).values_list("language", flat=True).first() or row.by.person.language
    with translation.override(language):
        told = {"name": row.by.person.name, "link": link_with(secret), "address": address}
        subject = render_to_string("circles/email/invitation_subject.txt", told).strip()
        send_mail(subject, render_to_string("circles/email/invitation_message.txt", told), settings.DEFAULT_FROM_EMAIL, [address])


def link_with(secret: str) -> str:
    """Where an invitation is opened. The secret stands behind the #, which no browser sends: no log and no proxy ever sees it."""
    return f"{settings.PUBLIC_URL}/join#{secret}"
