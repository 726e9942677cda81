"""The S3 store among strangers' objects, and before a service that lets nobody in."""
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from pytest_django import Settings

from foundation import ids
from media.files import store
from media.stores import Store
from tests.media.kept import BUCKET, own_s3, use_s3

NAME = ids.new().hex


class Closed(BaseHTTPRequestHandler):
    """Says 403 to everything."""

    def _refuse(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _refuse  # noqa: N815  -- the names that http.server wants

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def closed() -> Iterator[str]:
    """The address of a service that refuses."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Closed) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_other_objects_under_the_prefix_are_none_of_ours(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with own_s3() as address:
        use_s3(settings, monkeypatch, address)
        there = store()
        there.put(NAME, [b"ours"])
        bucket = boto3.client("s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        prefix = settings.MEDIA_STORE.rpartition("/")[2]
        for other in ("lifecycle.txt", f"older/{NAME}"):
            bucket.put_object(Bucket=BUCKET, Key=f"{prefix}/{other}", Body=b"somebody's")
        assert [name for name, _ in there.names()] == [NAME]


@pytest.mark.parametrize(
    "call",
    [
        lambda there: there.put(NAME, [b"x"]),
        lambda there: there.size(NAME),
        lambda there: there.read(NAME, 0, 1),
        lambda there: there.delete(NAME),
        lambda there: list(there.names()),
    ],
)
def test_a_service_that_refuses_is_an_error_of_the_disk_s_kind(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, call: Callable[[Store], object]
) -> None:
    with closed() as address:
        use_s3(settings, monkeypatch, address)
        with pytest.raises(OSError, match="Error"):
            call(store())
