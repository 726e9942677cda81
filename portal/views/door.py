"""What stands before every page: sign-in, limits, the door of a circle."""
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from foundation import ids
from foundation.errors import CercleError, NotFound
from foundation.limits import require_room
from people.accounts.enums import Duty
from people.accounts.models import Person
from people.circles.access import Refused, enter, leave_refusal, listed, opened, session_mark
from people.circles.budgets import over_own
from people.circles.models import Membership
from people.circles.policy import Act
from portal.queries.mine import Patients, my_patients
from portal.views.errors import error_page, page_not_found

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page for whoever is signed in; what services refuse becomes a page too."""

    @never_cache
    @login_required
    @wraps(view)
    def behind(request: HttpRequest, **where: Any) -> HttpResponse:
        try:
            require_room(over_own(request, reader(request)))
            return view(request, **where)
        except Refused as refused:
            leave_refusal(refused, session_mark(request))
            return error_page(request, refused)
        except NotFound:
            return page_not_found(request)
        except CercleError as error:
            return error_page(request, error)

    behind.__dict__["guard"] = page
    return behind


def acting(act: Act | Duty) -> Callable[[View], View]:
    """Names the act of a page about one circle, or the duty of one about a structure: `config.guards` lets no page with an id
    in its address start without."""

    def named(view: View) -> View:
        view.__dict__["act"] = act
        return view

    return named


def reader(request: HttpRequest) -> Person:
    """Who is signed in."""
    person: Person = request.user  # type: ignore[assignment]
    return person


def patients_of(request: HttpRequest) -> Patients:
    """The reader's patients; leaves the line of a list on the reader's own trail."""
    person = reader(request)
    listed(person, "patients.listed", session_mark(request))
    return my_patients(person)


def member(request: HttpRequest, circle_id: str) -> Membership:
    """The reader's membership; leaves the trail's line of an opening. Raises NotFound."""
    membership = enter(reader(request), ids.parse(circle_id))
    opened(membership, session_mark(request))
    return membership
