"""Which processes run and how many of each: a Procfile's types, and a formation such as `web=2,worker=2`."""
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from .procfile import BadProcfile

LISTEN = "CERCLE_LISTEN_PORT"  # where a web process answers that has a proxy before it

_COUNT = re.compile(r"(?P<name>[a-z][a-z0-9_-]*)=(?P<count>[0-9]{1,2})")
_ALONE = "hospital"  # listens at one port, at which hospitals call


@dataclass(frozen=True)
class Part:
    """One process to supervise. `name` is that of its pid file, `port` where it listens if that is its own,
    `user` as whom it runs, if not as we do. A server is what the others rest on: started before them, ended after them, told no secrets.
    """

    name: str
    command: list[str]
    port: int | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    is_server: bool = False


def read_formation(text: str, types: Container[str]) -> dict[str, int]:
    """Process type -> how many of it, for each that is named. Raises `BadProcfile` with a sentence."""
    counts = {}
    for word in filter(None, (word.strip() for word in text.split(","))):
        found = _COUNT.fullmatch(word)
        if found is None or found["name"] not in types:
            raise BadProcfile(f"The formation says {word!r}, which is not `type=number` with a type of the Procfile.")
        counts[found["name"]] = int(found["count"])
    if counts.get(_ALONE, 0) > 1:
        raise BadProcfile(f"One process {_ALONE} runs on a machine: it listens at one port.")
    return counts


def parts_of(commands: Mapping[str, list[str]], counts: Mapping[str, int], port: int, *, is_proxied: bool = False) -> list[Part]:
    """A part for each process, one of each type that is not counted: `worker`, or `worker.1`, `worker.2` where there are more.

    Several web processes, or one behind a proxy of ours, listen at the ports after `port`, which is the proxy's.
    """
    parts = []
    for name, command in commands.items():
        count = counts.get(name, 1)
        for number in range(1, count + 1):
            own = port + number if name == "web" and (is_proxied or count > 1) else None
            label = name if count == 1 else f"{name}.{number}"
            parts.append(Part(label, command, own, {LISTEN: str(own)} if own else {}))
    return parts
