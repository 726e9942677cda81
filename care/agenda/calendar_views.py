"""The calendar file behind its secret address, for programs that know nothing else."""
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from care.agenda.subscriptions import link_by_secret
from care.agenda.writing_ics import calendar_of
from foundation.errors import CercleError, NotFound
from foundation.http import problem
from foundation.limits import Bucket, require_room

_LINKS = Bucket(per_minute=6, burst=12)  # programs ask every few minutes at most
_STRANGERS = Bucket(per_minute=60, burst=120)  # wrong addresses, of all together: a secret can't be guessed, the database is spared


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar; whatever is wrong with an address, there is nothing there."""
    try:
        return _calendar(secret)
    except CercleError as error:
        return problem(error)


def _calendar(secret: str) -> HttpResponse:
    try:
        link = link_by_secret(secret)
    except NotFound:
        _limit(_STRANGERS, "")
        raise
    _limit(_LINKS, link.pk)
    response = HttpResponse(calendar_of(link), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = 'inline; filename="cercle.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _limit(bucket: Bucket, key: object) -> None:
    require_room(bucket.take(key) if settings.LIMITS else 0.0)
