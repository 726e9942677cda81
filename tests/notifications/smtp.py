"""A mail server on loopback that keeps what it took, and can be rude: refuse, hang, or take a letter and break off."""
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from pytest_django.fixtures import Settings


@dataclass
class MailServer:
    """`manner`: "kind"; "refuses" (550 to each recipient), "busy" (421 at once), "hangs" (says nothing), "breaks" (keeps the letter, then
    hangs up without an answer). `hung` is set when somebody waits for a server that says nothing."""

    port: int = 0
    manner: str = "kind"
    raw: list[bytes] = field(default_factory=list)
    hung: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def letters(self) -> list[EmailMessage]:
        """What it took, parsed."""
        return [message_from_bytes(raw, policy=default) for raw in self.raw]


class _Talk(socketserver.StreamRequestHandler):
    house: MailServer

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        if self.house.manner == "hangs":
            self.house.hung.set()
            self.house.over.wait(30)
            return
        self._say("421 busy" if self.house.manner == "busy" else "220 loopback")
        for line in self.rfile:
            if not self._answered(line.decode().upper().split(" ")[0].strip()):
                return

    def _answered(self, verb: str) -> bool:
        if verb == "RCPT" and self.house.manner == "refuses":
            self._say("550 no such person")
        elif verb == "DATA":
            self._say("354 go on")
            self.house.raw.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            if self.house.manner == "breaks":
                return False
            self._say("250 kept")
        else:
            self._say("221 bye" if verb == "QUIT" else "250 yes")
        return verb != "QUIT"


@contextmanager
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A running one, which the settings name."""
    house = MailServer()
    talk = type("Talk", (_Talk,), {"house": house})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as server:
        server.daemon_threads = True
        house.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", house.port, 0.5
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield house
        house.over.set()
        server.shutdown()
