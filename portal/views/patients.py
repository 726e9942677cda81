"""My patients: the page, the pages of its list, the filter by name, one row, pins, counts."""
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from foundation import ids
from foundation.errors import NotFound
from people.accounts.models import Person
from people.circles.access import enter
from people.circles.policy import Act
from portal.queries.mine import Mine, Patients
from portal.queries.own import own_circle
from portal.queries.patients import PAGE, named, parts, rows, shown
from portal.queries.requests import knocks_for
from portal.queries.tasks import count_mine
from portal.queries.todos import expected
from portal.queries.transcriptions import count_asked
from portal.queries.unions import joinings_for
from portal.queries.unreached import to_telephone
from portal.services import pin_circle
from portal.views.alerting import says_unalerted
from portal.views.door import acting, page, patients_of, reader

_MOST_FOUND = 100
_MOST_PAGES = 10_000


@require_GET
@page
def patients(request: HttpRequest) -> HttpResponse:
    """The list with its first sixty rows; news and to-dos come by themselves where there is room for them.

    Whoever is the patient of one circle has a page of their own instead, and asks for the list by `all`.
    """
    if "all" not in request.GET and (own := own_circle(reader(request))):
        return HttpResponseRedirect(f"/circles/{own}/own")
    mine = patients_of(request)
    context = {**_page(mine, mine.ordered(), 1), "counts": _counts(mine, reader(request)), "unalerted": says_unalerted(request)}
    return render(request, "portal/pages/patients.html", context)


@require_GET
@page
def more_patients(request: HttpRequest) -> HttpResponse:
    """A page of the list as a fragment: `page`, `show` (all, unread, urgent)."""
    mine, show = patients_of(request), request.GET.get("show", "")
    asked = request.GET.get("page", "")
    number = min(max(int(asked), 1), _MOST_PAGES) if asked.isascii() and asked.isdigit() else 1
    return render(request, "portal/fragments/patient_rows.html", _page(mine, shown(mine, show), number, show=show))


@require_POST
@page
def filter_patients(request: HttpRequest) -> HttpResponse:
    """The rows whose name begins with `q`, which is posted so that it stands in no address and no log."""
    mine, wanted = patients_of(request), request.POST.get("q", "")[:80].strip()
    if not wanted:
        return render(request, "portal/fragments/patient_rows.html", _page(mine, mine.ordered(), 1))
    drawn = rows(mine, named(mine, wanted)[:_MOST_FOUND])
    return render(request, "portal/fragments/patient_rows.html", {"parts": parts(drawn, urgent=0, titled=False), "wanted": wanted})


@require_GET
@page
@acting(Act.READ)
def patient_row(request: HttpRequest, circle_id: str) -> HttpResponse:
    """One row as it is now."""
    mine, circle = patients_of(request), ids.parse(circle_id)
    here = [member for member in mine.members if member.circle_id == circle]
    if not here:
        raise NotFound
    return render(request, "portal/fragments/patient_row.html", {"row": rows(mine, here)[0]})


@require_POST
@page
@acting(Act.READ)
def pin(request: HttpRequest, circle_id: str) -> HttpResponse:
    """Pins a circle (`pinned` = 1) or lets it go."""
    membership = enter(reader(request), ids.parse(circle_id))
    pin_circle(membership, pinned=request.POST.get("pinned") == "1")
    return HttpResponseRedirect(f"/circles/{membership.circle_id}/people")


@require_GET
@page
def counts(request: HttpRequest) -> JsonResponse:
    """The numbers beside the ways: unread posts, to-dos, urgent circles."""
    return JsonResponse(_counts(patients_of(request), reader(request)))


def _counts(mine: Patients, person: Person) -> dict[str, int]:
    return {
        "all": len(mine.members), "unread": sum(mine.unread.values()), "unread_circles": len(mine.news), "urgent": len(mine.urgent),
        "todo": len(expected(mine)) + len(knocks_for(mine.members)) + len(joinings_for(mine.members)) + count_asked(mine.members)
        + len(to_telephone(mine)) + count_mine(person),
    }


def _page(mine: Patients, members: list[Mine], number: int, *, show: str = "") -> dict[str, object]:
    start = (number - 1) * PAGE
    drawn = rows(mine, members[start : start + PAGE])
    following = number + 1 if len(members) > start + PAGE else None
    return {"parts": parts(drawn, urgent=len(mine.urgent), first=number == 1), "next_page": following, "show": show}
