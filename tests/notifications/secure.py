"""A service that speaks HTTP/2 over TLS on loopback under a name of its own, with a certificate that the test trusts."""
import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded


@dataclass
class Heard:
    """One request. `sni`: the name that was asked for when the line was made."""

    headers: dict[str, str]
    sni: str
    body: bytes = b""

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


Answer = Callable[[Heard], tuple[int, bytes]]


class SecureService:
    """Use as a context manager. `answer` says what each request gets; `heard` is all that came."""

    def __init__(self, folder: Path, name: str, answer: Answer = lambda _heard: (201, b"")) -> None:
        self.name, self.answer, self.heard = name, answer, list[Heard]()
        self.certificate = folder / "certificate.pem"
        self._sni = ""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.set_alpn_protocols(["h2"])
        self._context.sni_callback = self._asked_for
        self._context.load_cert_chain(*_written(folder, self.certificate, name))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.origin = f"https://{name}:{self.port}"

    def __enter__(self) -> "SecureService":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._listener.close()

    def trusting(self) -> ssl.SSLContext:
        """A client's context that trusts this service and no other."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def _asked_for(self, _line: object, name: str | None, _context: object) -> None:
        self._sni = name or ""

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(plain,), daemon=True).start()

    def _talk(self, plain: socket.socket) -> None:
        try:
            with self._context.wrap_socket(plain, server_side=True) as line:
                if line.selected_alpn_protocol() == "h2":
                    self._serve(line)
        except OSError:  # whoever does not trust the certificate, or has enough
            plain.close()

    def _serve(self, line: ssl.SSLSocket) -> None:
        wire, streams = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8")), dict[int, Heard]()
        wire.initiate_connection()
        line.sendall(wire.data_to_send())
        while data := line.recv(65_536):
            for event in wire.receive_data(data):
                if isinstance(event, RequestReceived):
                    streams[event.stream_id] = Heard({str(name): str(value) for name, value in event.headers}, self._sni)
                elif isinstance(event, DataReceived):
                    streams[event.stream_id].body += event.data
                elif isinstance(event, StreamEnded):
                    self._reply(wire, event.stream_id, streams[event.stream_id])
            line.sendall(wire.data_to_send())

    def _reply(self, wire: H2Connection, stream: int, heard: Heard) -> None:
        self.heard.append(heard)
        status, body = self.answer(heard)
        wire.send_headers(stream, [(":status", str(status))])
        wire.send_data(stream, body, end_stream=True)


def _written(folder: Path, certificate: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(*form))
    return certificate, private
