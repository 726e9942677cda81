"""What comes in: no plain byte of a large body in any file, no body without end, and JSON no larger than it may be."""
import hashlib
import json
import os
import socket

import pytest

from foundation import ids
from tests.media.serving import Served, served, until

WORD = b"Marguerite-Durand-1931"
SIZE = 20 * 1024 * 1024


def test_during_a_large_upload_no_file_of_the_process_holds_a_plain_byte(web: Served) -> None:
    boundary, filling = ids.new().hex.encode(), (WORD * (SIZE // len(WORD) + 1))[:SIZE]
    head = b'--%b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n' % boundary
    body = head + filling + b"\r\n--%b--\r\n" % boundary
    line = web.line()
    line.putrequest("POST", "/tests/form")
    line.putheader("Content-Type", "multipart/form-data; boundary=" + boundary.decode())
    line.putheader("Content-Length", str(len(body)))
    line.endheaders()

    line.send(body[: SIZE // 2])  # the server's own spool
    until(lambda: any(len(content) > SIZE // 2 - (1 << 20) for content in web.open_contents()))
    during = web.open_contents() + web.named_files()
    line.send(body[SIZE // 2 :])
    until((web.data / "came").exists)  # Django's spool of the form's file, while the view is busy with it
    after = web.open_contents() + web.named_files()
    (web.data / "go").touch()
    told = json.loads(line.getresponse().read())
    line.close()

    assert told == {"digest": hashlib.sha256(filling).hexdigest(), "bytes": SIZE, "name": "a.bin"}
    assert sum(len(content) > SIZE - (1 << 20) for content in after) >= 1
    assert not any(WORD[:8] in content for content in during + after)
    until(lambda: not any(len(content) > 1 << 20 for content in web.open_contents()))  # and afterwards there is nothing at all


def test_a_body_that_is_announced_too_long_is_refused_before_it_comes(web: Served) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=30) as line:
        line.sendall(b"POST /api/v1/circles HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n{")
        answer = line.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer
    assert b"http.too_large" in answer


def test_whoever_goes_on_sending_can_still_read_the_refusal(web: Served) -> None:
    status, headers, body = web.get("/tests/keep", "POST", bytes(40 * 1024 * 1024))
    assert (status, json.loads(body)["code"]) == (413, "http.too_large")
    assert headers["connection"] == "close"
    assert web.get("/healthz")[0] == 200


def test_chunks_without_end_are_refused_when_they_are_too_much_and_kept_nowhere(web: Served) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=30) as line:
        line.sendall(b"POST /tests/keep HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        piece = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
        for _ in range(34):
            line.sendall(piece)
        assert line.recv(65536).startswith(b"HTTP/1.1 413 ")
        assert not any(len(content) > 1 << 20 for content in web.open_contents())


def test_a_chunked_body_of_a_fair_size_comes_whole(web: Served) -> None:
    pieces = [os.urandom(300_000) for _ in range(5)]
    line = web.line()
    line.request("POST", "/tests/keep", iter(pieces), {"Transfer-Encoding": "chunked"}, encode_chunked=True)
    told = json.loads(line.getresponse().read())
    line.close()
    assert told["bytes"] == 1_500_000
    assert web.get(f"/tests/kept/{told['id']}")[2] == b"".join(pieces)


@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "in chunks"])
def test_json_stays_as_small_as_it_was(web: Served, chunked: bool) -> None:
    for filling, expected in ((400_000, 200), (600_000, 413)):
        body = json.dumps({"text": "a" * filling}).encode()
        line = web.line()
        headers = {"Content-Type": "application/json"} | ({"Transfer-Encoding": "chunked"} if chunked else {})
        line.request("POST", "/tests/json", iter([body]) if chunked else body, headers, encode_chunked=chunked)
        answer = line.getresponse()
        assert answer.status == expected
        answer.read()
        line.close()


def test_a_reset_in_the_middle_of_a_body_leaves_nothing_open(web: Served) -> None:
    line = socket.create_connection(("127.0.0.1", web.port), timeout=30)
    line.sendall(b"POST /tests/keep HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n" + bytes(5_000_000))
    until(lambda: any(len(content) > 4_000_000 for content in web.open_contents()))
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    line.close()
    until(lambda: not any(len(content) > 1 << 20 for content in web.open_contents()))


def test_under_daphne_alone_bodies_and_files_work(place: dict[str, str]) -> None:
    """What Daphne itself does with a body is its own (docs/operating.md)."""
    with served(place, command=("-m", "daphne", "tests.media.served:application", "-p")) as web:
        plain = os.urandom(3_000_000)
        told = json.loads(web.get("/tests/keep", "POST", plain)[2])
        assert told["bytes"] == len(plain)
        assert web.get(f"/tests/kept/{told['id']}")[2] == plain
        assert web.get(f"/tests/kept/{told['id']}", Range="bytes=100-199")[2] == plain[100:200]
