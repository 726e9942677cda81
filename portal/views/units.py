"""For hospital staff: the patients of their units who have a circle, and joining a thread for the stay."""
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from care.plan.asking import requests_at
from foundation import ids
from foundation.errors import NotFound
from hospital.stays.access import own_unit, require_one_person, units_of
from hospital.stays.joining import join_stay
from hospital.stays.queries import unit_patients
from people.accounts.models import Person, Unit
from people.circles.access import listed, session_mark
from people.circles.policy import Act
from portal.queries.asked import in_words
from portal.queries.units import Ward, may_break, stay_to_join, ward_of
from portal.views.door import acting, page, reader


@require_GET
@page
def units(request: HttpRequest) -> HttpResponse:
    """To the first of the reader's units. Raises NotFound for who has none."""
    mine = units_of(reader(request))
    if not mine:
        raise NotFound
    return HttpResponseRedirect(f"/units/{mine[0].pk}/")


@require_GET
@page
@acting(Act.READ)
def unit(request: HttpRequest, unit_id: str) -> HttpResponse:
    """A unit's patients who have a circle. Who shares an account, or is not confirmed, reads why not."""
    person = reader(request)
    here = _own(person, unit_id)
    listed(person, "unit.listed", session_mark(request))
    ward = Ward(here, ward_of(unit_patients(person, here)))
    asked = in_words(requests_at(person, here.pk, session_mark(request))[1])
    context = {"ward": ward, "units": units_of(person), "may_break": may_break(person), "asked": asked}
    return render(request, "portal/pages/unit.html", context)


@require_GET
@page
@acting(Act.READ)
def before_joining(request: HttpRequest, unit_id: str, stay_id: str) -> HttpResponse:
    """Whom one is about to join, until when, and that everybody sees it. Somebody who has joined is led into the thread."""
    person = reader(request)
    here = _own(person, unit_id)
    row = stay_to_join(person, ids.parse(stay_id))
    if row.circle:
        return HttpResponseRedirect(f"/circles/{row.circle}")
    return render(request, "portal/pages/unit_join.html", {"row": row, "unit": here})


@require_POST
@page
@acting(Act.READ)
def join(request: HttpRequest, unit_id: str, stay_id: str) -> HttpResponse:
    """Joins, and leads into the thread."""
    person = reader(request)
    _own(person, unit_id)
    grant, _fresh = join_stay(person, stay=ids.parse(stay_id))
    return HttpResponseRedirect(f"/circles/{grant.membership.circle_id}")


def _own(person: Person, unit_id: str) -> Unit:
    here = own_unit(person, ids.parse(unit_id))
    require_one_person(person)
    return here
