"""The door of a copy: its maker's own, in the place in the circle that it was made for. Any other does not exist."""
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from care.exports.models import Export
from foundation import ids
from foundation.errors import NotFound
from people.accounts.models import Person
from people.circles.access import Door, by_force
from people.circles.models import Membership


def own_export(member: Membership, export: UUID | None) -> Export:
    """A copy that the member asked for and may still have: same membership, standing and first number. Raises NotFound."""
    found = exports_of(member).filter(pk=export).first() if export and not by_force(member) else None
    if found is None:
        raise NotFound
    return found


def exports_of(member: Membership) -> QuerySet[Export]:
    """What a member asked for as they stand now, with circle and patient, newest first."""
    mine = Export.objects.filter(member=member.pk, person=member.person_id, standing=member.stands.value, first=member.first)
    return mine.select_related("circle__patient", "blob").order_by("-asked_at")


class ExportDoor(Door):
    """Route authentication for `circles/{circle_id}/exports/{export_id}`; `request.export` is the Export."""

    def _enter(self, request: HttpRequest, person: Person) -> Membership:
        membership = super()._enter(request, person)
        match = request.resolver_match
        request.export = own_export(membership, ids.parse(match.kwargs.get("export_id")) if match else None)  # type: ignore[attr-defined]
        return membership
