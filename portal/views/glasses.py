"""Emergency accesses to review: for whoever answers for data protection of the hospital. Circles have a label, patients no name."""
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation import ids
from foundation.errors import Conflict, Invalid
from hospital.stays.enums import GlassVerdict
from hospital.stays.reviews import decide_review, reviews_of
from people.accounts.queries import office_of
from people.audit.services import Access, record_opening
from people.circles.access import session_mark
from portal.queries.glasses import shown_reviews
from portal.views.door import page, reader


@require_GET
@page
def reviews(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, then what was decided lately; looking leaves a line. Raises NotFound for who has no office."""
    person = reader(request)
    found = shown_reviews(reviews_of(person))
    record_opening(Access(person.pk, person.pk, "", "reviews.opened", "officer", session_mark(request)))
    context = {
        "office": office_of(person), "waiting": [one for one in found if one.review.waits],
        "decided": [one for one in found if not one.review.waits], "verdicts": GlassVerdict.choices,
    }
    return render(request, "portal/pages/glasses.html", context)


@require_POST
@page
def decide(request: HttpRequest) -> HttpResponse:
    """A verdict with what was found; the thread hears the verdict."""
    form = request.POST
    try:
        decide_review(reader(request), glass=ids.parse(form.get("glass")), verdict=form.get("verdict", ""), finding=form.get("finding", ""))
    except (Invalid, Conflict) as refused:
        messages.error(request, str(refused.detail))
    else:
        messages.success(request, _("Kept. The care team and the patient read the verdict in the thread."))
    return HttpResponseRedirect("/protection/glasses")
