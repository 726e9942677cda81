"""Me: who I am here, how the pages look, and the ways to my sign-in."""
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation import clock, ids
from people.accounts.enums import Gender
from people.accounts.queries import administered_by, office_of, operates, structures_of
from people.accounts.services import change_gender, change_language
from people.circles.words import titled, trade
from people.contacts.enums import CalledBy
from people.contacts.queries import telephone_of
from people.contacts.services import give_number
from portal.queries.glasses import reviews_waiting
from portal.queries.trail import own_accesses
from portal.queries.units import may_break
from portal.templatetags.cercle import THEMES
from portal.views.door import page, reader

_YEAR_S = 365 * 24 * 3600


@require_GET
@page
def me(request: HttpRequest) -> HttpResponse:
    """Profile, display, security, sign-out."""
    person = reader(request)
    context = {
        "person": person, "name": titled(person), "trade": trade(person), "structures": structures_of(person, clock.now()),
        "officer": office_of(person), "to_review": reviews_waiting(person), "may_break": may_break(person),
        "languages": settings.LANGUAGES, "language": get_language(),
        "themes": [("", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
        "administered": administered_by(person), "operates": operates(person),
        "telephone": telephone_of(person), "called_by": CalledBy.choices,
        "genders": [*Gender.choices, ("", _("not said"))],
    }
    return render(request, "portal/pages/me.html", context)


@require_GET
@page
def lock(request: HttpRequest) -> HttpResponse:
    """The app lock of this device. The server has no part in it but the page."""
    return render(request, "portal/pages/lock.html")


@require_POST
@page
def set_language(request: HttpRequest) -> HttpResponse:
    """The language of pages and messages, kept with the account."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        change_language(person=reader(request), language=language)
    return HttpResponseRedirect("/me")


@require_POST
@page
def set_gender(request: HttpRequest) -> HttpResponse:
    """In which gender others read of this person."""
    gender = request.POST.get("gender")
    if gender in {"", *Gender.values}:
        change_gender(person=reader(request), gender=str(gender))
    return HttpResponseRedirect("/me")


@require_POST
@page
def set_telephone(request: HttpRequest) -> HttpResponse:
    """My own number and who may know it; an empty one takes it back."""
    called_by = request.POST.get("called_by", "")
    choice = CalledBy(called_by) if called_by in CalledBy.values else CalledBy.NOBODY
    give_number(reader(request), phone=request.POST.get("phone", "")[:40], called_by=choice)
    return HttpResponseRedirect("/me")


@require_POST
@page
def set_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the device: kept on this device."""
    answer, theme = HttpResponseRedirect("/me"), request.POST.get("theme", "")
    if theme in THEMES:
        answer.set_cookie("cercle-theme", theme, max_age=_YEAR_S, samesite="Lax", httponly=True, secure=settings.PRODUCTION)
    else:
        answer.delete_cookie("cercle-theme", samesite="Lax")
    return answer


@require_GET
@page
def accesses(request: HttpRequest) -> HttpResponse:
    """My own accesses over all circles."""
    lines, following = own_accesses(reader(request), ids.parse(request.GET.get("before")))
    context = {"lines": lines, "next": following, "zone": settings.CIRCLE_TIME_ZONE}
    return render(request, "portal/pages/own_accesses.html", context)
