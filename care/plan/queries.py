"""Questions about summary and plan, each in a fixed number of statements."""
from typing import cast

from care.plan.fields import Field
from care.plan.models import Entry
from people.circles.access import reader_of
from people.circles.models import Membership

_ORDER = {field: place for place, field in enumerate(Field.values)}


def entries_of(member: Membership, *, ended: bool = False) -> list[Entry]:
    """What the summary says to a member, by field and then oldest first; with what was ended where asked. One statement."""
    rows = Entry.objects.visible_to(reader_of(member)).whole().filter(circle=member.circle_id).order_by("made_at", "pk")
    found = cast(list[Entry], list(rows if ended else rows.filter(ended_at=None)))
    for entry in found:
        entry.circle = member.circle  # the patient's key is known by it
    return sorted(found, key=lambda entry: _ORDER[entry.field])
