"""What `make run` says on a machine that lacks something: one sentence with the package's name."""
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.service import ROOT

TOOLS = ("bash", "dirname", "id")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout of the script alone, and a `bin` folder with next to nothing in it."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup", tmp_path / "scripts" / "setup")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def set_up(checkout: Path, what: str) -> subprocess.CompletedProcess[str]:
    """The script with nothing but `bin` to find programs in."""
    command = [str(checkout / "bin" / "bash"), str(checkout / "scripts" / "setup"), what]
    return subprocess.run(command, env={"PATH": str(checkout / "bin")}, capture_output=True, text=True)


def pretend_python(checkout: Path, code: str) -> None:
    """A `python3` that answers every question with a line of shell."""
    python = checkout / "bin" / "python3"
    python.write_text(f"#!{checkout / 'bin' / 'bash'}\n{code}\n")
    python.chmod(0o755)


@pytest.mark.parametrize("code", [None, "exit 1"])
def test_python_that_is_missing_or_too_old_is_named(checkout: Path, code: str | None) -> None:
    if code:
        pretend_python(checkout, code)
    said = set_up(checkout, "runtime")
    assert said.returncode == 1
    assert said.stderr == (
        "Python 3.11 or later is missing: install the package python3 of Debian 12 or later "
        "(sudo apt-get install python3 python3-venv).\n"
    )


def test_a_missing_venv_module_is_named(checkout: Path) -> None:
    pretend_python(checkout, '[[ "$2" != *ensurepip* ]]')
    said = set_up(checkout, "runtime")
    assert said.returncode == 1
    assert said.stderr == "Python's venv module is missing: install the package python3-venv (sudo apt-get install python3-venv).\n"


def test_a_missing_browser_is_named_to_an_ordinary_user(checkout: Path) -> None:
    (checkout / "bin" / "id").unlink()
    (checkout / "bin" / "id").write_text(f"#!{checkout / 'bin' / 'bash'}\necho 1000\n")
    (checkout / "bin" / "id").chmod(0o755)
    said = set_up(checkout, "servers")
    assert said.returncode == 1
    assert said.stderr == "The browser for the tests is missing: install the package chromium (sudo apt-get install chromium).\n"
