"""No route and no socket operation without a guard: the service as it is, and with a rogue of each kind."""
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI

from config.guards import OPEN, routes, unguarded
from messaging.live.operations import ACTS
from messaging.live.protocol import OPERATIONS
from people.circles.access import Door, SignedIn
from people.circles.policy import Act
from portal.views.door import acting, page
from tests.service import ROOT


def rogue(request: HttpRequest, **where: Any) -> HttpResponse:
    """A page that nobody guards."""
    return HttpResponse("everything")


def secret(request: HttpRequest, circle_id: str) -> dict[str, str]:
    """An operation of an API about one circle."""
    return {"circle": circle_id}


def secrets(request: HttpRequest) -> dict[str, str]:
    """An operation about nobody's circle."""
    return {}


def api_with(auth: Any, where: str = "secrets/{circle_id}") -> list[URLPattern | URLResolver]:
    """An API of one operation."""
    api = NinjaAPI(urls_namespace="rogue", openapi_url="", docs_url=None)
    api.get(where, **({"auth": auth} if auth else {}))(secret if "{" in where else secrets)
    return [path("api/v1/", api.urls)]


def found(patterns: list[URLPattern | URLResolver]) -> list[str]:
    """What is said of these routes alone."""
    return list(unguarded(patterns, ACTS, OPERATIONS))


def test_the_service_guards_every_route_and_operation() -> None:
    assert routes() == []


def test_what_is_listed_as_open_exists() -> None:
    for name in OPEN:
        module, _, view = name.rpartition(".")
        assert callable(getattr(import_module(module), view)), name


@pytest.mark.parametrize("auth", [None, SignedIn(), lambda request: True])
def test_an_api_operation_that_names_no_act_is_named(auth: Any) -> None:
    assert found(api_with(auth)) == [f"The route GET /api/v1/secrets/<circle_id> ({__name__}.secret) names no action."]


def test_an_api_operation_behind_the_door_is_not() -> None:
    assert found(api_with(Door(Act.READ))) == []


def test_an_operation_about_the_caller_needs_a_sign_in_and_no_act() -> None:
    assert found(api_with(SignedIn(), "me")) == []
    assert len(found(api_with(None, "me"))) == 1


def test_a_page_without_the_portals_door_is_named() -> None:
    assert found([path("secrets", rogue)]) == [f"The route /secrets ({__name__}.rogue) names no guard."]
    assert found([path("secrets", page(rogue))]) == []


def test_a_page_about_one_circle_names_its_act() -> None:
    assert len(found([path("secrets/<str:circle_id>", page(lambda request, circle_id: rogue(request)))])) == 1
    assert found([path("secrets/<str:circle_id>", page(acting(Act.READ)(lambda request, circle_id: rogue(request))))]) == []


def test_a_socket_operation_without_an_act_is_named() -> None:
    assert list(unguarded([], ACTS, [*OPERATIONS, "dump"])) == ["The socket operation dump names no action."]


_ROGUE_URLS = """
from config.urls import *
from django.http import HttpResponse
from django.urls import path
from ninja import NinjaAPI
from people.circles.access import SignedIn
api = NinjaAPI(urls_namespace="rogue", openapi_url="", docs_url=None)
@api.get("circles/{circle_id}/everything", auth=SignedIn())
def everything(request, circle_id: str):
    return {}
urlpatterns = [*urlpatterns, path("everything", lambda request: HttpResponse("all of it")), path("rogue/", api.urls)]
"""
_START = """
import sys, django
sys.path.insert(0, sys.argv[1])
import rogue_urls
import config.urls
config.urls.urlpatterns = rogue_urls.urlpatterns
import config.asgi
"""


_ROGUE_OPERATION = """
import messaging.live.protocol
messaging.live.protocol.OPERATIONS = (*messaging.live.protocol.OPERATIONS, "dump")
"""


def started(start: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What becomes of a program that begins like this."""
    settings = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"
    command = [sys.executable, "-c", settings + start, str(folder)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)


def test_the_program_does_not_start_with_an_unguarded_route(tmp_path: Path) -> None:
    (tmp_path / "rogue_urls.py").write_text(_ROGUE_URLS)
    done = started(f"import django\ndjango.setup()\n{_START}", tmp_path)
    assert done.returncode != 0
    assert "The route /everything (rogue_urls.<lambda>) names no guard." in done.stderr
    assert "The route GET /rogue/circles/<circle_id>/everything (rogue_urls.everything) names no action." in done.stderr


def test_the_program_does_not_start_with_an_operation_of_the_socket_that_names_no_act(tmp_path: Path) -> None:
    done = started(f"{_ROGUE_OPERATION}\nimport config.asgi", tmp_path)
    assert done.returncode != 0
    assert "The socket operation dump names no action." in done.stderr


def test_the_program_starts_as_it_is(tmp_path: Path) -> None:
    assert started("import config.asgi", tmp_path).returncode == 0
