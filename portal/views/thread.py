"""The thread's page, which carries ids and words only, and the service worker, which must answer at the root."""
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foundation import ids
from people.circles.access import enter
from people.circles.policy import Act
from portal.views.door import acting, page, reader

# What the portal's own scripts lend to the thread: fetched in parallel instead of one import after another.
LENT = (
    "after-closing", "api", "attachments", "carrying", "dom", "drafts", "file-line", "file-size", "file-words", "i18n", "kept-database",
    "line", "outbox", "recorder", "recording", "recording-words", "records", "resumable", "rounds", "sealed-files", "sealed-keys",
    "sealed-store", "sending", "sheet", "signs", "sites", "socket", "trades", "turns", "voice", "voice-player", "watch", "waveform",
)  # fmt: skip


@cache
def modules() -> tuple[str, ...]:
    """Paths below the static prefix of every module that the thread imports."""
    own = Path(apps.get_app_config("journal").path, "static/journal/js").glob("*.js")
    return (*(f"portal/js/{name}.js" for name in LENT), *(f"journal/js/{path.name}" for path in sorted(own) if path.name != "thread.js"))


@require_GET
@page
@acting(Act.READ)
def thread(request: HttpRequest, circle_id: str) -> HttpResponse:
    """The journal of one patient. The API leaves the trail's line of the opening when the page asks for the circle."""
    membership = enter(reader(request), ids.parse(circle_id))
    context = {"circle_id": membership.circle_id, "me": reader(request).pk, "room": "thread", "modules": modules()}
    context["media_most"] = settings.MEDIA_MOST_BYTES
    return render(request, "journal/thread.html", context)


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker as a module, with the outbox in the background."""
    return _script(request, "portal/sw.js")


@require_GET
def plain_worker(request: HttpRequest) -> HttpResponse:
    """The worker for browsers that take no modules there: the shell alone."""
    return _script(request, "portal/sw-plain.js")


def _script(request: HttpRequest, template: str) -> HttpResponse:
    answer = render(request, template, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
