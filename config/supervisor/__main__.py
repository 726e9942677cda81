"""`python -m config.supervisor`: what `make run` becomes."""
import argparse
import os
import signal
import sys
from pathlib import Path

from .children import die_with_parent
from .folder import Refused, RunFolder
from .formation import parts_of, read_formation
from .procfile import BadProcfile, read_procfile
from .watch import PREPARE, Watch

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Returns the exit code: 0 after an ordered stop, 1 with one sentence on standard error when the start is refused."""
    parser = argparse.ArgumentParser(prog="config.supervisor", description="Start what the Procfile names and keep it running.")
    parser.add_argument("--procfile", type=Path, default=ROOT / "Procfile")
    parser.add_argument("--unprepared", action="store_true", help="leave out keys, migrations and demo data")
    parser.add_argument("--formation", default="", help="how many of a type run, e.g. web=2,worker=2; else one of each")
    parser.add_argument("--end-with-parent", action="store_true", help="stop when the process that started this one ends")
    options = parser.parse_args()
    os.umask(0o077)  # whatever the service stores is for its own user alone
    if options.end_with_parent:
        die_with_parent(signal.SIGTERM, os.getppid())
    try:
        folder = RunFolder(Path(os.environ.get("CERCLE_DATA") or ROOT / "var").resolve())
        commands, port = read_procfile(options.procfile), read_port()
        parts = parts_of(commands, read_formation(options.formation, commands), port)
        folder.take_over()
        return Watch(ROOT, folder, port, parts).run(*([] if options.unprepared else [PREPARE]))
    except (BadProcfile, Refused) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def read_port() -> int:
    """What PORT says. Raises `Refused` where that is no port."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refused(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
