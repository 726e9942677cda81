"""The Cercle page, the trail, and a new patient."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from foundation import ids
from people.accounts.enums import Gender
from people.circles import policy
from people.circles.access import by_force, require
from people.circles.enums import CARE_PROFESSIONS, FITTING, CircleState, Role
from people.circles.policy import CARE_TEAM, STEERING, Act
from portal.queries.invitations import invitations_of
from portal.queries.life import opposed_around
from portal.queries.mine import is_pinned
from portal.queries.patient import head_of
from portal.queries.people import groups_of, seats_of, summary
from portal.queries.requests import knocks_at
from portal.queries.ring import ring_of
from portal.queries.trail import trail_of
from portal.queries.unions import joinings_at, twins_of
from portal.templatetags.cercle import initials
from portal.views.door import acting, member, page, reader


@require_GET
@page
@acting(Act.READ)
def people(request: HttpRequest, circle_id: str) -> HttpResponse:
    """Who is around the patient; admitting and ending go by the API."""
    membership = member(request, circle_id)
    head, seats = head_of(membership), seats_of(membership)
    roles = [(role.value, role.label) for role in policy.admissible(Role(membership.role))]
    context = {
        "circle_id": membership.circle_id, "state": membership.circle.state, "patient": head, "groups": groups_of(membership, seats),
        "ring": ring_of(head.called, initials(head.spoken), seats), "summary": summary(seats), "roles": roles,
        "contact_roles": [pair for pair in roles if pair[0] != Role.PATIENT], "genders": [*Gender.choices, ("", _("not said"))],
        "may_admit": bool(roles) and membership.circle.state == CircleState.ACTIVE, "room": "people",
        "may_print": membership.role in CARE_TEAM,
        "pinned": is_pinned(membership), "invitations": invitations_of(membership), "opposed": opposed_around(membership),
        "knocks": knocks_at(membership), "joinings": joinings_at(membership), "twins": twins_of(membership),
        "may_copy": not by_force(membership), "may_undo": membership.role in STEERING,
        "may_unite": membership.role in STEERING and membership.circle.state == CircleState.ACTIVE,
    }
    return render(request, "portal/pages/people.html", context)


@require_GET
@page
@acting(Act.READ_TRAIL)
def accesses(request: HttpRequest, circle_id: str) -> HttpResponse:
    """The trail: the whole of it for those whom the policy names, one's own accesses for the others."""
    membership = member(request, circle_id)
    require(membership, Act.READ_TRAIL)
    lines, whole, following = trail_of(membership, ids.parse(request.GET.get("before")))
    context = {
        "circle_id": membership.circle_id, "state": membership.circle.state, "patient": head_of(membership), "lines": lines, "whole": whole,
        "next": following, "zone": membership.circle.zone, "room": "accesses",
    }
    return render(request, "portal/pages/accesses.html", context)


@require_GET
@page
def new_circle(request: HttpRequest) -> HttpResponse:
    """The form of a new patient, for whoever may open a circle."""
    person = reader(request)
    fitting = [role for role in Role if role in CARE_TEAM and (role not in FITTING or person.profession in FITTING[role])]
    may_open = person.confirmed and person.profession in CARE_PROFESSIONS
    return render(request, "portal/pages/circle_new.html", {"roles": [(role.value, role.label) for role in fitting], "may_open": may_open})
