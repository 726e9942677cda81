"""Writes of the portal: only what belongs to a person's own pages."""
from people.circles.models import Membership
from portal.models import Pin


def pin_circle(membership: Membership, *, pinned: bool) -> None:
    """Keeps a circle among the reader's pinned ones, or no longer."""
    if pinned:
        Pin.objects.get_or_create(person=membership.person, circle=membership.circle_id)
    else:
        Pin.objects.filter(person=membership.person, circle=membership.circle_id).delete()
