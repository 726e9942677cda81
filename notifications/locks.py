"""Rows of the outbox that are written together are locked in one order first, so that no two acts wait for each other's."""
from typing import TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet

from notifications.enums import DeliveryState
from notifications.models import Delivery

M = TypeVar("M", bound=models.Model)


def locked(rows: QuerySet[M]) -> list[UUID]:
    """Locks rows of one table in the order of their ids, in the caller's transaction; the ids. Deliveries come before devices."""
    return [row.pk for row in rows.select_for_update(of=("self",)).order_by("pk").only("pk")]


def drop_waiting(which: Q) -> None:
    """These deliveries leave no more, unless they have left already. In the caller's transaction, in two statements at most."""
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    if rows := locked(waiting.filter(which)):
        waiting.filter(pk__in=rows).update(state=DeliveryState.DROPPED)
