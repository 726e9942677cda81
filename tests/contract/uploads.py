"""Sending files as the contract says: in one piece, in several, and waiting until they are fit to be seen."""
import base64
import time
import uuid
from typing import Any

import aiohttp

from tests.contract.client import Answer, Person

_PATIENCE_S = 120.0


def send(person: Person, circle: str, data: bytes, name: str, *, key: str | None = None, **fields: str) -> Answer:
    """An upload in one piece, whatever comes of it."""
    form = aiohttp.FormData()
    form.add_field("file", data, filename=name, content_type="application/octet-stream")
    for field, value in fields.items():
        form.add_field(field, value)
    return person.call("POST", f"circles/{circle}/media", data=form, headers={"Idempotency-Key": key or str(uuid.uuid4())})


def send_in_pieces(person: Person, circle: str, data: bytes, name: str, *, pieces: int = 2) -> str:
    """An upload in pieces; the file's id."""
    said = base64.b64encode(name.encode()).decode()
    tus = {"Tus-Resumable": "1.0.0"}
    begun = {**tus, "Upload-Length": str(len(data)), "Upload-Metadata": f"filename {said}", "Idempotency-Key": str(uuid.uuid4())}
    answer = person.call("POST", f"circles/{circle}/media?resumable", headers=begun)
    assert answer.status == 201, answer.raw
    medium, step = str(answer.body["id"]), -(-len(data) // pieces)
    for start in range(0, len(data), step):
        headers = {**tus, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
        sent = person.call("PATCH", f"circles/{circle}/media/{medium}", data=data[start : start + step], headers=headers)
        assert sent.status == 204, sent.raw
    return medium


def settled(person: Person, circle: str, medium: str) -> Any:
    """The file once it is ready or refused."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        found = person.get(f"circles/{circle}/media/{medium}").body
        if found["state"] in {"ready", "refused"}:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
