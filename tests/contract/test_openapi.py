"""`GET openapi.json` describes every call, as OpenAPI 3.1."""
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.contract.client import Line

CALLS = [
    ("get", "/me"), ("get", "/people"), ("get", "/circles"), ("post", "/circles"), ("get", "/circles/{}"), ("post", "/circles/{}/members"),
    ("delete", "/circles/{}/members/{}"), ("put", "/circles/{}/state"), ("get", "/circles/{}/accesses"), ("post", "/circles/{}/posts"),
    ("get", "/circles/{}/posts"), ("post", "/circles/{}/search"), ("get", "/circles/{}/changes"), ("get", "/posts/{}"),
    ("post", "/posts/{}/corrections"), ("post", "/posts/{}/retraction"), ("post", "/posts/{}/acknowledgement"),
    ("delete", "/posts/{}/acknowledgement"), ("post", "/posts/{}/completion"), ("put", "/circles/{}/read"),
]  # fmt: skip


@pytest.fixture(scope="module")
def document(line: Line) -> Any:
    """The description, as anybody may fetch it."""
    answer = line.send("GET", "/api/v1/openapi.json")
    assert answer.status == 200
    return answer.body


def test_it_is_valid(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_is_in_it(document: Any, method: str, path: str) -> None:
    described = {
        (verb, "/".join("{}" if part.startswith("{") else part for part in where.removeprefix("/api/v1").split("/")))
        for where, verbs in document["paths"].items()
        for verb in verbs
    }
    assert (method, path) in described


def test_it_says_how_to_sign_and_that_a_post_has_its_key(document: Any) -> None:
    write = document["paths"]["/api/v1/circles/{circle_id}/posts"]["post"]
    assert "Idempotency-Key" in {parameter["name"] for parameter in write["parameters"]}
    assert document["components"]["securitySchemes"]
