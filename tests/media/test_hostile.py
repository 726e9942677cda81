"""Hostile files: each is refused with a code, none reaches out, none takes more memory than is its due; and the walls stand."""
import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from foundation.errors import CercleError
from media import processing
from media.enums import MediaKind
from media.errors import SENTENCES, DecoderDied, Refused
from media.processing import process
from media.sandbox import bounds
from media.sandbox.child_process import Child, WallsMissing
from media.sandbox.readers import Family
from media.sniffing import HEAD_BYTES, recognised
from tests.media.corpus import photo
from tests.media.hostile import ADDRESS, HOSTILE, fuzz

_ROOT = Path(__file__).resolve().parents[2]


def judged(data: bytes) -> str:
    """The code by which a file is refused, "taken", or "died" where its decoder did."""
    try:
        found = recognised(data[:HEAD_BYTES], size=len(data))
        process(found.kind, found.media_type, [data])
    except (CercleError, Refused) as refusal:
        return refusal.code
    except DecoderDied:
        return "died"
    return "taken"


def test_each_is_refused_with_a_code_and_none_reaches_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(2) as hands:
        listener.setblocking(False)
        address = b"127.0.0.1:%05d" % listener.getsockname()[1]
        made = {name: make() for name, make in HOSTILE.items()}
        codes = dict(zip(made, hands.map(judged, (data.replace(ADDRESS, address) for data, _ in made.values())), strict=True))
        with pytest.raises(BlockingIOError):  # nobody has knocked
            listener.accept()
    assert {name: code for name, code in codes.items() if code not in made[name][1]} == {}
    assert {code for code in codes.values() if code not in SENTENCES} == {"media.empty", "media.unsupported_type"}


def test_good_files_that_were_spoiled_are_refused_or_taken_and_no_decoder_dies() -> None:
    spoiled = fuzz()
    with ThreadPoolExecutor(2) as hands:
        codes = dict(zip((name for name, _ in spoiled), hands.map(judged, (data for _, data in spoiled)), strict=True))
    assert {name: code for name, code in codes.items() if code not in SENTENCES and code not in {"taken", "media.unsupported_type"}} == {}


_WEIGH = """
import os, sys
sys.path.insert(0, os.getcwd())
from media.sandbox.child_process import Child, WallsMissing
from media.sandbox.readers import family_of
child = Child(family_of(sys.argv[1]))
print(child.ask(sys.argv[1], iter(lambda: sys.stdin.buffer.read(1 << 20), b"")).code)
print(os.wait4(child.pid, 0)[2].ru_maxrss // 1024, flush=True)
os._exit(0)
"""


def weight(media_type: str, data: bytes) -> tuple[str, int]:
    """The code by which a child refuses a file, and the most memory in MiB that it held, as the kernel counted it.

    Asked by a small process of its own, because a child begins with its parent's figure.
    """
    done = subprocess.run([sys.executable, "-c", _WEIGH, media_type], input=data, capture_output=True, cwd=_ROOT, env={}, check=True)
    code, weight = done.stdout.decode().split("\n", 1)
    return code, int(weight)


@pytest.mark.parametrize(
    ("media_type", "name"),
    [("image/png", "a small PNG of 179 million pixels"), ("image/png", "a PNG with a text of 200 MB packed"),
     ("audio/mpeg", "two hours of silence"), ("application/pdf", "a PDF of 200,000 objects")],
)  # fmt: skip
def test_none_takes_more_than_half_a_gigabyte(media_type: str, name: str) -> None:
    data, codes = HOSTILE[name]()
    code, weighs = weight(media_type, data)
    assert code in codes
    assert 10 < weighs < 512


_ESCAPE = """
import errno, os, socket, subprocess, sys, ctypes, mmap
sys.path.insert(0, sys.argv[1])
from media.sandbox import closing
closing.leave_network()
walls = closing.shut_in(os.getppid())
libc = ctypes.CDLL(None, use_errno=True)
def tried(name, call):
    try:
        call()
    except (OSError, ValueError, MemoryError) as error:
        os.write(1, f"{name} {type(error).__name__} {getattr(error, 'errno', None)}\\n".encode())
    else:
        os.write(1, f"{name} ESCAPED\\n".encode())
tried("socket", lambda: socket.socket())
tried("open", lambda: os.open("/etc/passwd", os.O_RDONLY))
tried("create", lambda: os.open("/tmp/escaped", os.O_CREAT | os.O_WRONLY))
tried("list", lambda: os.listdir("/"))
tried("exec", lambda: os.execv("/bin/true", ["true"]))
tried("fork", os.fork)
tried("kill", lambda: os.kill(os.getppid(), 0))
tried("memfd", lambda: os.memfd_create("x"))
tried("code", lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC))
tried("memory", lambda: bytearray(600 * 1024 * 1024))
os.write(1, repr(sorted(walls.items())).encode())
os._exit(0)
"""


def test_whoever_took_a_decoder_over_could_do_nothing_with_it() -> None:
    command = [sys.executable, "-I", "-c", _ESCAPE, str(_ROOT)]
    said = subprocess.run(command, capture_output=True, env={}, cwd="/", check=True).stdout.decode().splitlines()
    refused = {"socket", "open", "create", "list", "exec", "fork", "kill", "memfd", "code"}
    assert set(said[:-1]) == {f"{name} PermissionError 1" for name in refused} | {"memory MemoryError None"}
    assert "('alone', True)" in said[-1]
    assert "('bounded', True)" in said[-1]
    assert "('powerless', True)" in said[-1]


def test_a_child_says_which_walls_stand_before_it_gets_a_byte() -> None:
    child = Child(Family.OFFICES)
    try:
        answer = child.ask("text/plain", [b"text"])
    finally:
        child.end()
    assert json.loads(answer.facts) == {"media_type": "text/plain"}
    walls = answer.walls
    assert (walls["alone"], walls["bounded"], walls["powerless"]) == (True, True, True)


class OpenChild(Child):
    """A child on a machine that puts no filter around it."""

    given = 0

    def _walls(self, deadline: float) -> dict[str, bool]:
        return {**super()._walls(deadline), "alone": False}

    def _give(self, piece: bytes, deadline: float) -> None:
        OpenChild.given += 1
        super()._give(piece, deadline)


def test_in_production_a_child_that_is_not_shut_in_gets_no_byte(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "Child", OpenChild)
    settings.PRODUCTION = True
    with pytest.raises(WallsMissing):
        process(MediaKind.DOCUMENT, "text/plain", [b"text"])
    assert OpenChild.given == 0
    settings.PRODUCTION = False
    assert process(MediaKind.DOCUMENT, "text/plain", [b"text"]).media_type == "text/plain"
    assert OpenChild.given > 0


def test_bounds_leave_room_for_a_large_honest_photo() -> None:
    large = photo((7300, 5470), orientation=6)
    assert bounds.PIXELS > 7300 * 5470
    code, weighs = weight("image/jpeg", large)
    assert code == ""
    assert 10 < weighs < 512
