"""The digest: at the hours that somebody has chosen, a word that there is something new; what it is stands on the page of what is new."""
import datetime as dt
from uuid import UUID

from django.db import transaction

from foundation.http import log_unexpected
from foundation.retries import PASSING
from messaging.feed.calls import calls_of
from messaging.feed.enums import Kind, Standing
from messaging.feed.models import FeedLine
from messaging.live.queries import counts_of, marks_of
from notifications.choices import next_digest
from notifications.deciding import FAMILY
from notifications.enums import News
from notifications.models import Preference
from notifications.notices import notify
from notifications.preferences import readers_of
from people.circles.enums import CircleState
from people.circles.models import Grant, Membership

_AT_ONCE = 200
_PUT_OFF = dt.timedelta(minutes=10)
_OVERLAP = dt.timedelta(seconds=5)  # a post bears the moment before its commit: one that committed meanwhile is not to fall between two


def send_due(now: dt.datetime) -> int:
    """Digests whose hour has come at a moment of the service's clock: how many people are told. Called at every round of the worker.

    Each in a transaction of its own, that of its notice: killed anywhere, it is sent once. Hours that were missed are made up for by one.
    """
    due = Preference.objects.filter(digest_at__lte=now, person__is_active=True).order_by("digest_at")
    return sum(_tried(pk, now) for pk in list(due.values_list("pk", flat=True)[:_AT_ONCE]))


def _tried(pk: int, now: dt.datetime) -> bool:
    """One that can't be worked out is put off, and keeps nobody else waiting; what is new stays new until then."""
    try:
        return _sent(pk, now)
    except PASSING:
        raise
    except Exception as error:
        log_unexpected(error)
        Preference.objects.filter(pk=pk, digest_at__lte=now).update(digest_at=now + _PUT_OFF)
        return False


def _sent(pk: int, now: dt.datetime) -> bool:
    with transaction.atomic():
        row = Preference.objects.select_for_update(skip_locked=True).filter(pk=pk, digest_at__lte=now).first()
        if row is None:
            return False
        reader = readers_of([row.person_id])[row.person_id]
        new = is_something_new(row.person_id, row.digest_since or now, now)
        Preference.objects.filter(pk=pk).update(digest_at=next_digest(reader, now), digest_since=now - _OVERLAP)
        return new and bool(notify([row.person_id], news=News.DIGEST))


def is_something_new(person: UUID, since: dt.datetime, now: dt.datetime) -> bool:
    """Whether others have written something since a moment that this person may see now, has not read, and that was not withdrawn.

    Only in active circles: of a patient who has died nobody is told anything any more.
    """
    active = Grant.objects.live(now).filter(membership__ended_at=None, membership__circle__state=CircleState.ACTIVE)
    grants = active.filter(membership__person=person).select_related("membership__circle")
    members = {grant.membership_id: grant.membership for grant in grants if not _silent(grant.membership)}
    unread = {pk for pk, counts in counts_of(members).items() if counts.get("unread")}
    read = {mark.membership_id: mark.told(members[mark.membership_id].stands)[0] for mark in marks_of(unread)}
    return any(_has_new(members[pk], read.get(pk, 0), since) for pk in unread)


def _silent(member: Membership) -> bool:
    """Whether a hospital has announced the patient's death, and this is family."""
    return member.circle.family_silent_since is not None and member.stands in FAMILY


def _has_new(member: Membership, read: int, since: dt.datetime) -> bool:
    column = member.stands.column
    bounds = {f"{column}__gt": read, f"{column}__gte": member.first}
    if member.stands is not Standing.CARE_TEAM:
        bounds[f"{column}_sees"] = True
    lines = FeedLine.objects.filter(feed=member.circle_id, kind=Kind.POST_WRITTEN, at__gt=since, **bounds).exclude(actor=member.pk)
    return any(not call.withdrawn and not call.quiet for call in calls_of(list(lines.values_list("subject", flat=True))).values())
