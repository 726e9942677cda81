"""Stores for tests: the folder and an S3 service of the tests' own, and bytes at rest that a thief changes."""
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from foundation import ids
from foundation.vault import seal
from media.files import store
from media.models import Blob
from media.stores import Store

BUCKET = "cercle-tests"


@contextmanager
def own_s3() -> Iterator[str]:
    """The address of an empty S3 service with one bucket."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    try:
        boto3.client(
            "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        ).create_bucket(Bucket=BUCKET)
        yield address
    finally:
        server.stop()


def use_folder(settings: Settings, folder: Path) -> None:
    """Media rest in this folder."""
    settings.MEDIA_STORE, settings.DATA = "", folder


def use_s3(settings: Settings, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Media rest in the service at this address, under a prefix of this test's own."""
    for name, value in {
        "AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    settings.MEDIA_STORE = f"s3://{BUCKET}/{ids.new().hex}"


class Watched:
    """A store that counts what is read from it."""

    def __init__(self, inner: Store) -> None:
        self.inner, self.bytes_read = inner, 0

    def read(self, name: str, start: int, length: int) -> bytes:
        """Counted."""
        got = self.inner.read(name, start, length)
        self.bytes_read += len(got)
        return got

    def size(self, name: str) -> int:
        """As it is."""
        return self.inner.size(name)


def at_rest(blob: Blob) -> bytes:
    """What a thief finds."""
    return store().read(blob.id.hex, 0, store().size(blob.id.hex))


def put_instead(blob: Blob, sealed: bytes) -> None:
    """What a thief leaves in its place."""
    store().delete(blob.id.hex)
    store().put(blob.id.hex, [sealed])


def new_vault() -> UUID:
    """A vault with a key."""
    vault = ids.new()
    seal.create_vault(vault)
    return vault


def piecewise(plain: bytes, step: int = 100_000) -> Iterable[bytes]:
    """As an upload comes."""
    return (plain[at : at + step] for at in range(0, len(plain), step))


def noise(size: int) -> bytes:
    """Bytes that no packing makes shorter."""
    return os.urandom(size)
