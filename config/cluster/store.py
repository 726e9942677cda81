"""`python -m config.cluster.store FOLDER PORT`: moto's S3 server, which by itself keeps nothing, with its objects kept in a folder.

For trying out and for tests: it takes any credentials, and holds every object in memory as well.
"""
import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import run_simple

BUCKET = "cercle"
_ACCOUNT = "123456789012"  # moto's


class Kept:
    """A WSGI application around moto's: an object is on disk before its writer is answered."""

    def __init__(self, folder: Path) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)
        self._folder = folder
        self._backend = s3_backends[_ACCOUNT]["aws"]
        self._backend.create_bucket(BUCKET, "us-east-1")
        folder.mkdir(mode=0o700, exist_ok=True)
        for file in folder.glob("*.object"):
            self._backend.put_object(BUCKET, unquote(file.stem), file.read_bytes())

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Moto's answer, given when the folder has what moto has."""
        answer: Iterable[bytes] = self._app(environ, start_response)
        bucket, _, name = environ["PATH_INFO"].removeprefix("/").partition("/")
        if environ["REQUEST_METHOD"] in {"PUT", "POST", "DELETE"} and bucket == BUCKET:
            for one in [name] if name else [unquote(file.stem) for file in self._folder.glob("*.object")]:  # none: many are deleted
                self._keep(one)
        return answer

    def _keep(self, name: str) -> None:
        place = self._folder / f"{quote(name, safe='')}.object"
        found = self._backend.get_object(BUCKET, name)
        if found is None:
            place.unlink(missing_ok=True)
            return
        coming = place.with_suffix(f".{os.urandom(4).hex()}")
        with coming.open("xb") as file:
            file.write(found.value)
            file.flush()
            os.fsync(file.fileno())
        coming.rename(place)


if __name__ == "__main__":
    os.umask(0o077)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request, and that this is no server for the world
    run_simple("127.0.0.1", int(sys.argv[2]), Kept(Path(sys.argv[1])), threaded=True)
