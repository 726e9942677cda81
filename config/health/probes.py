"""What machines ask of a process: does it live, can it serve, how is it doing.

Answered before anything else looks at the request, so that a probe needs no host name, no TLS and no session, and costs little.
"""
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.crypto import constant_time_compare

from config.health import figures, readiness
from config.health.exposition import CONTENT_TYPE, gauge, render
from config.health.lookout import Lookout
from foundation.http import not_found

_LATE = "late."
_LOOPBACK = {"127.0.0.1", "::1"}
_BY_PROXY = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as requests are answered; asks nothing of the database."""
    return HttpResponse("alive\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 where this process can serve, else 503, with the codes of what is in the way.

    `?for=proxy` leaves out what no other web process does better: a proxy that shut everybody out because a worker is late would make
    an outage of a late e-mail.
    """
    codes = readiness.codes()
    if request.GET.get("for") == "proxy":
        codes = tuple(code for code in codes if not code.startswith(_LATE))
    return JsonResponse({"ready": not codes, "codes": codes}, status=503 if codes else 200)


def measured(request: HttpRequest) -> HttpResponse:
    """The numbers, for who asks on this machine and not through a proxy, or has the token; for others there is no such page."""
    if not _may_measure(request):
        return not_found(request)
    shared = _shared.ask()
    database = gauge("cercle_database_up", "Whether the database has answered this question.", float(shared is not None))
    return HttpResponse(render([*figures.own(), database, *(shared or [])]), content_type=CONTENT_TYPE)


def _may_measure(request: HttpRequest) -> bool:
    token, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if token and given:
        return constant_time_compare(given, f"Bearer {token}")
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not any(name in request.headers for name in _BY_PROXY)


_shared = Lookout(figures.shared)
PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": alive, "/readyz": ready, "/metrics": measured}


class Probes:
    """Middleware, the first of all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return self._get_response(request)
        answer = probe(request) if request.method in {"GET", "HEAD"} else HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer
