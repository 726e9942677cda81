"""A text-message provider on loopback: a real HTTP server that keeps what it was sent and answers as it is told."""
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pytest_django.fixtures import Settings


@dataclass
class Provider:
    """What it is sent: (path, headers, body). `status` and `headers` are its next answers; status 0: it hangs up without one."""

    url: str = ""
    status: int = 201
    headers: Mapping[str, str] = field(default_factory=dict)
    taken: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)


@contextmanager
def sms_provider(settings: Settings) -> Iterator[Provider]:
    """A running one, which the settings name."""
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            provider.taken.append((self.path, {name.lower(): value for name, value in self.headers.items()}, json.loads(body)))
            if provider.status:
                self.send_response(provider.status)
                for name, value in provider.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        provider.url = settings.SMS_URL = f"http://127.0.0.1:{server.server_address[1]}/v3/sms"
        settings.SMS_TOKEN, settings.SMS_HEADER, settings.SMS_SENDER = "k-17", "api-key", "Cercle"
        settings.SMS_FIELDS = ["recipient", "content", "sender"]
        yield provider
        server.shutdown()
