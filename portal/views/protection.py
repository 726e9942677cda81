"""The data protection officer's page: unusual accesses, and what was found about each. No clinical content, no patient's name."""
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from foundation.errors import Invalid, NotFound
from people.accounts.queries import Office, office_of
from people.audit.services import Access, record_opening
from people.circles.access import session_mark
from portal.models import ReviewState
from portal.queries.unusual import Shown, unusual_for
from portal.services import answer_review
from portal.unusual import MANY, WITHIN, Rule
from portal.views.door import page, reader

_WHY = {
    Rule.NO_TRACE: gettext_lazy("Looked, but wrote nothing, visited nothing, and shares no structure with another member."),
    Rule.NAMESAKE: gettext_lazy("Bears the patient’s family name."),
    Rule.MANY: gettext_lazy("Opened %(times)d circles within %(minutes)d minutes."),
}


@require_GET
@page
def unusual(request: HttpRequest) -> HttpResponse:
    """What is unusual among the accesses of the last thirty days; looking leaves a line."""
    person, office = reader(request), _office(request)
    record_opening(Access(person.pk, person.pk, "", "reviews.opened", "officer", session_mark(request)))
    shown = [(one, _why(one)) for one in unusual_for(person, office)]
    context = {
        "office": office, "waiting": [pair for pair in shown if not pair[0].state], "answered": [pair for pair in shown if pair[0].state],
        "states": ReviewState.choices, "many": MANY, "minutes": int(WITHIN.total_seconds() // 60),
    }
    return render(request, "portal/pages/unusual.html", context)


@require_POST
@page
def answer(request: HttpRequest) -> HttpResponse:
    """What the officer found: fine, asked, incident; with a word."""
    person, office = reader(request), _office(request)
    state, word = request.POST.get("state", ""), request.POST.get("word", "").strip()[:500]
    one = next((one for one in unusual_for(person, office) if one.key == request.POST.get("key")), None)
    if one is None or one.own:
        raise NotFound
    if state not in ReviewState.values or not word:
        raise Invalid("protection.bad_answer", _("Choose what you found, and say it in a few words."))
    answer_review(person, one.flag, office=office, state=ReviewState(state), word=word)
    return HttpResponseRedirect("/protection/accesses")


def _office(request: HttpRequest) -> Office:
    office = office_of(reader(request))
    if office is None:
        raise NotFound
    return office


def _why(one: Shown) -> str:
    why = str(_WHY[one.flag.rule])
    return why % {"times": one.flag.times, "minutes": WITHIN.total_seconds() // 60} if one.flag.rule is Rule.MANY else why
