"""Messages out of quarantine: worked out again, after what stopped them was mended. What their sender was answered stays answered."""
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from foundation.errors import NotFound
from hospital.gateway.enums import MessageState
from hospital.gateway.models import Feed, Message
from hospital.gateway.receiving import CUT
from hospital.stays.models import Doubt
from people.accounts.access import require_still
from people.accounts.appointments import note
from people.accounts.enums import Done
from people.accounts.models import Operator


def replay(actor: Operator, *, feed: UUID, reason: str | None = None, message: UUID | None = None) -> int:
    """Puts quarantined messages of a feed back among those that wait: one of them, all of one reason, or all. How many.

    They are judged and worked out as at their arrival, in their order. Those whose bytes are gone, or were cut, stay where they are.
    Raises NotFound where there is no such feed.
    """
    with transaction.atomic():
        require_still(actor)
        row = Feed.objects.filter(pk=feed).first()
        if row is None:
            raise NotFound
        rows = Message.objects.filter(feed=row, state=MessageState.QUARANTINED).exclude(sealed=b"").exclude(reason=CUT)
        if reason is not None:
            rows = rows.filter(reason=reason)
        if message is not None:
            rows = rows.filter(pk__in=Message.objects.filter(id=message).values("pk"))
        count = rows.update(state=MessageState.WAITING, reason="", due_at=timezone.now(), attempts=0, failures=0, settled_at=None)
        if count:
            note(actor.person, Done.MESSAGES_REPLAYED, right="operator", structure=row.structure_id)
    return count


def replay_doubted(doubt: Doubt) -> None:
    """After a verdict: what waited for a human of this hospital is worked out again, in the order of arrival; what is still doubted
    waits on. In the transaction of the verdict."""
    rows = Message.objects.filter(feed__structure=doubt.structure_id, state=MessageState.DOUBTED).exclude(sealed=b"")
    rows.update(state=MessageState.WAITING, due_at=timezone.now(), attempts=0, failures=0, settled_at=None)
