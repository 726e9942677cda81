"""A notification that somebody tapped: what it was about is told to its own person, and to nobody else."""
from uuid import UUID

from django.utils import timezone

from foundation.errors import NotFound
from notifications.models import Delivery, Notice
from people.accounts.models import Person


def open_delivery(person: Person, *, delivery: UUID | None) -> Notice:
    """Notes that the person has opened it, the first time only, and gives what it was about. Raises NotFound, for another's alike."""
    own = Delivery.objects.select_related("notice").filter(notice__person=person)
    found = own.filter(pk=delivery).first() if delivery else None
    if found is None:
        raise NotFound
    Delivery.objects.filter(pk=found.pk, opened_at=None).update(opened_at=timezone.now())
    return found.notice
