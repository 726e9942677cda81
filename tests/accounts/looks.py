"""What somebody outside sees of an answer, and what work stood behind it: for comparing "there is one" with "there is none"."""
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connections

from people.accounts.hashers import Argon2

_SECRETS = (
    r'(?<=name="csrfmiddlewaretoken" value=")[^"]+', r'(?<=name="csrf-token" content=")[^"]+', r'(?<="session_token": ")[^"]+',
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", r'(?<=name="state" value=")[^"]+',
)  # fmt: skip


def masked(text: str, *typed: str) -> str:
    """Without what is random in every answer, and without what the caller typed; letter for letter, so that sizes stay."""
    for pattern in _SECRETS:
        text = re.sub(pattern, lambda found: "×" * len(found.group()), text)
    for words in typed:
        text = text.replace(words, "×" * len(words))
    return text


def seen(answer: Any, *typed: str) -> dict[str, Any]:
    """Status, headers, cookies by name, length and life, and the body, byte for byte but for masked tokens."""
    headers = {name: masked(value, *typed) for name, value in answer.headers.items() if name != "Expires"}  # the present second
    cookies = {name: (len(one.value), one["max-age"], one["path"]) for name, one in answer.cookies.items() if name != "messages"}
    return {"status": answer.status_code, "headers": headers, "cookies": cookies, "body": masked(answer.content.decode(), *typed)}


@dataclass
class Work:
    """How often a password was hashed or compared, and which statements ran, without their values."""

    hashes: int = 0
    statements: list[str] = field(default_factory=list)

    def kinds(self) -> dict[str, int]:
        """How many statements of each kind ran."""
        verbs = [statement.split(" ", 1)[0] for statement in self.statements]
        return {verb: verbs.count(verb) for verb in ("SELECT", "INSERT", "UPDATE", "DELETE")}


@contextmanager
def watched(patch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Counts the real hasher's runs and the real statements inside."""
    work = Work()

    def counting(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            work.hashes += 1
            return real(*args, **named)

        return run

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        work.statements.append(sql)
        return execute(sql, params, many, context)

    with patch.context() as patched, connections["default"].execute_wrapper(note):
        patched.setattr(Argon2, "encode", counting(Argon2.encode))
        patched.setattr(Argon2, "verify", counting(Argon2.verify))
        yield work
