"""What clients sent, were answered and saw, as JSON lines: all that the checker gets to read.

Each line has `e` (what happened) and `t` (seconds of the run's own clock). `o` is a person, `c` a circle, `s` a socket. In order:

| `e` | other fields |
|---|---|
| `seat` | `o`, `c`, `role`: inside from the beginning, with the whole history, and never put out |
| `admit`, `admitted` | `id` and `o`, `c`, `role`, `history` when it is asked; `id`, `member` when it was answered |
| `revoke`, `revoked` | `id`: the same end of a stay, asked and answered |
| `post` | `word`, `key`, `o`, `c`, `audience`: sent for the first time |
| `answer`, `info` | `word`, and `status`, `id`; or nothing is known of what became of that attempt |
| `watch` | `o`, `s`, `c`, `after`: answered, and from now on numbers above `after` are to come |
| `items` | `o`, `s`, `c`, `after`, `to`, `items` [[seq, kind, subject, word]], `words`: all canary words in the frame's bytes |
| `changes` | the same without `s` and with `began`, by HTTP |
| `saw` | `o`, `words`, `began`?: in the bytes of any other frame or answer |
| `door` | `o`, `c`, `began`, `status`: somebody asked for a page of a circle |
| `nemesis` | `what` was done to the service, to `whom`, for `seconds` |
| `whole` | `o`, `c`, `head`: at the end this person's sockets have had every number up to `head` |
| `end` | `o`, `c`, `posts` [[seq, id, word]]: what `GET posts` gives at the end, oldest first |
"""
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

_WORD = re.compile(rb"canari[0-9a-f]{12}")
Line = dict[str, Any]


def fresh_word() -> str:
    """A word that is in one post and nowhere else."""
    return f"canari{uuid4().hex[:12]}"


def words_in(raw: bytes | str) -> list[str]:
    """Every such word in some bytes."""
    return [found.decode() for found in dict.fromkeys(_WORD.findall(raw.encode() if isinstance(raw, str) else raw))]


class History:
    """The file, which is written as things happen, so that a run that dies leaves what it saw."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", buffering=1 << 16)
        self._began = time.monotonic()

    def now(self) -> float:
        """Seconds since the run began."""
        return round(time.monotonic() - self._began, 4)

    def note(self, event: str, **fields: Any) -> None:
        """One line."""
        self._file.write(json.dumps({"e": event, "t": self.now(), **fields}, separators=(",", ":")) + "\n")

    def close(self) -> None:
        """Nothing more comes."""
        self._file.close()


def lines_of(path: Path) -> Iterator[Line]:
    """What was written, in order."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
