"""The virus scanner: what it clears, finds, can't take; and that its silence clears nothing."""
import shutil
import subprocess
from pathlib import Path

import pytest
from pytest_django import Settings

from media.errors import Refused, ScannerDown
from media.scanning import scan
from tests.media.clamd import VIRUS, clamd
from tests.platform.supervised import until
from tests.service import free_port


def test_a_clean_file_passes_whatever_its_pieces(settings: Settings) -> None:
    with clamd() as settings.CLAMD:
        scan([])
        scan([b"a" * 200_000, b"", b"b"])


def test_what_it_finds_is_refused_also_across_pieces(settings: Settings) -> None:
    with clamd() as settings.CLAMD, pytest.raises(Refused, match=r"media\.infected"):
        scan([b"x" * 99, VIRUS[:30], VIRUS[30:]])


def test_what_is_too_large_for_it_is_refused(settings: Settings) -> None:
    with clamd(most=100_000) as settings.CLAMD, pytest.raises(Refused, match=r"media\.not_scanned"):
        scan([b"x" * 60_000] * 50)


@pytest.mark.parametrize("answer", [b"", b"stream: No such file or directory. ERROR\0", b"HTTP/1.1 200 OK\r\n\r\n", b"OK\0", b"stream: O"])
@pytest.mark.parametrize("pieces", [1, 100])
def test_whatever_else_it_says_decides_nothing_and_the_file_waits(settings: Settings, answer: bytes, pieces: int) -> None:
    """Also a scanner that goes down in the middle of a large file."""
    with clamd(answer=answer) as settings.CLAMD, pytest.raises(ScannerDown):
        scan([b"x" * 60_000] * pieces)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "unix:/nowhere/clamd.ctl", "nonsense", "host:name"])
def test_where_nobody_answers_the_file_waits(settings: Settings, address: str) -> None:
    settings.CLAMD = address
    with pytest.raises(ScannerDown):
        scan([b"x"])


@pytest.mark.skipif(not shutil.which("clamd"), reason="clamd is not installed here (Debian's clamav-daemon)")
def test_the_real_one_says_the_same(settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "virus.ndb").write_text(f"Eicar-Test:0:0:{VIRUS.hex()}\n")
    (tmp_path / "clamd.conf").write_text(
        f"DatabaseDirectory {tmp_path}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nForeground yes\nStreamMaxLength 1M\n"
    )
    command = ["clamd", "--config-file", str(tmp_path / "clamd.conf")]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        settings.CLAMD = f"127.0.0.1:{port}"

        def answers() -> bool:
            try:
                scan([b"clean"])
            except ScannerDown:
                return False
            return True

        until(answers, "clamd")
        with pytest.raises(Refused, match=r"media\.infected"):
            scan([VIRUS])
        with pytest.raises(Refused, match=r"media\.not_scanned"):
            scan([b"x" * 60_000] * 50)
    finally:
        server.kill()
        server.wait()
