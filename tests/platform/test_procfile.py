"""The Procfile: what it may say, and that ours says what the documents say."""
import re
from pathlib import Path

import pytest

from config.supervisor.procfile import BadProcfile, read_procfile
from tests.service import ROOT


def test_comments_and_blank_lines_are_no_processes(tmp_path: Path) -> None:
    file = tmp_path / "Procfile"
    file.write_text("# the first\n\nweb: python -c 'print(1)'\n")
    assert read_procfile(file) == {"web": ["python", "-c", "print(1)"]}


@pytest.mark.parametrize("text", ["web", "web:", "Web: x", "../web: x", "web: a\nweb: b"])
def test_a_line_that_is_no_process_is_refused_by_its_number(tmp_path: Path, text: str) -> None:
    file = tmp_path / "Procfile"
    file.write_text(text)
    with pytest.raises(BadProcfile, match=re.escape(f"of {file} is not")):
        read_procfile(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadProcfile, match="There is no"):
        read_procfile(tmp_path / "Procfile")


def test_ours_starts_a_web_server_and_its_workers() -> None:
    assert list(read_procfile(ROOT / "Procfile")) == ["web", "worker", "media", "alerts", "hospital", "care"]
