"""What is over goes: raw messages past their time, their rows much later, stays of strangers, used assertions and tokens."""
import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from foundation import clock
from hospital.gateway.enums import MessageState
from hospital.gateway.models import AccessToken, Message, UsedAssertion
from hospital.stays.models import OpenStay

_ROWS_DAYS = 400  # a message sent again within a year is known as the same one
_BATCH = 500
UNDECIDED = "undecided"  # the reason of what waited for a human until its time was over


def clean() -> bool:
    """One short round; whether there is more to take away."""
    now, machine = clock.now(), timezone.now()
    kept = now - dt.timedelta(days=settings.MESSAGE_DAYS)
    old = Message.objects.filter(received_at__lt=kept).exclude(sealed=b"").exclude(state=MessageState.WAITING)
    numbers = list(old.order_by("received_at").values_list("number", flat=True)[:_BATCH])
    undecided = Message.objects.filter(number__in=numbers, state=MessageState.DOUBTED)
    undecided.update(state=MessageState.IGNORED, reason=UNDECIDED, sealed=b"", patient=None, due_at=None)
    Message.objects.filter(number__in=numbers).exclude(state=MessageState.WAITING).update(sealed=b"", patient=None)
    over = Message.objects.filter(received_at__lt=now - dt.timedelta(days=max(_ROWS_DAYS, settings.MESSAGE_DAYS)))
    gone = [
        _taken_away(over),
        _taken_away(OpenStay.objects.filter(expires_at__lt=now)),
        _taken_away(UsedAssertion.objects.filter(expires_at__lt=machine)),
        _taken_away(AccessToken.objects.filter(expires_at__lt=machine)),
    ]
    return max(len(numbers), *gone) == _BATCH


def _taken_away(rows: QuerySet[Any]) -> int:
    found = list(rows.values_list("pk", flat=True)[:_BATCH])
    rows.model._default_manager.filter(pk__in=found).delete()
    return len(found)
