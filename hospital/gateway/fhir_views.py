"""The doorman of `/fhir/`: guard, format, body, one interaction, the answer. Whatever goes wrong is an OperationOutcome."""
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from foundation.errors import CercleError, TooFast
from foundation.http import log_unexpected
from hospital.gateway.budgets import limit_knocks
from hospital.gateway.fhir.asking import Ask, Reply
from hospital.gateway.fhir.bodies import body_of, refuse_other_formats
from hospital.gateway.fhir.bundles import transact
from hospital.gateway.fhir.door import Bearer, Caller, base_of
from hospital.gateway.fhir.interactions import answered
from hospital.gateway.fhir.outcomes import FhirRefused, Issue, Resource, outcome, refused
from hospital.gateway.fhir.statement import MEDIA_TYPE, capability_statement, smart_configuration
from hospital.gateway.tokens import LIFETIME_S, TokenRefused, issue_token

View = Callable[..., HttpResponse]
_CODES = {401: "login", 403: "forbidden", 404: "not-found", 409: "conflict", 413: "too-long", 415: "not-supported", 429: "throttled"}
_LONGEST_FORM = 16 * 1024


def speaks_fhir(view: View) -> View:
    """Formats and errors as FHIR has them; no cookie is looked at, so there is nothing to forge."""

    @wraps(view)
    def spoken(request: HttpRequest, **where: str) -> HttpResponse:
        try:
            refuse_other_formats(request)
            return view(request, **where)
        except FhirRefused as error:
            return _refusal(error)
        except CercleError as error:
            return _named(error)
        except SuspiciousOperation:
            return _refusal(refused(400, "invalid", "The request cannot be read."))
        except Exception as error:
            log_unexpected(error)
            return _refusal(refused(500, "exception", "Something failed here. Nothing of the request was kept: send it again."))

    exempt: View = csrf_exempt(spoken)
    return exempt


def guarded(*methods: str) -> Callable[[Callable[[HttpRequest, Caller, Mapping[str, str]], Reply]], View]:
    """A view behind the bearer token. `view.guard` is what `config.guards` looks for."""
    guard = Bearer()

    def behind(view: Callable[[HttpRequest, Caller, Mapping[str, str]], Reply]) -> View:
        @speaks_fhir
        @wraps(view)
        def entered(request: HttpRequest, **where: str) -> HttpResponse:
            caller = guard(request)
            if request.method not in methods:
                raise refused(405, "not-supported", f"This address knows {', '.join(methods)}.")
            return _answer(view(request, caller, where))

        entered.guard = guard  # type: ignore[attr-defined]
        return entered

    return behind


@speaks_fhir
def metadata(request: HttpRequest) -> HttpResponse:
    """The CapabilityStatement, open to anybody."""
    return _answer(Reply(capability_statement(base_of(request))))


@speaks_fhir
def discovery(request: HttpRequest) -> HttpResponse:
    """Where tokens are given, and how one asks; open to anybody."""
    return HttpResponse(json.dumps(smart_configuration(base_of(request))), content_type="application/json")


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """A token for a signed assertion; refusals as RFC 6749 has them."""
    try:
        if request.method != "POST":
            raise TokenRefused("invalid_request", "Tokens are asked for by POST.")
        if len(request.body) > _LONGEST_FORM:
            raise TokenRefused("invalid_request", "This is too long for a request for a token.")
        limit_knocks(request)
        audiences = {f"{base_of(request)}/token", f"{settings.PUBLIC_URL}/fhir/token"}
        issued = issue_token({name: str(value) for name, value in request.POST.items()}, audiences)
    except TokenRefused as error:
        return _plain({"error": error.error, "error_description": error.description}, error.status)
    except TooFast as error:
        body = {"error": "temporarily_unavailable", "error_description": "Too many requests."}
        return _plain(body, 429, {"Retry-After": str(error.retry_after)})
    except SuspiciousOperation:
        return _plain({"error": "invalid_request", "error_description": "The request cannot be read."}, 400)
    told = {"access_token": issued.token, "token_type": "bearer", "expires_in": LIFETIME_S, "scope": issued.scope}
    return _plain(told, 200, {"Pragma": "no-cache"})


@guarded("POST")
def base(request: HttpRequest, caller: Caller, where: Mapping[str, str]) -> Reply:
    """`/fhir`: a transaction."""
    return transact(caller, body_of(request, ""))


@guarded("GET", "POST", "PUT")
def kind(request: HttpRequest, caller: Caller, where: Mapping[str, str]) -> Reply:
    """`/fhir/KIND`: search, create, conditional update."""
    name = where["kind"]
    if request.method == "GET":
        return answered(Ask(caller, name, query=dict(request.GET.lists())), "search")
    ask = Ask(caller, name, query=dict(request.GET.lists()), body=body_of(request, name), headers=_conditions(request))
    return answered(ask, "create" if request.method == "POST" else "update")


@guarded("POST")
def search(request: HttpRequest, caller: Caller, where: Mapping[str, str]) -> Reply:
    """`/fhir/KIND/_search`: a search whose parameters stand in no address."""
    if int(request.headers.get("Content-Length") or 0) > _LONGEST_FORM:
        raise refused(413, "too-long", "This is too long for a search.")
    return answered(Ask(caller, where["kind"], query=dict(request.POST.lists())), "search")


@guarded("GET", "PUT", "DELETE")
def one(request: HttpRequest, caller: Caller, where: Mapping[str, str]) -> Reply:
    """`/fhir/KIND/ID`: read, update, delete."""
    name = where["kind"]
    if request.method == "PUT":
        return answered(Ask(caller, name, where["id"], body=body_of(request, name), headers=_conditions(request)), "update")
    return answered(Ask(caller, name, where["id"]), "read" if request.method == "GET" else "delete")


@guarded("GET")
def history(request: HttpRequest, caller: Caller, where: Mapping[str, str]) -> Reply:
    """`/fhir/KIND/ID/_history`."""
    return answered(Ask(caller, where["kind"], where["id"], query=dict(request.GET.lists())), "history")


@guarded("GET")
def version(request: HttpRequest, caller: Caller, where: Mapping[str, str]) -> Reply:
    """`/fhir/KIND/ID/_history/VERSION`."""
    return answered(Ask(caller, where["kind"], where["id"], where["version"]), "vread")


@guarded()
def elsewhere(request: HttpRequest, caller: Caller, where: Mapping[str, str]) -> Reply:
    """Any other address under `/fhir/`: behind the token too, so that nothing is learnt without one."""
    return Reply(None)  # pragma: no cover  -- no method passes


def _conditions(request: HttpRequest) -> dict[str, str]:
    return {name: request.headers[name] for name in ("If-None-Exist", "If-Match") if name in request.headers}


def _answer(reply: Reply) -> HttpResponse:
    if reply.body is None:
        return HttpResponse(status=reply.status, headers=dict(reply.headers))
    return _written(reply.body, reply.status, reply.headers)


def _refusal(error: FhirRefused) -> HttpResponse:
    return _written(outcome(error.issues), error.status, {"WWW-Authenticate": "Bearer"} if error.status == 401 else {})


def _named(error: CercleError) -> HttpResponse:
    """What a room of the house refused, in FHIR's words; the house's own code stays in it."""
    issue = Issue(_CODES.get(error.status, "business-rule"), f"{error.code}: {error.detail}")
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooFast) else {}
    return _written(outcome([issue]), error.status, headers)


def _written(body: Resource, status: int, headers: Mapping[str, str]) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=f"{MEDIA_TYPE}; charset=utf-8", headers=dict(headers))


def _plain(body: dict[str, Any], status: int, headers: Mapping[str, str] = {}) -> HttpResponse:
    return HttpResponse(json.dumps(body), status=status, content_type="application/json", headers={"Cache-Control": "no-store", **headers})
