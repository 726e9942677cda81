"""Reads a Procfile: one process type a line, `name: command`."""
import re
import shlex
from pathlib import Path

_LINE = re.compile(r"(?P<name>[a-z][a-z0-9_-]*):\s*(?P<command>\S.*)")


class BadProcfile(Exception):
    """The Procfile has a line that is no process type; the message is a sentence for the person at the terminal."""


def read_procfile(path: Path) -> dict[str, list[str]]:
    """Process name -> argument list, in the order of the file. Commands run without a shell, so a pid is the process's own."""
    if not path.is_file():
        raise BadProcfile(f"There is no {path} that says what to start.")
    commands: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or found["name"] in commands:
            raise BadProcfile(f"Line {number} of {path} is not `name: command` with a name of its own.")
        commands[found["name"]] = shlex.split(found["command"])
    return commands
