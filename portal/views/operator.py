"""Pages of whoever operates the service: structures, who administers them, and its health. People and patients are not here."""
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import NotFound
from people.accounts import invitations, operation
from people.accounts.access import operate
from people.accounts.enums import Duty, Purpose
from people.accounts.forms import Address, StructureFactsForm
from people.accounts.models import Operator, Structure
from people.accounts.operation import StructureFacts
from people.accounts.queries import administrators_of, circles_of_structures, headcounts, lines_of, pending_invitations
from portal.queries.health import health
from portal.views.administration import known, link_to, refusals_in, said
from portal.views.door import View, acting, page, reader

_LINES = 20


def operating(duty: Duty) -> Callable[[View], View]:
    """A page for those who operate the service now; to all others there is none."""

    def named(view: View) -> View:
        @page
        @acting(duty)
        @wraps(view)
        def behind(request: HttpRequest, **where: str) -> HttpResponse:
            return view(request, operate(reader(request), duty), **where)

        return behind

    return named


def _structure(text: str) -> Structure:
    found = Structure.objects.filter(pk=known(text)).first()
    if found is None:
        raise NotFound
    return found


def _shown(request: HttpRequest, name: str, room: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"portal/operator/{name}.html", {"room": room, "operates": True, **context}, status=status)


@require_GET
@operating(Duty.SEE_SERVICE)
def structures(request: HttpRequest, actor: Operator) -> HttpResponse:
    """Every structure with its numbers."""
    rows = list(Structure.objects.order_by("name", "id"))
    people, circles = headcounts([row.pk for row in rows]), circles_of_structures([row.pk for row in rows])
    listed = [{"structure": row, "people": people.get(row.pk, 0), "circles": circles[row.pk]} for row in rows]
    return _shown(request, "structures", "structures", {"listed": listed})


@require_http_methods(["GET", "POST"])
@operating(Duty.KEEP_STRUCTURES)
def new_structure(request: HttpRequest, actor: Operator) -> HttpResponse:
    """Enters a structure."""
    form = StructureFactsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = operation.create_structure(actor, facts=StructureFacts(**form.cleaned_data))
            messages.success(request, _("The structure is entered. Name somebody who administers it."))
            return HttpResponseRedirect(f"/operator/structures/{made.pk}")
    return _shown(request, "new_structure", "structures", {"form": form}, 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@operating(Duty.KEEP_STRUCTURES)
def structure(request: HttpRequest, actor: Operator, structure_id: str) -> HttpResponse:
    """One structure: its facts, and who administers it."""
    row = _structure(structure_id)
    facts = {"name": row.name, "kind": row.kind, "finess": row.finess, "phone": row.phone}
    form = StructureFactsForm(request.POST or None, initial=facts, kind=row.kind)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            operation.correct_structure(actor, structure=row.pk, facts=StructureFacts(**form.cleaned_data))
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(f"/operator/structures/{row.pk}")
    context = {
        "structure": row, "form": form, "named": Address(), "administrators": administrators_of(row.pk),
        "invitations": pending_invitations(row.pk, Purpose.ADMINISTRATOR), "lines": lines_of(row.pk, _LINES),
    }  # fmt: skip
    return _shown(request, "structure", "structures", context, 422 if request.method == "POST" else 200)


@require_POST
@operating(Duty.NAME_ADMINISTRATORS)
def name_administrator(request: HttpRequest, actor: Operator, structure_id: str) -> HttpResponse:
    """Invites somebody to administer. The answer is the same for every address."""
    row, form = _structure(structure_id), Address(request.POST)
    if form.is_valid():
        email = form.cleaned_data["email"]
        well = _("The invitation is on its way. It stands below until it is accepted.")
        said(request, lambda: invitations.invite_administrator(actor, structure=row.pk, email=email, link_to=link_to(request)), well)
    else:
        messages.error(request, _("This is not an e-mail address, such as anne@example.org."))
    return HttpResponseRedirect(f"/operator/structures/{row.pk}")


@require_POST
@operating(Duty.NAME_ADMINISTRATORS)
def end_administrator(request: HttpRequest, actor: Operator, structure_id: str, person_id: str) -> HttpResponse:
    """Ends somebody's administration."""
    row = _structure(structure_id)
    operation.end_administration(actor, structure=row.pk, person=known(person_id))
    messages.success(request, _("The administration has ended."))
    return HttpResponseRedirect(f"/operator/structures/{row.pk}")


@require_POST
@operating(Duty.NAME_ADMINISTRATORS)
def resend(request: HttpRequest, actor: Operator, structure_id: str, invitation_id: str) -> HttpResponse:
    """A new link for a pending invitation."""
    invitations.resend_invitation(actor, invitation=known(invitation_id), link_to=link_to(request))
    messages.success(request, _("Sent again, with a new link. The old one opens nothing any more."))
    return HttpResponseRedirect(f"/operator/structures/{_structure(structure_id).pk}")


@require_POST
@operating(Duty.NAME_ADMINISTRATORS)
def revoke(request: HttpRequest, actor: Operator, structure_id: str, invitation_id: str) -> HttpResponse:
    """Takes a pending invitation back."""
    invitations.revoke_invitation(actor, invitation=known(invitation_id))
    messages.success(request, _("The invitation is taken back. Its link opens nothing any more."))
    return HttpResponseRedirect(f"/operator/structures/{_structure(structure_id).pk}")


@require_GET
@operating(Duty.SEE_SERVICE)
def service_health(request: HttpRequest, actor: Operator) -> HttpResponse:
    """Whether everything answers."""
    return _shown(request, "health", "health", {"checks": health()})
