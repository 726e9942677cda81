"""The store for an S3-compatible service. Imported only where settings name one: obstore is an extra (`uv sync --extra s3`)."""
import datetime as dt
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store as Bucket

from media.stores import Absent, checked, is_name


class S3Store:
    """Objects under `s3://bucket/prefix`; endpoint, region and credentials by the usual AWS_… variables.

    An object is written in parts and comes to be with its last one; parts of a write that was cut short are never listed,
    and the bucket's own rule takes them away (docs/operating.md).
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http:")  # a store of one's own network, said so by its operator
        self._bucket = Bucket(parts.netloc, prefix=parts.path.strip("/") or None, client_options={"allow_http": plain})

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Acknowledged by the store when this returns."""
        with _reached():
            obstore.put(self._bucket, checked(name), pieces)

    def size(self, name: str) -> int:
        """One HEAD."""
        try:
            with _reached():
                return obstore.head(self._bucket, checked(name))["size"]
        except FileNotFoundError:
            raise Absent from None

    def read(self, name: str, start: int, length: int) -> bytes:
        """One GET of a range."""
        try:
            with _reached():
                return bytes(obstore.get_range(self._bucket, checked(name), start=start, length=length))
        except FileNotFoundError:
            raise Absent from None

    def delete(self, name: str) -> None:
        """One DELETE."""
        with _reached():
            obstore.delete(self._bucket, checked(name))

    def names(self) -> Iterator[tuple[str, dt.datetime]]:
        """A page at a time; what else lies in the bucket is left out."""
        with _reached():
            for page in obstore.list(self._bucket):
                for found in page:
                    if is_name(found["path"]):
                        yield found["path"], found["last_modified"]


@contextmanager
def _reached() -> Iterator[None]:
    """The library's errors are no OSErrors; here they become what a folder raises as well."""
    try:
        yield
    except BaseError as error:
        raise OSError(type(error).__name__) from None  # its words hold addresses and names
