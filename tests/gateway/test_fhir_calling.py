"""The way out to subscribers: whoever drips an answer is cut off, over TLS too, and holds nobody else up."""
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.utils import timezone

from foundation.vault.seal import SITE, seal
from hospital.gateway import calling
from hospital.gateway.hooks import deliver_due
from hospital.gateway.models import FhirClient, Hook, Subscription
from tests.gateway.authority import Authority
from tests.gateway.fhir_world import fhir_world

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def answering(answer: Any, certificates: ssl.SSLContext | None = None) -> Iterator[int]:
    """A port that takes one call and answers it by `answer(line)`."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            line, _from = server.accept()
            with certificates.wrap_socket(line, server_side=True) if certificates else line as taken:
                taken.recv(65536)
                answer(taken)
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()
        thread.join(10)


def drip(line: socket.socket) -> None:
    """An answer that is whole in the end, if somebody waits for it that long."""
    line.sendall(ANSWER[:-2] + b"X-Slow: ")
    for _ in range(100):
        line.sendall(b"x")
        time.sleep(0.05)
    line.sendall(b"\r\n\r\n")


@pytest.mark.parametrize("secure", [True, False], ids=["https", "http"])
def test_a_dripped_answer_is_cut_off(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, secure: bool) -> None:
    authority = Authority(tmp_path, "authority")
    monkeypatch.setattr(httpx2, "create_ssl_context", lambda **_: ssl.create_default_context(cafile=str(authority.file)))
    monkeypatch.setattr(calling, "_WHOLE_S", 0.5)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.vouch("subscriber").file)
    with answering(drip, context if secure else None) as port:
        origin = f"{'https' if secure else 'http'}://localhost:{port}"
        settings.PUSH_ALLOW = origin
        with pytest.raises((TimeoutError, httpx2.HTTPError)):
            calling.call(f"{origin}/told", b"{}", {})


@pytest.mark.django_db(databases=["default", "keys"])
def test_who_is_slow_keeps_nobody_else_waiting(tmp_path: Path, settings: Any) -> None:
    fhir_world(tmp_path)
    told = threading.Event()

    def slow(line: socket.socket) -> None:
        if told.wait(10):  # answers only once the other one was told
            line.sendall(ANSWER)

    def quick(line: socket.socket) -> None:
        line.sendall(ANSWER)
        told.set()

    with answering(slow) as first, answering(quick) as second:
        settings.PUSH_ALLOW = f"http://localhost:{first} http://localhost:{second}"
        for name, port in (("dax-api", first), ("pau-api", second)):
            client = FhirClient.objects.get(client_id=name)
            subscription = Subscription(client=client, criteria="CareTeam", status="active", made_at=timezone.now())
            subscription.sealed_endpoint = seal(SITE, f"gateway.subscription.endpoint:{subscription.pk}", f"http://localhost:{port}/x")
            subscription.secret = seal(SITE, f"gateway.subscription.secret:{subscription.pk}", "s" * 32)
            subscription.save()
            Hook.objects.create(subscription=subscription, subject=subscription.pk, due_at=timezone.now())
        assert deliver_due() == 2
    assert Hook.objects.filter(sent_at=None).count() == 0
