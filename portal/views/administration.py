"""Pages of a structure for those who administer it: its people, invitations, numbers and settings. No circle is seen from here."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation import ids
from foundation.errors import CercleError, NotFound
from people.accounts import administration, invitations
from people.accounts.access import administer
from people.accounts.enums import Duty, Purpose, StructureKind
from people.accounts.forms import Address, StructureSettings, Vouched
from people.accounts.models import Administrator
from people.accounts.queries import administered_by, administrators_of, circles_of_structures, lines_of, pending_invitations, team_of
from portal.queries.identities import open_count
from portal.views.door import View, acting, page, reader

_LINES = 50


def administering(duty: Duty) -> Callable[[View], View]:
    """A page about one structure, for those who administer it now; to all others there is none."""

    def named(view: View) -> View:
        @page
        @acting(duty)
        @wraps(view)
        def behind(request: HttpRequest, structure_id: str, **where: str) -> HttpResponse:
            actor = administer(reader(request), ids.parse(structure_id), duty)
            return view(request, actor, **{name: known(text) for name, text in where.items()})

        return behind

    return named


def known(text: str) -> UUID:
    """An id of the address. Raises NotFound."""
    found = ids.parse(text)
    if found is None:
        raise NotFound
    return found


def shown(request: HttpRequest, actor: Administrator, name: str, room: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of the structure, with what each of them carries."""
    hospital = actor.structure.kind == StructureKind.HOSPITAL
    frame = {
        "structure": actor.structure, "room": room, "administered": administered_by(actor.person), "hospital": hospital,
        "doubts": open_count(actor.structure_id) if hospital else 0,
    }  # fmt: skip
    return render(request, f"portal/administration/{name}.html", {**frame, **context}, status=status)


def back_to(actor: Administrator, place: str = "people") -> HttpResponseRedirect:
    """To a page of the structure."""
    return HttpResponseRedirect(f"/structures/{actor.structure_id}/{place}")


@contextmanager
def refusals_in(form: Form) -> Iterator[None]:
    """What a service refuses in the block stands beside the fields that it names, else over the form. Raises NotFound on."""
    try:
        yield
    except NotFound:
        raise
    except CercleError as refused:
        named: list[str | None] = [name for name in refused.errors or {} if name in form.fields]
        for name in named or [None]:
            form.add_error(name, str(refused.detail))


def said(request: HttpRequest, act: Callable[[], object], well: str) -> None:
    """Does it, and says on the next page that it went well or why it did not."""
    try:
        act()
    except NotFound:
        raise
    except CercleError as refused:
        messages.error(request, str(refused.detail))
    else:
        messages.success(request, well)


@require_GET
@administering(Duty.SEE_TEAM)
def people(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """Who works here, who is invited, who left lately."""
    team = team_of(actor.structure_id)
    context = {
        "works": [one for one in team if one.works], "left": [one for one in team if not one.works],
        "invitations": pending_invitations(actor.structure_id, Purpose.COLLEAGUE),
    }  # fmt: skip
    return shown(request, actor, "people", "people", context)


@require_http_methods(["GET", "POST"])
@administering(Duty.INVITE)
def invite(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """Invites by e-mail. The answer is the same for every address."""
    form = Address(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        well = _("The invitation is on its way. It stands below until it is accepted.")
        said(request, lambda: invitations.invite_colleague(actor, email=email, link_to=link_to(request)), well)
        return back_to(actor)
    return shown(request, actor, "invite", "people", {"form": form}, 422 if request.method == "POST" else 200)


@require_POST
@administering(Duty.INVITE)
def resend(request: HttpRequest, actor: Administrator, invitation_id: UUID) -> HttpResponse:
    """A new link for a pending invitation."""
    invitations.resend_invitation(actor, invitation=invitation_id, link_to=link_to(request))
    messages.success(request, _("Sent again, with a new link. The old one opens nothing any more."))
    return back_to(actor)


@require_POST
@administering(Duty.INVITE)
def revoke(request: HttpRequest, actor: Administrator, invitation_id: UUID) -> HttpResponse:
    """Takes a pending invitation back."""
    invitations.revoke_invitation(actor, invitation=invitation_id)
    messages.success(request, _("The invitation is taken back. Its link opens nothing any more."))
    return back_to(actor)


def link_to(request: HttpRequest) -> invitations.LinkTo:
    """The address of an invitation's page on the host that was called."""
    return lambda secret: request.build_absolute_uri(f"/accounts/join/#{secret}")


@require_GET
@administering(Duty.SEE_TEAM)
def colleague(request: HttpRequest, actor: Administrator, person_id: UUID) -> HttpResponse:
    """One person: state, and what can be done."""
    return _colleague_page(request, actor, person_id)


def _colleague_page(request: HttpRequest, actor: Administrator, person: UUID, form: Vouched | None = None) -> HttpResponse:
    found = next((one for one in team_of(actor.structure_id, person=person) if one.works), None)
    if found is None:
        raise NotFound
    declared = {"profession": found.person.profession, "rpps": found.person.rpps}
    context = {"one": found, "form": form or Vouched(initial=declared), "me": found.person.pk == actor.person_id}
    return shown(request, actor, "colleague", "people", context, 422 if form else 200)


@require_POST
@administering(Duty.CONFIRM)
def confirm(request: HttpRequest, actor: Administrator, person_id: UUID) -> HttpResponse:
    """Vouches for a profession."""
    form = Vouched(request.POST)
    if form.is_valid():
        with refusals_in(form):
            administration.confirm_colleague(actor, person=person_id, **form.cleaned_data)
            messages.success(request, _("The profession is confirmed."))
            return back_to(actor, f"people/{person_id}")
    return _colleague_page(request, actor, person_id, form)


@require_POST
@administering(Duty.WITHDRAW)
def withdraw(request: HttpRequest, actor: Administrator, person_id: UUID) -> HttpResponse:
    """No longer vouches for a profession."""
    well = _("The confirmation is withdrawn. What rested on it has ended, and the person is told by e-mail.")
    said(request, lambda: administration.withdraw_confirmation(actor, person=person_id), well)
    return back_to(actor, f"people/{person_id}")


@require_POST
@administering(Duty.END_WORK)
def end_work(request: HttpRequest, actor: Administrator, person_id: UUID) -> HttpResponse:
    """Takes somebody off the team list."""
    administration.end_work(actor, person=person_id)
    messages.success(request, _("The work here has ended, and every right that rested on it. You can take this back for a day, below."))
    return back_to(actor)


@require_POST
@administering(Duty.END_WORK)
def take_back(request: HttpRequest, actor: Administrator, person_id: UUID) -> HttpResponse:
    """Undoes an end of work."""
    administration.take_back_end(actor, person=person_id)
    messages.success(request, _("Taken back: the person works here again."))
    return back_to(actor)


@require_POST
@administering(Duty.RESTART_FACTOR)
def restart_factor(request: HttpRequest, actor: Administrator, person_id: UUID) -> HttpResponse:
    """Removes a lost second factor."""
    well = _("The second factor is removed and all sessions have ended. The person is told by e-mail.")
    said(request, lambda: administration.restart_factor(actor, person=person_id), well)
    return back_to(actor, f"people/{person_id}")


@require_GET
@administering(Duty.SEE_TEAM)
def numbers(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """How many, never who of the patients; and what the administration did."""
    team = [one for one in team_of(actor.structure_id) if one.works]
    context = {
        "people": len(team), "confirmed": sum(one.person.confirmed for one in team), "factors": sum(one.factor for one in team),
        "invited": len(pending_invitations(actor.structure_id, Purpose.COLLEAGUE)),
        "circles": circles_of_structures([actor.structure_id])[actor.structure_id], "lines": lines_of(actor.structure_id, _LINES),
    }  # fmt: skip
    return shown(request, actor, "numbers", "numbers", context)


@require_http_methods(["GET", "POST"])
@administering(Duty.CHANGE_SETTINGS)
def settings(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """Name and telephone, and who administers."""
    structure = actor.structure
    form = StructureSettings(request.POST or None, initial={"name": structure.name, "phone": structure.phone})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            administration.change_settings(actor, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return back_to(actor, "settings")
    context = {"form": form, "administrators": administrators_of(structure.pk)}
    return shown(request, actor, "settings", "settings", context, 422 if request.method == "POST" else 200)
