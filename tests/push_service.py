"""A push service of the tests: a real HTTP server on loopback that keeps what it gets and opens it with the devices' private keys.

    with PushService() as service:                    # start Cercle with CERCLE_PUSH_ALLOW=service.origin
        phone = service.device("Chrome, Android")
        api.post("push/subscriptions", **phone.subscription)
        [push] = phone.wait_for(1)                    # push.message == {"id": …, "text": …}
        api.post("push/receipts", **push.receipt)
"""
import base64
import json
import os
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid

_WAIT_S = 30.0  # the patience of one who waits; nothing is measured


@dataclass(frozen=True)
class Manner:
    """How the service answers. `then`: "deliver", "drop" (a lie), "reset" (the line, after the answer or without one), "hang", "drip"."""

    status: int = 201
    headers: Mapping[str, str] = field(default_factory=dict)
    then: str = "deliver"


HONEST = Manner()
LYING = Manner(then="drop")
RESET = Manner(then="reset")  # it has the message and answers 201, which nobody gets
HANGING = Manner(then="hang")
DRIPPING = Manner(then="drip")
GONE = Manner(410, then="drop")
BROKEN = Manner(500, then="drop")


def busy(seconds: int) -> Manner:
    """429."""
    return Manner(429, {"Retry-After": str(seconds)}, then="drop")


def redirecting(to: str, status: int = 307) -> Manner:
    """Somewhere else."""
    return Manner(status, {"Location": to}, then="drop")


@dataclass(frozen=True)
class Pushed:
    """One request as it came. `plain`: what the device decrypts; `claims`: of the sender's token, verified."""

    device: "FakeDevice"
    headers: Mapping[str, str]
    body: bytes
    plain: bytes
    claims: Mapping[str, Any]
    at: float  # of the monotonic clock
    delivered: bool

    @property
    def message(self) -> dict[str, str]:
        """What the service worker is given."""
        parsed: dict[str, str] = json.loads(self.plain)
        return parsed

    @property
    def receipt(self) -> dict[str, str]:
        """The body of `POST push/receipts`."""
        return {"id": self.message["id"]}


class FakeDevice:
    """A browser's subscription with the private key that only the browser has."""

    def __init__(self, service: "PushService", name: str) -> None:
        self.service, self.name, self.path = service, name, f"/push/{os.urandom(16).hex()}"
        self.manner: Manner | None = None  # else the service's
        self.on_shown: Callable[[Pushed], None] | None = None  # called in a thread of the service's, once for each id
        self._shown: set[str] = set()
        self.renew_keys()

    def renew_keys(self) -> None:
        """New keys of the same endpoint."""
        self._key, self._auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    @property
    def endpoint(self) -> str:
        """Where the service takes what is for it."""
        return self.service.origin + self.path

    @property
    def keys(self) -> dict[str, str]:
        """`p256dh` and `auth`."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": _base64url(point), "auth": _base64url(self._auth)}

    @property
    def subscription(self) -> dict[str, Any]:
        """The body of `POST push/subscriptions`."""
        return {"endpoint": self.endpoint, "keys": self.keys, "name": self.name}

    @property
    def received(self) -> list[Pushed]:
        """What reached it, oldest first, repeats included."""
        return [push for push in self.service.requests if push.device is self and push.delivered]

    @property
    def shown(self) -> list[str]:
        """Ids of the notifications on its screen: a repeat has the tag of the first and is none."""
        return list(dict.fromkeys(push.message["id"] for push in self.received))

    def wait_for(self, count: int) -> list[Pushed]:
        """What reached it, as soon as it is this many."""
        self.service.wait_until(lambda: len(self.received) >= count)
        return self.received

    def opened(self, body: bytes) -> bytes:
        """What a body says to whoever has the private key."""
        plain: bytes = http_ece.decrypt(body, private_key=self._key, auth_secret=self._auth, version="aes128gcm")
        return plain

    def show(self, push: Pushed) -> None:
        """What its service worker does."""
        if push.message["id"] not in self._shown:
            self._shown.add(push.message["id"])
            if self.on_shown:
                threading.Thread(target=self.on_shown, args=(push,), daemon=True).start()


class PushService:
    """Use as a context manager. `requests` is all that came; `faults` what no push service would have taken; both in their order."""

    def __init__(self) -> None:
        self.manner = HONEST
        self.next: deque[Manner] = deque()  # for the requests to come, before any other manner
        self.requests: list[Pushed] = []
        self.faults: list[str] = []
        self._devices: dict[str, FakeDevice] = {}
        self._news = threading.Condition()
        self._over = threading.Event()
        self._server = _Server(self)
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "PushService":
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def device(self, name: str = "") -> FakeDevice:
        """A new subscription."""
        device = FakeDevice(self, name)
        self._devices[device.path] = device
        return device

    def wait_until(self, true: Callable[[], bool]) -> None:
        """Until something came that makes it true. Raises AssertionError after a long while."""
        with self._news:
            assert self._news.wait_for(true, _WAIT_S), f"{len(self.requests)} requests, faults {self.faults}"

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> Manner:
        """Judges, opens and keeps one request; how it is to be answered."""
        device = self._devices.get(path)
        if device is None:
            return GONE
        with self._news:
            manner = self.next.popleft() if self.next else device.manner or self.manner
            try:
                claims, plain = self._verified(headers), device.opened(body)
            except Exception as fault:
                self.faults.append(f"{type(fault).__name__}: {fault}")
                return Manner(403, then="drop")
            push = Pushed(device, headers, body, plain, claims, time.monotonic(), manner.then not in {"drop"} and manner.status < 300)
            self.requests.append(push)
            self._news.notify_all()
        if push.delivered:
            device.show(push)
        return manner

    def _verified(self, headers: Mapping[str, str]) -> Mapping[str, Any]:
        """The sender's claims (RFC 8292) and the headers that RFC 8030 wants. Raises AssertionError."""
        scheme, _, given = headers["authorization"].partition(" ")
        assert scheme == "vapid"
        assert Vapid.verify(headers["authorization"])
        token = dict(part.strip().split("=", 1) for part in given.split(","))["t"]
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        assert claims["aud"] == self.origin, claims
        assert time.time() < claims["exp"] <= time.time() + 24 * 3600, claims
        assert claims["sub"].startswith(("mailto:", "https:")), claims
        assert headers["content-encoding"] == "aes128gcm"
        assert headers["ttl"].isdigit()
        assert headers.get("urgency", "normal") in {"very-low", "low", "normal", "high"}
        return claims

    def wait_over(self, seconds: float) -> bool:
        """Sleeps, less if the service ends meanwhile; whether it did."""
        return self._over.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024

    def __init__(self, service: PushService) -> None:
        self.service = service
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that somebody cut is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """A message for a device."""
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # whoever sent it was killed half-way: no push service has got anything then
            self.close_connection = True
            return
        manner = self.server.service.take(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        {"hang": self._hang, "drip": self._drip, "reset": self._reset}.get(manner.then, lambda: self._answer(manner))()

    def _answer(self, manner: Manner) -> None:
        self.send_response(manner.status)
        for name, value in {"Content-Length": "0", **manner.headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _hang(self) -> None:
        self.close_connection = True
        self.server.service.wait_over(60)

    def _drip(self) -> None:
        self.close_connection = True
        for byte in b"HTTP/1.1 201 Created\r\n" + b"X: " + b"x" * 10_000:
            self.wfile.write(bytes([byte]))
            if self.server.service.wait_over(0.5):
                return

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
