"""A hospital outside the service: what it sends over MLLP, and what it is answered."""
import datetime as dt
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.contract.running import Server
from tests.gateway.messages import Adt

PARIS = ZoneInfo("Europe/Paris")


def stamp(**ago: float) -> str:
    """A moment of the hospital's clock, so long ago."""
    return (dt.datetime.now(PARIS) - dt.timedelta(**ago)).strftime("%Y%m%d%H%M%S")


class Sender:
    """One connection to the listener, plain or with TLS. Use as a context manager."""

    def __init__(self, port: int, context: ssl.SSLContext | None = None, patience: float = 30.0) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), patience)
        if context:
            self._socket = context.wrap_socket(self._socket, server_hostname="localhost")
        self._got = b""

    def __enter__(self) -> "Sender":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self._socket.sendall(data)

    def answer(self) -> str:
        """The next acknowledgment. Raises ConnectionError where there is none."""
        while b"\x1c\r" not in self._got:
            piece = self._socket.recv(65536)
            if not piece:
                raise ConnectionError("the listener has closed the connection")
            self._got += piece
        first, self._got = self._got.split(b"\x1c\r", 1)
        return first.lstrip(b"\x0b").decode("utf-8", "replace")

    def send(self, message: bytes | Adt) -> str:
        """A message in its block, and its answer."""
        self.raw(b"\x0b" + (message.bytes() if isinstance(message, Adt) else message) + b"\x1c\r")
        return self.answer()


def told(answer: str) -> tuple[str, str]:
    """(MSA-1, ERR-3) of an acknowledgment."""
    lines = {line[:3]: line.split("|") for line in answer.split("\r")}
    return lines["MSA"][1], lines["ERR"][3].split("^")[0] if "ERR" in lines else ""


def mllp_send(server: Server, port: int, messages: Iterable[bytes], folder: Path) -> str:
    """As python-hl7's own command sends a file of messages; what it printed."""
    file = folder / "messages.hl7"
    file.write_bytes(b"\r\n".join(messages))
    command = [str(Path(sys.executable).parent / "mllp_send"), "--loose", "--file", str(file), "--port", str(port), "127.0.0.1"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    return done.stdout.decode("utf-8", "replace")
