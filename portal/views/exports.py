"""A copy of the record: asked for, watched while it is made, fetched. It works without a script; with one it stays fresh by itself."""
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from care.exports.enums import Format
from care.exports.services import ask_export
from foundation.errors import Conflict
from people.circles.access import require, session_mark
from people.circles.policy import Act
from portal.queries.exports import copies_of
from portal.queries.room import room_context
from portal.views.door import acting, member, page


@require_http_methods(["GET", "POST"])
@page
@acting(Act.EXPORT)
def export(request: HttpRequest, circle_id: str) -> HttpResponse:
    """What a copy holds and how far it is; posted, a copy is asked for. `?part=state` gives the copies alone."""
    membership = member(request, circle_id)
    require(membership, Act.EXPORT)
    wrong = ""
    if request.method == "POST":
        try:
            chosen = Format.ZIP if request.POST.get("format") == Format.ZIP else Format.PDF
            ask_export(membership, format=chosen, language=get_language() or "fr", session=session_mark(request))
            return HttpResponseRedirect(f"/circles/{membership.circle_id}/export")
        except Conflict as error:
            wrong = str(error.detail)
    context = {**room_context(membership, "people"), **copies_of(membership), "wrong": wrong}
    template = "portal/fragments/export_state.html" if request.GET.get("part") == "state" else "portal/pages/export.html"
    return render(request, template, context)
