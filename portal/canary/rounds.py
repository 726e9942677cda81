"""The canary's round, in the process `care`: one exchange a minute, and an alarm where it takes longer than five seconds.

The row says when the next one is due and whether there is trouble, so several processes share one canary and a restart alarms nobody
anew. Where the database itself is away, each process alarms from its own memory.
"""
import datetime as dt
import logging
import smtplib
import time

from django.conf import settings
from django.core.mail import send_mail
from django.db import DatabaseError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from foundation.clock import Seconds
from portal.canary.exchange import Failed, exchange
from portal.canary.making import Pair, forget_former, make_pair
from portal.models import Canary

log = logging.getLogger("cercle.canary")
LATE_S: Seconds = 5.0
_AWAY_S: Seconds = 10.0  # a database that is started again is no alarm
_RENEWED_S: Seconds = 3600.0
_STARTING_S: Seconds = 30.0  # in which nothing that fails is an alarm: the web process may be starting too
_OUT_OF_DATE = {"closed", "no_watch", "refused"}  # what another process's new circle, or an ended session, looks like


class Round:
    """What one process remembers between two exchanges."""

    def __init__(self) -> None:
        self._pair: Pair | None = None
        self._began = time.monotonic()
        self._made_at = float("-inf")
        self._away_since: float | None = None
        self._row, self._unsaved = Canary(), False

    def go(self) -> int:
        """One exchange where it is time for one; 0, so that the next look is a second later. Raises DatabaseError."""
        try:
            row = _claimed()
            if row is not None:
                self._take(row)
                delay, code = self._tried(row)
                self._note(delay, code)
                row.save()
            self._away_since = None
        except DatabaseError:
            self._database_failed()
            raise
        return 0

    def _take(self, row: Canary) -> None:
        """The row as it is now, with the trouble that could not be written down while the database was away."""
        if self._unsaved:
            row.troubled_since, row.told = row.troubled_since or self._row.troubled_since, row.told or self._row.told
        self._row, self._unsaved = row, False

    def _tried(self, row: Canary) -> tuple[Seconds | None, str]:
        """(how long it took, the code of what is wrong or "")."""
        row.turn = not row.turn
        kept, pair = self._pair, self._present()
        try:
            delay = exchange(pair, turn=row.turn)
        except Failed as failed:
            self._pair = None
            if kept is pair and str(failed) in _OUT_OF_DATE:
                return self._tried(row)  # once, with a pair made anew
            return None, str(failed)
        return delay, "late" if delay > LATE_S else ""

    def _present(self) -> Pair:
        if self._pair is None or time.monotonic() - self._made_at > _RENEWED_S:
            self._pair, self._made_at = make_pair(), time.monotonic()
            forget_former(self._pair.circle)
        return self._pair

    def _database_failed(self) -> None:
        now = time.monotonic()
        self._away_since = self._away_since or now
        if now - self._away_since > _AWAY_S:
            self._unsaved = True
            self._note(None, "database")

    def _note(self, delay: Seconds | None, code: str) -> None:
        """Keeps what came of it, and alarms once for each trouble and once when it is over."""
        row, now = self._row, timezone.now()
        if code and row.troubled_since is None and time.monotonic() - self._began < _STARTING_S:
            return
        row.delay_s, row.code = delay, code
        if code:
            if row.troubled_since is None:
                row.troubled_since = now
                log.error("canary.silent code=%s delay_ms=%s", code, round((delay or 0) * 1000))
            with translation.override(settings.LANGUAGE_CODE):
                row.told = row.told or _write(_("Cercle: a message did not come through"), _trouble(row.troubled_since, code))
            return
        row.heard_at = now
        if row.troubled_since is not None:
            log.warning("canary.sings delay_ms=%s", round((delay or 0) * 1000))
            with translation.override(settings.LANGUAGE_CODE):
                if not row.told or _write(_("Cercle: messages come through again"), _over(row.troubled_since, now)):
                    row.troubled_since, row.told = None, False


def _claimed() -> Canary | None:
    """The row where its time has come, now ours for a minute. Raises DatabaseError."""
    now = timezone.now()
    if Canary.objects.filter(pk=1, due_at__lte=now).update(due_at=now + dt.timedelta(seconds=settings.CANARY_EVERY_S)):
        return Canary.objects.get(pk=1)
    Canary.objects.get_or_create(pk=1, defaults={"due_at": now})
    return None


def _trouble(since: dt.datetime, code: str) -> str:
    return _(
        "Since %(since)s UTC the test message that Cercle writes to itself every minute has not come through within five seconds "
        "(%(code)s). What people write may not reach the others' screens. See docs/operating.md, “The canary”."
    ) % {"since": f"{since:%Y-%m-%d %H:%M:%S}", "code": code}


def _over(since: dt.datetime, now: dt.datetime) -> str:
    moments = {"since": f"{since:%Y-%m-%d %H:%M:%S}", "until": f"{now:%Y-%m-%d %H:%M:%S}"}
    return _("The test message comes through again. It did not from %(since)s to %(until)s UTC.") % moments


def _write(subject: str, words: str) -> bool:
    """Whether the operator was written to, or nobody is to be; else it is tried again a minute later."""
    if not settings.OPERATOR_EMAIL:
        return True
    try:
        send_mail(f"{subject} ({settings.PUBLIC_URL})", f"{words}\n", None, [settings.OPERATOR_EMAIL])
    except (OSError, smtplib.SMTPException) as error:
        log.error("canary.letter_unsent error=%s", type(error).__name__)
        return False
    return True
