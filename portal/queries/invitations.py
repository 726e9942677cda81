"""Who is invited into a circle and how it stands, as the Cercle page lists it for those who admit."""
import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.accounts.enums import Gender
from people.circles.enums import Invited, Way
from people.circles.invitations import may_see
from people.circles.models import Invitation, Membership
from people.circles.queries import recent_invitations
from people.circles.words import titled
from portal.templatetags.times import local, moment

_SHOWN = dt.timedelta(days=7)


@dataclass(frozen=True)
class Ticket:
    """One invitation: `whom` is the address or the person who came in, `told` how it stands, in words."""

    id: UUID
    state: str
    whom: str
    role: str
    told: str
    standing: str
    member: UUID | None
    may_resend: bool
    may_revoke: bool


def invitations_of(reader: Membership) -> list[Ticket]:
    """Invitations of the last week into roles that the reader may admit: whoever came in first, then those that wait."""
    now = timezone.now()
    rows = [row for row in recent_invitations(reader.circle_id, now - _SHOWN) if may_see(reader, row.into) and not _silent(row, now)]
    order = [Invited.ACCEPTED, Invited.PENDING, Invited.EXPIRED, Invited.REVOKED]
    return sorted((_ticket(row, now, reader.circle.zone) for row in rows), key=lambda ticket: order.index(Invited(ticket.state)))


def _silent(row: Invitation, now: dt.datetime) -> bool:
    """What nobody needs to hear of: a code that was not used, and somebody who came in and is gone."""
    state = row.state_at(now)
    if state is Invited.ACCEPTED:
        return row.member is None or row.member.ended_at is not None
    return row.way == Way.CODE and state is not Invited.PENDING


def _ticket(row: Invitation, now: dt.datetime, zone: str) -> Ticket:
    state = row.state_at(now)
    return Ticket(
        id=row.pk, state=state, whom=_whom(row), role=str(row.into.label), told=_told(row, state, zone), standing=row.into.standing,
        member=row.member_id, may_resend=row.way == Way.EMAIL and state in {Invited.PENDING, Invited.EXPIRED},
        may_revoke=state is Invited.PENDING,
    )


def _whom(row: Invitation) -> str:
    if row.member is not None:
        return titled(row.member.person, row.role)
    return row.mail_address() or _("Whoever scans the code")


def _told(row: Invitation, state: Invited, zone: str) -> str:
    """How it stands, in a sentence."""
    by = titled(row.by.person, row.by.role)
    if state is Invited.ACCEPTED and row.member is not None:
        came = {
            Gender.FEMALE: pgettext("of a woman", "Came in %(at)s, invited by %(by)s"),
            Gender.MALE: pgettext("of a man", "Came in %(at)s, invited by %(by)s"),
        }
        words = came.get(Gender(row.member.person.gender)) if row.member.person.gender else None
        return (words or pgettext("of a person", "Came in %(at)s, invited by %(by)s")) % {"at": moment(row.accepted_at, zone), "by": by}
    if state is Invited.REVOKED:
        return _("Withdrawn %(at)s") % {"at": moment(row.revoked_at, zone)}
    if state is Invited.EXPIRED:
        return _("Not used in time, invited by %(by)s") % {"by": by}
    if row.way == Way.EMAIL and row.sent_at is None:
        return _("About to leave, invited by %(by)s") % {"by": by}
    ends = dateformat.format(local(row.expires_at, zone), "j F" if row.way == Way.EMAIL else "G:i")
    return _("Waits until %(at)s, invited by %(by)s") % {"at": ends, "by": by}
