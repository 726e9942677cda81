"""`python -m tests.media.served PORT`: the service's own server and handler with routes for tests beside the real ones.

They keep a body as a sealed file, give it back, give plain files on the same path, and say what came. Under `--stock` the
routes answer through Django's handler and Daphne as they come, for comparison.
"""
import hashlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.exceptions import RequestDataTooBig
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.asgi import application as ours
from config.urls import urlpatterns as real
from foundation import ids
from foundation.errors import CercleError
from foundation.http import parse_json, problem, too_large
from foundation.vault import seal
from media import files
from media.enums import Part
from media.models import Blob
from media.serving import delivered

_VAULT = ids.new()
_kept: dict[str, Blob] = {}


@csrf_exempt
def keep(request: HttpRequest) -> HttpResponse:
    """Keeps the body as a sealed file; answers its id."""
    seal.create_vault(_VAULT)
    blob = files.write(_VAULT, Part.CONTENT, iter(lambda: request.read(65536), b""))
    _kept[str(blob.id)] = blob
    return JsonResponse({"id": str(blob.id), "bytes": blob.size})


def kept(request: HttpRequest, blob: str) -> HttpResponseBase:
    """The sealed file."""
    try:
        return delivered(request, _kept[blob], _VAULT, media_type="application/octet-stream", name="file.bin", attached=True)
    except CercleError as error:
        return problem(error)


def plain(request: HttpRequest, name: str) -> HttpResponseBase:
    """A plain file of the data folder."""
    return FileResponse((settings.DATA / "plain" / name).open("rb"))


@csrf_exempt
def form(request: HttpRequest) -> HttpResponse:
    """Reads a form with a file, waits until `go` stands in the data folder, and tells what came."""
    file: Any = request.FILES["file"]
    digest = hashlib.sha256(b"".join(file.chunks())).hexdigest()
    (settings.DATA / "came").write_text(digest)
    while not (settings.DATA / "go").exists():
        time.sleep(0.02)
    return JsonResponse({"digest": digest, "bytes": file.size, "name": file.name})


@csrf_exempt
def document(request: HttpRequest) -> HttpResponse:
    """Reads JSON as the API does."""
    try:
        return JsonResponse({"members": len(parse_json(request))})
    except RequestDataTooBig:  # as config.api answers it
        return problem(too_large())


def counting(request: HttpRequest) -> HttpResponseBase:
    """A gigabyte that notes in the data folder how far it was made, and that it was closed."""

    def pieces() -> Iterator[bytes]:
        made = 0
        try:
            while made < 1 << 30:
                yield bytes(65536)
                made += 65536
        finally:
            (settings.DATA / "closed").write_text(str(made))

    return StreamingHttpResponse(pieces())


def breaking(request: HttpRequest) -> HttpResponseBase:
    """Fails after a megabyte of the two that were announced."""

    def pieces() -> Iterator[bytes]:
        yield from (bytes(65536) for _ in range(16))
        raise OSError

    return StreamingHttpResponse(pieces(), headers={"Content-Length": str(1 << 21)})


urlpatterns = [
    path("tests/keep", keep),
    path("tests/kept/<blob>", kept),
    path("tests/plain/<name>", plain),
    path("tests/form", form),
    path("tests/json", document),
    path("tests/counting", counting),
    path("tests/breaking", breaking),
    *real,
]
settings.ROOT_URLCONF = "tests.media.served"  # only now: the start is refused with unguarded routes
application: Any = get_asgi_application() if "--stock" in sys.argv else ours


def main() -> None:
    """Serves until SIGTERM."""
    from daphne.server import Server

    from messaging.live.server import LiveServer

    kind = Server if "--stock" in sys.argv else LiveServer
    Path(settings.DATA / "plain").mkdir(exist_ok=True)
    kind(application, endpoints=[f"tcp:{sys.argv[1]}:interface=127.0.0.1"]).run()


if __name__ == "__main__":
    main()
