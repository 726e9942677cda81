"""What the framework cannot read off the code, added to the API's description: how to sign, what is answered, errors, a post's key."""
from typing import Any

from config.answers import ANSWERS, SCHEMAS

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable and dotted, for example `journal.empty_post`."},
        "detail": {"type": "string", "description": "A sentence in the caller's language."},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}, "description": "By field, where a form was wrong."},
    },
}
_SIGNS = {
    "session_token": {"type": "apiKey", "in": "header", "name": "X-Session-Token", "description": "From /_allauth/app/v1/."},
    "session_cookie": {"type": "apiKey", "in": "cookie", "name": "cercle", "description": "With the header X-CSRFToken on unsafe methods."},
}
_KEY = {
    "in": "header", "name": "Idempotency-Key", "required": True, "schema": {"type": "string", "format": "uuid"},
    "description": "Unique per person: sent again with the same body it is the same post.",
}  # fmt: skip
_ANSWERS_PROBLEM = {
    "description": "A problem document (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The description with all that a client needs beside bodies and paths; changes it in place."""
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(SCHEMAS, Problem=_PROBLEM)
    components["securitySchemes"] = _SIGNS
    document["security"] = [{name: []} for name in _SIGNS]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            shape = ANSWERS.get((method, path.removeprefix("/api/v1/")))
            for answer in operation["responses"].values() if shape else ():
                answer["content"] = {"application/json": {"schema": shape}}
            operation["responses"]["default"] = _ANSWERS_PROBLEM
            if (method, path.rpartition("/")[2]) == ("post", "posts"):
                operation["parameters"].append(_KEY)
    return document
