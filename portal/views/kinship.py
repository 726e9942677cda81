"""What somebody of the family is to the patient."""
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from foundation import ids
from foundation.errors import NotFound
from people.circles.policy import Act
from people.contacts.enums import Relation
from people.contacts.services import say_kinship
from people.contacts.words import relations
from portal.queries.patient import head_of
from portal.queries.people import seats_of
from portal.views.door import acting, member, page


@require_http_methods(["GET", "POST"])
@page
@acting(Act.KEEP_CONTACTS)
def kinship(request: HttpRequest, circle_id: str, member_id: str) -> HttpResponse:
    """One choice, kept at once."""
    membership, wanted = member(request, circle_id), ids.parse(member_id)
    seat = next((one for one in seats_of(membership) if one.id == wanted and one.may_relate), None)
    if seat is None:
        raise NotFound
    if request.method == "POST":
        said = request.POST.get("relation", "")
        say_kinship(membership, member=wanted, relation=Relation(said) if said in Relation.values else None)
        return HttpResponseRedirect(f"/circles/{membership.circle_id}/people")
    context = {
        "circle_id": membership.circle_id, "state": membership.circle.state, "patient": head_of(membership), "room": "people",
        "seat": seat, "relations": relations(),
    }
    return render(request, "portal/pages/kinship.html", context)
