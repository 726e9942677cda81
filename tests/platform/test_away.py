"""What a caller is told while the database does not answer: the truth, and when to come back."""
from http import HTTPStatus
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from foundation.http import failure
from people.accounts.sessions import SessionStore


@pytest.mark.parametrize(("error", "status", "after"), [(OperationalError(), 503, "2"), (RuntimeError(), 500, None)])
def test_a_failure_says_whose_it_is(error: Exception, status: int, after: str | None) -> None:
    answer = failure(error)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, after)


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize(("path", "kind"), [("/api/v1/circles", "application/problem+json"), ("/patients/", "text/html; charset=utf-8")])
def test_who_is_looked_up_in_vain_hears_when_to_come_back(path: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(SessionStore, "_get_session_from_db", away)
    caller = Client(raise_request_exception=False)
    caller.cookies["cercle"] = "a" * 32
    answer = caller.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (HTTPStatus.SERVICE_UNAVAILABLE, kind)
