"""Every route and socket operation names its guard, or the program does not start (house.md, 9).

An operation of the API has the door as its authentication, and a page has `portal.views.door.page`; where an address holds an id
each of them names the act that the policy is asked about. A hospital's program comes by a bearer token.
What is open to anybody is listed here with its reason; what machines ask of a process (`config/health/probes.py`) is no route.
"""
import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver
from ninja.operation import PathView

from config.checks import UnsafeStart
from hospital.gateway.fhir.door import Bearer
from messaging.live.operations import ACTS
from messaging.live.protocol import OPERATIONS
from people.circles.access import Own, SignedIn

TAG = "routes"
Route = tuple[str, Callable[..., Any]]
OPEN = {
    "care.agenda.calendar_views.feed": "a person's calendar behind its secret address, for programs; the secret is the right",
    "config.api.elsewhere": "says only that nothing is there",
    "django.views.generic.base.RedirectView": "an address of allauth's that moved; shows nothing",
    "hospital.gateway.fhir_views.discovery": "where a hospital's program finds the address for tokens (SMART App Launch)",
    "hospital.gateway.fhir_views.metadata": "what the FHIR server can do; holds no data",
    "hospital.gateway.fhir_views.token": "gives a token for a signed assertion, which is the right",
    "ninja.openapi.views.default_home": "an address to build others on; answers that nothing is there",
    "ninja.openapi.views.openapi_json": "describes the API and holds no data",
    "people.accounts.psc.callback": "where Pro Santé Connect sends somebody back who is not signed in yet",
    "people.accounts.views.end_all_sessions": "ends the caller's own sessions, behind login_required",
    "people.accounts.views.end_other_sessions": "ends the caller's other sessions, behind login_required",
    "people.accounts.views.end_session": "ends one of the caller's own sessions, behind login_required",
    "people.accounts.joining.follow_invitation": "the link out of an e-mail, before anybody signs in; its secret is the right",
    "people.accounts.joining.join": "accepting the invitation of a link that was followed; the link's secret is the right",
    "people.accounts.views.sessions": "lists the caller's own sessions, behind login_required",
    "people.accounts.views.set_ward": "says of a device that several people use it; somebody may do so before signing in",
    "people.accounts.views.set_language": "a choice that somebody makes before signing in",
    "people.codes.views.pin": "signs in whoever holds a bound device and knows its PIN",
    "people.codes.views.printed": "signs in whoever holds a printed code",
    "people.codes.views.sign_in": "the sign-in page of allauth, or the PIN of a bound device before it",
    "portal.demo.views.people": "the demo's front page; not there in production",
    "portal.demo.views.sign_in": "the demo's own sign-in; not there in production",
    "portal.views.join.join": "where an invitation's link leads; shows what the link's secret opens",
    "portal.views.join.make_account": "an account for an invited address, behind the link's secret",
    "portal.views.join.open_link": "takes the secret of an invitation's link",
    "portal.views.plain.data_protection": "tells anybody how data are kept",
    "portal.views.plain.privacy": "tells anybody who is responsible and which rights one has",
    "portal.views.plain.mails": "the e-mails of development; not there in production",
    "portal.views.plain.manifest": "the installable app, before anybody signs in",
    "portal.views.plain.offline": "the page for when there is no line; names nobody",
    "portal.views.thread.plain_worker": "the service worker, before anybody signs in",
    "portal.views.thread.service_worker": "the service worker, before anybody signs in",
}
_LENT = "allauth."  # sign-in, second factor, sessions: guarded by allauth itself


def unguarded(patterns: Sequence[URLPattern | URLResolver], acts: dict[str, Any], operations: Sequence[str]) -> Iterator[str]:
    """A sentence for each route and each operation of the socket that names no guard."""
    for address, view in _routes(patterns):
        path_view = inspect.getclosurevars(view).nonlocals.get("self") if inspect.isfunction(view) else None
        if isinstance(path_view, PathView):
            yield from _unguarded_operations(address, path_view)
        elif not _is_guarded_page(address, view):
            yield f"The route {address} ({_name(view)}) names no guard."
    for operation in operations:
        if operation not in acts:
            yield f"The socket operation {operation} names no action."


def _unguarded_operations(address: str, path_view: PathView) -> Iterator[str]:
    for operation in path_view.operations:
        doors = operation.auth_callbacks
        named = all(isinstance(door, SignedIn) and (door.act is not None or isinstance(door, Own) or "<" not in address) for door in doors)
        if not doors or not named:
            yield f"The route {'/'.join(operation.methods)} {address} ({_name(operation.view_func)}) names no action."


def _is_guarded_page(address: str, view: Callable[..., Any]) -> bool:
    if _name(view).startswith(_LENT) or _name(view) in OPEN:
        return True
    if isinstance(getattr(view, "guard", None), Bearer):  # a hospital's program: its scopes and its hospital's stays decide, not a role
        return True
    return hasattr(view, "guard") and ("<" not in address or hasattr(view, "act"))


def _routes(patterns: Sequence[URLPattern | URLResolver], before: str = "/") -> Iterator[Route]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, address)
        else:
            yield address, pattern.callback


def _name(view: Callable[..., Any]) -> str:
    plain: Any = view.func if isinstance(view, partial) else getattr(view, "view_class", view)
    return f"{plain.__module__}.{plain.__qualname__}"


@register(TAG)
def routes(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The service's own routes and operations, checked by every command of `manage.py` and by `config.asgi`."""
    from config.urls import urlpatterns

    return [Error(sentence, id="cercle.unguarded") for sentence in unguarded(urlpatterns, ACTS, OPERATIONS)]


def refuse_unguarded_start() -> None:
    """Raises UnsafeStart, whose message names each route and operation without a guard."""
    problems = routes()
    if problems:
        raise UnsafeStart("\n".join(str(problem.msg) for problem in problems))
