"""What goes out: sealed files as they were, paced by their readers, never longer in memory than a piece, and cut rather than wrong."""
import json
import os
import socket
import time
from contextlib import ExitStack
from http.client import IncompleteRead
from pathlib import Path

import pytest

from tests.media.serving import Served, until

MIB = 1 << 20


def kept(web: Served, plain: bytes) -> str:
    """The path of a sealed file."""
    return f"/tests/kept/{json.loads(web.get('/tests/keep', 'POST', plain)[2])['id']}"


def at_rest(web: Served, path: str) -> Path:
    """Where its bytes lie."""
    name = path.rpartition("/")[2].replace("-", "")
    return web.data / "media" / name[:2] / name


def test_a_sealed_file_comes_whole_and_by_range(web: Served) -> None:
    plain = os.urandom(20 * MIB + 77)
    path = kept(web, plain)
    assert plain[:64] not in at_rest(web, path).read_bytes()
    status, headers, body = web.get(path)
    assert (status, headers["content-length"]) == (200, str(len(plain)))
    assert body == plain
    status, headers, body = web.get(path, Range="bytes=5000000-5199999")
    assert (status, headers["content-range"]) == (206, f"bytes 5000000-5199999/{len(plain)}")
    assert body == plain[5_000_000:5_200_000]
    status, headers, body = web.get(path, "HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(plain)), b"")


def test_one_connection_carries_several_files(web: Served) -> None:
    paths = {kept(web, plain): plain for plain in (os.urandom(MIB), b"", os.urandom(70_000))}
    line = web.line()
    for path, plain in paths.items():
        line.request("GET", path)
        assert line.getresponse().read() == plain
    line.close()


def test_memory_does_not_grow_for_a_reader_who_does_not_read(web: Served) -> None:
    path = kept(web, bytes(30 * MIB))
    web.get(path)  # what the first answer of its kind needs stays
    before = web.memory()
    with ExitStack() as held:
        lines = [held.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=60)) for _ in range(8)]
        for line in lines:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        heads = [line.recv(1024) for line in lines]
        assert all(head.startswith(b"HTTP/1.1 200") for head in heads)
        highest = 0
        for _ in range(20):
            time.sleep(0.05)
            highest = max(highest, web.memory())
        assert highest - before < 8 * 6 * MIB  # of 240 MiB that they asked for
        for line, head in zip(lines, heads, strict=True):  # and each gets all of it once it reads
            body = len(head.partition(b"\r\n\r\n")[2])
            while piece := line.recv(min(MIB, 30 * MIB - body)):
                body += len(piece)
            assert body == 30 * MIB


def test_when_a_reader_hangs_up_nothing_more_is_made(web: Served) -> None:
    line = web.line()
    line.request("GET", "/tests/counting")
    with line.getresponse() as answer:
        assert len(answer.read(MIB)) == MIB
    line.close()
    until((web.data / "closed").exists)
    until(lambda: (web.data / "closed").read_text() != "")
    assert int((web.data / "closed").read_text()) < 64 * MIB  # of a gigabyte


def test_what_was_tampered_with_is_cut_off_before_the_first_wrong_byte(web: Served) -> None:
    plain = os.urandom(4 * MIB)
    path = kept(web, plain)
    resting = at_rest(web, path)
    with resting.open("r+b") as file:
        file.seek(3 * MIB)
        file.write(b"\x00\x01\x02\x03")
    line = web.line()
    line.request("GET", path)
    with line.getresponse() as answer, pytest.raises((IncompleteRead, ConnectionResetError)) as cut:
        answer.read()
    line.close()
    if isinstance(cut.value, IncompleteRead):
        assert plain.startswith(cut.value.partial)
    assert web.get(path, Range="bytes=0-99")[2] == plain[:100]  # chunks that are whole still open
    with resting.open("r+b") as file:
        file.write(b"\x00")
    status, headers, body = web.get(path)
    assert (status, headers["content-type"], json.loads(body)["code"]) == (500, "application/problem+json", "media.lost")


def test_an_answer_that_fails_in_the_middle_does_not_pass_for_whole(web: Served) -> None:
    line = web.line()
    line.request("GET", "/tests/breaking")
    with line.getresponse() as answer, pytest.raises((IncompleteRead, ConnectionResetError)):
        answer.read()
    line.close()
    assert web.get("/healthz")[0] == 200
