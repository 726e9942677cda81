"""What a restored database has to be told before anything serves from it: that it is an older one."""
import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from messaging.feed.services import NEWEST, note_newest, renew_epochs
from notifications import outbox
from notifications.enums import Lane
from notifications.models import Notice
from people.accounts.sessions import forget_sessions
from people.circles.erasure import erase_again
from portal.backups.progress import Say


def settle(say: Say, *, keep_sessions: bool) -> None:
    """Again and again the same: every screen loads anew, nobody is signed in, what had left is not sent twice, the erased stay so."""
    with transaction.atomic():
        renew_epochs()
        _drop_what_has_left()
        ended = 0 if keep_sessions else forget_sessions()
    say("sessions kept: who was signed out since is signed in again" if keep_sessions else f"{ended} sessions and devices ended")
    if erased := erase_again():
        say(f"{erased} erased patient{'s' if erased > 1 else ''} erased again")
    note_newest(settings.DATA / "run" / NEWEST)


def _drop_what_has_left() -> None:
    """What waited at the backup's moment has most likely been sent since. Ordinary news stands on the page; of what is urgent only
    that is sent once more which no service would have given up yet: better twice than not at all.
    """
    old = timezone.now() - dt.timedelta(seconds=outbox.TTL_S)
    outbox.drop(Notice.objects.filter(lane=Lane.ORDINARY))
    outbox.drop(Notice.objects.filter(at__lt=old))
