"""What the framework cannot read off the code, added to the API's description: how to sign, what is answered, errors, a post's key."""
from typing import Any

from config.answers import ANSWERS, BYTES, FILES, SCHEMAS

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
    "description": "Unique per person: sent again with the same body it is the same post or file.",
}  # fmt: skip
_TEXT = {"type": "string"}
_WORDS_OF_A_FILE = {"caption": _TEXT, "site": _TEXT, "taken_at": {"type": "string", "format": "date-time"}}
_FORM = {
    "description": "Without `?resumable`. With it there is no body: the headers Upload-Length and Upload-Metadata say what will come.",
    "content": {"multipart/form-data": {"schema": {
        "type": "object", "required": ["file"], "properties": {"file": {**BYTES}, **_WORDS_OF_A_FILE},
    }}},
}  # fmt: skip
_PIECE = {"required": True, "content": {"application/offset+octet-stream": {"schema": {**BYTES}}}}


def _header(name: str, description: str, *, required: bool = False) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": required, "schema": _TEXT, "description": description}


_VERSION = _header("Tus-Resumable", "1.0.0", required=True)
_RANGE = _header("Range", "One range of bytes; 206 then, or 416.")
_BEGINS = [
    _header("Tus-Resumable", "1.0.0, with `?resumable`"), _header("Upload-Length", "Bytes, with `?resumable`."),
    _header("Upload-Metadata", "filename, caption, site and taken_at, each in base64, with `?resumable`."),
]  # fmt: skip
_MORE: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "circles/{circle_id}/media"): {"requestBody": _FORM, "parameters": [_KEY, *_BEGINS]},
    ("head", "circles/{circle_id}/media/{medium_id}"): {"parameters": [_VERSION]},
    ("patch", "circles/{circle_id}/media/{medium_id}"): {
        "requestBody": _PIECE,
        "parameters": [_VERSION, _header("Upload-Offset", "Bytes.", required=True)],
    },
    ("get", "media/{medium_id}"): {"parameters": [_RANGE]},
    ("get", "media/{medium_id}/thumbnail"): {"parameters": [_RANGE]},
    ("post", "circles/{circle_id}/posts"): {"parameters": [_KEY]},
}
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
            call = method, path.removeprefix("/api/v1/")
            shape, file = ANSWERS.get(call), FILES.get(call)
            for answer in operation["responses"].values() if shape else ():
                answer["content"] = {"application/json": {"schema": shape}}
            if file:
                operation["responses"] = _file(file)
            operation["responses"]["default"] = _ANSWERS_PROBLEM
            more = _MORE.get(call, {})
            operation["parameters"] += more.get("parameters", [])
            if "requestBody" in more:
                operation["requestBody"] = more["requestBody"]
    return document


def _file(media_type: str) -> dict[str, Any]:
    """The answers that hold a file or a part of it."""
    content = {media_type: {"schema": BYTES}}
    said = {"200": "The file", "206": "A range of it"}
    return {**{status: {"description": words, "content": content} for status, words in said.items()}, "416": {**_ANSWERS_PROBLEM}}
