"""Somebody without e-mail: letting them in, and printing the code that opens their own device."""
import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation import ids
from foundation.errors import CercleError
from people.accounts.services import NewPerson
from people.circles import policy
from people.circles.access import require
from people.circles.enums import Role
from people.circles.models import Membership
from people.circles.policy import Act
from people.codes import services
from people.codes.forms import Newcomer
from people.codes.queries import standing_of
from portal.queries.patient import head_of
from portal.views.door import acting, member, page

WITHOUT_EMAIL = (Role.PATIENT, Role.RELATIVE, Role.TRUSTED_PERSON)


@require_http_methods(["GET", "POST"])
@page
@acting(Act.PRINT_CODE)
def newcomer(request: HttpRequest, circle_id: str) -> HttpResponse:
    """The patient or a relative without e-mail: who they are; then the page that prints their code."""
    membership = member(request, circle_id)
    require(membership, Act.ADMIT)
    require(membership, Act.PRINT_CODE)
    roles = [role for role in WITHOUT_EMAIL if role in set(policy.admissible(Role(membership.role)))]
    form = Newcomer(roles, request.POST or None, initial=_patient(membership) if request.GET.get("role") == Role.PATIENT else {})
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(_code_page(membership, _admitted(membership, form)))
        except CercleError as refused:
            if refused.status in {403, 404}:
                raise
            form.add_error(None, str(refused.detail))
    return render(request, "portal/pages/newcomer.html", {**_head(membership), "form": form})


def _patient(membership: Membership) -> dict[str, str]:
    traits = membership.circle.patient.traits
    gender = traits.sex if traits.sex in {"F", "M"} else ""
    given = traits.given_names[0] if traits.given_names else ""
    return {"given_name": given, "family_name": traits.family_name, "gender": gender, "role": Role.PATIENT}


def _admitted(membership: Membership, form: Newcomer) -> Membership:
    typed = form.cleaned_data
    language = membership.person.language
    new = NewPerson(typed["given_name"], typed["family_name"], None, gender=typed["gender"], language=language)
    return services.admit_newcomer(membership, newcomer=new, role=Role(typed["role"]))


def _code_page(membership: Membership, admitted: Membership) -> str:
    return reverse("print_code", kwargs={"circle_id": membership.circle_id, "member_id": admitted.pk})


@require_http_methods(["GET", "POST"])
@page
@acting(Act.PRINT_CODE)
def print_code(request: HttpRequest, circle_id: str, member_id: str) -> HttpResponse:
    """How somebody's access stands; and, when it is asked for, a new code on a page for the printer. It is shown this once."""
    membership, wanted = member(request, circle_id), ids.parse(member_id)
    seat = services.printable(membership, wanted)
    context = {**_head(membership), "person": seat.person, "standing": standing_of(seat.person)}
    if request.method == "GET":
        return render(request, "portal/pages/print_code.html", context)
    made = services.print_code(membership, member=wanted)
    address = request.build_absolute_uri(reverse("codes_printed"))
    image = segno.make_qr(f"{address}#{made.code}", error="m").svg_data_uri(scale=6, border=4, dark="#000", light="#fff")
    return render(request, "portal/pages/printed_code.html", {**context, "made": made, "image": image, "address": address})


def _head(membership: Membership) -> dict[str, object]:
    return {
        "circle_id": membership.circle_id, "state": membership.circle.state, "patient": head_of(membership), "room": "people",
        "zone": membership.circle.zone,
    }
