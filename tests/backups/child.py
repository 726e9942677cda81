"""`python -m tests.backups.child STEPS`: management commands one after the other in one process, with what a test does to them.

Steps are JSON lists; each prints one JSON line: what the command said, and the sentence with which it refused.

    ["call", NAME, ARGUMENT …]                a management command
    ["altered", HOW, PATH, NAME, ARGUMENT …]  the same, PATH meanwhile `cut`, `flipped`, `removed` or a `[old, new]` text replaced
    ["kill", MODULE, FUNCTION, NUMBER]        from now on the NUMBERth call of this function is the process's last: SIGKILL
    ["ask", TOKEN, METHOD, PATH, BODY]        one request of somebody signed in by an app
    ["upload", TOKEN, PATH, FILE]             one file
    ["tables"]                                all tables as the models say, in a tenth of the time that migrations take
"""
import importlib
import io
import json
import os
import signal
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.core.management import CommandError, call_command


def main() -> None:
    """All of them in order."""
    django.setup()
    for step, *rest in json.loads(sys.argv[1]):
        print(json.dumps(_STEPS[step](*rest)), flush=True)


def _call(*command: str) -> dict[str, str]:
    out, refusal = io.StringIO(), ""
    try:
        call_command(*command, stdout=out)
    except CommandError as error:
        refusal = str(error)
    return {"said": out.getvalue(), "refusal": refusal}


def _altered(how: Any, path: str, *command: str) -> dict[str, str]:
    with _changed(how, Path(path)):
        return _call(*command)


@contextmanager
def _changed(how: Any, path: Path) -> Iterator[None]:
    before = path.read_bytes()
    try:
        if how == "removed":
            path.unlink()
        elif how == "cut":
            path.write_bytes(before[:-100])
        elif how == "flipped":
            path.write_bytes(before[:-50] + bytes([before[-50] ^ 1]) + before[-49:])
        else:
            old, new = (text.encode() for text in how)
            assert old in before, how
            path.write_bytes(before.replace(old, new, 1))
        yield
    finally:
        path.write_bytes(before)


def _kill(module: str, function: str, number: int) -> dict[str, str]:
    place: Any = importlib.import_module(module)
    *names, last = function.split(".")
    for name in names:
        place = getattr(place, name)
    real: Callable[..., Any] = getattr(place, last)
    calls = 0

    def deadly(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **named)

    setattr(place, last, deadly)
    return {}


def _ask(token: str, method: str, path: str, body: Any) -> dict[str, Any]:
    return _answer(token, lambda client, **more: client.generic(method, path, json.dumps(body), content_type="application/json", **more))


def _upload(token: str, path: str, file: str) -> dict[str, Any]:
    with Path(file).open("rb") as opened:
        return _answer(token, lambda client, **more: client.post(path, {"file": opened}, **more))


def _answer(token: str, ask: Callable[..., Any]) -> dict[str, Any]:
    from django.test import Client

    answer = ask(Client(SERVER_NAME="localhost"), headers={"X-Session-Token": token, "Idempotency-Key": str(uuid.uuid4())} if token else {})
    return {"status": answer.status_code, "body": json.loads(answer.content or b"null")}


def _tables() -> dict[str, Any]:
    from django.conf import settings
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    settings.MIGRATION_MODULES = dict.fromkeys({app for app, _ in loader.disk_migrations})
    for alias in connections:
        call_command("migrate", database=alias, run_syncdb=True, interactive=False, verbosity=0)
        recorder = MigrationRecorder(connections[alias])
        recorder.ensure_schema()
        for app, name in loader.disk_migrations:
            recorder.record_applied(app, name)
    settings.MIGRATION_MODULES = {}
    return {}


_STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "call": _call, "altered": _altered, "kill": _kill, "ask": _ask, "upload": _upload, "tables": _tables,
}  # fmt: skip

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    main()
