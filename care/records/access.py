"""The door of what has an address inside a circle: a record that the caller may not see does not exist."""
from typing import Any, TypeVar, cast
from uuid import UUID

from django.http import HttpRequest

from care.records.models import Record
from foundation import ids
from foundation.errors import NotFound
from people.accounts.models import Person
from people.circles.access import Door, reader_of
from people.circles.models import Membership
from people.circles.policy import Act

R = TypeVar("R", bound=Record)


def visible_record(member: Membership, model: type[R], record: UUID | None) -> R:
    """A record of the member's circle that the member may see, with all that its item needs. Raises NotFound."""
    rows = model.objects.visible_to(reader_of(member)).whole()
    found = rows.filter(pk=record, circle=member.circle_id).first() if record else None
    if found is None:
        raise NotFound
    return cast(R, found)


class RecordDoor(Door):
    """Route authentication for `circles/{circle_id}/<rooms>/{name}/…`. `request.auth` is the Membership, `request.record` the record,
    which is fetched again under the lock before it is changed.
    """

    def __init__(self, act: Act, model: type[Record], name: str, *, early: bool = True, opens: bool = False) -> None:
        super().__init__(act, early=early, opens=opens)
        self._model, self._name, self._about = model, name, act

    def _enter(self, request: HttpRequest, person: Person) -> Membership:
        membership = super()._enter(request, person)
        match = request.resolver_match
        wanted = ids.parse(match.kwargs.get(self._name)) if match else None
        request.record = visible_record(membership, self._model, wanted)  # type: ignore[attr-defined]
        return membership

    def _circumstances(self, request: HttpRequest, membership: Membership) -> dict[str, Any]:
        record: Record = request.record  # type: ignore[attr-defined]
        return record.circumstances(membership, self._about)
