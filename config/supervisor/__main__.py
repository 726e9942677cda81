"""`python -m config.supervisor`: what `make run` becomes."""
import argparse
import os
import signal
import sys
from pathlib import Path

from .children import die_with_parent
from .folder import Refused, RunFolder
from .procfile import BadProcfile, read_procfile
from .watch import supervise

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Returns the exit code: 0 after an ordered stop, 1 with one sentence on standard error when the start is refused."""
    parser = argparse.ArgumentParser(prog="config.supervisor", description="Start what the Procfile names and keep it running.")
    parser.add_argument("--procfile", type=Path, default=ROOT / "Procfile")
    parser.add_argument("--unprepared", action="store_true", help="leave out keys, migrations and demo data")
    parser.add_argument("--end-with-parent", action="store_true", help="stop when the process that started this one ends")
    options = parser.parse_args()
    os.umask(0o077)  # whatever the service stores is for its own user alone
    if options.end_with_parent:
        die_with_parent(signal.SIGTERM, os.getppid())
    try:
        folder = RunFolder(Path(os.environ.get("CERCLE_DATA") or ROOT / "var").resolve())
        return supervise(ROOT, folder, _port(), read_procfile(options.procfile), prepare=not options.unprepared)
    except (BadProcfile, Refused) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refused(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
