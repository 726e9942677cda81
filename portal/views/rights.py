"""Rights of the person: a copy of one's own data, correction, the account closed. Behind one's own door, the password asked again."""
from collections.abc import Callable
from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation import clock
from people.accounts.forms import Correction
from people.accounts.services import correct_person
from people.audit.services import Access, record_access
from people.circles.access import session_mark
from portal.queries.archive import archive_of
from portal.queries.rights import last_of_care_team
from portal.services import close_account
from portal.views.door import page, reader


def confirmed_again(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever signed in a while ago shows again that it is them."""
    return cast(Callable[[HttpRequest], HttpResponse], reauthentication_required(view))


@require_http_methods(["GET", "POST"])
@page
@confirmed_again
def archive(request: HttpRequest) -> HttpResponse:
    """What is in the archive; posted, the archive itself."""
    if request.method == "GET":
        return render(request, "portal/pages/archive.html")
    person = reader(request)
    _note(request, "archive.made")
    answer = FileResponse(archive_of(person), as_attachment=True, filename=f"cercle-{clock.now():%Y-%m-%d}.zip")
    answer["Content-Type"] = "application/zip"
    return cast(HttpResponse, answer)  # streamed, and closed when it has gone


@require_http_methods(["GET", "POST"])
@page
@confirmed_again
def correction(request: HttpRequest) -> HttpResponse:
    """One's own name and profession."""
    person = reader(request)
    before = {"given_name": person.given_name, "family_name": person.family_name, "profession": person.profession}
    form = Correction(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        _note(request, "person.corrected")
        correct_person(person=person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect("/me")
    return render(request, "portal/pages/correction.html", {"form": form, "confirmed": person.confirmed})


@require_http_methods(["GET", "POST"])
@page
@confirmed_again
def closing(request: HttpRequest) -> HttpResponse:
    """What closing does, and what stands in its way; posted, the account is closed."""
    person = reader(request)
    if request.method == "POST":
        close_account(person, session=session_mark(request))
        logout(request)
        sentence = _("You are signed out everywhere and no longer in any circle. What you wrote stays in the records, under your name.")
        return render(request, "portal/pages/message.html", {"title": _("Your account is closed"), "sentence": sentence})
    alone = [member.circle.patient.traits.name for member in last_of_care_team(person)]
    return render(request, "portal/pages/closing.html", {"alone": alone})


def _note(request: HttpRequest, what: str) -> None:
    person = reader(request)
    record_access(Access(person.pk, person.pk, "", what, "own", session_mark(request)))
