"""Who may use whom, and where each module has its place in its room: the contracts of pyproject.toml, run as a test."""
import subprocess
import sys
from pathlib import Path

from tests.service import ROOT


def test_every_import_keeps_the_storeys_and_the_order_of_its_room() -> None:
    done = subprocess.run([str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
