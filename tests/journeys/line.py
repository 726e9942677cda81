"""A bad line: a relay between browser and service that passes so many bytes a second up, gets cut, and counts what pieces of files cost."""
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_AT_ONCE = 4096
_DEAD_S = 0.4  # how long the line is away at a cut


class Line:
    """`port` leads to the service. `rate`: bytes a second up, 0 for as fast as it goes; `cuts`: at how many bytes of pieces it breaks."""

    def __init__(self, service_port: int) -> None:
        self.rate, self.cuts, self.pieces = 0, list[int](), 0
        self._service, self._lock, self._open = service_port, threading.Lock(), set[socket.socket]()
        self._dead_until = 0.0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self) -> None:
        with suppress(OSError):  # the door was closed
            while True:
                browser, _ = self._door.accept()
                if time.monotonic() < self._dead_until:
                    browser.close()
                    continue
                service = socket.create_connection(("127.0.0.1", self._service))
                # What waits in the machine's own buffers has left the browser and not arrived: as little as possible.
                browser.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _AT_ONCE)
                with self._lock:
                    self._open |= {browser, service}
                threading.Thread(target=self._up, args=(browser, service), daemon=True).start()
                threading.Thread(target=self._down, args=(service, browser), daemon=True).start()

    def _up(self, browser: socket.socket, service: socket.socket) -> None:
        request = _Request()
        with suppress(OSError):
            while data := browser.recv(_AT_ONCE):
                if self.rate:
                    with self._lock:  # all connections share the line
                        time.sleep(len(data) / self.rate)
                self._count(request.pieces_in(data))
                service.sendall(data)
        self._end(browser, service)

    def _down(self, service: socket.socket, browser: socket.socket) -> None:
        with suppress(OSError):
            while data := service.recv(65536):
                browser.sendall(data)
        self._end(browser, service)

    def _count(self, size: int) -> None:
        self.pieces += size
        if self.cuts and self.pieces >= self.cuts[0]:
            self.cuts.pop(0)
            self._dead_until = time.monotonic() + _DEAD_S
            with self._lock:
                found = list(self._open)
            self._end(*found)
            raise ConnectionResetError

    def _end(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        with self._lock:
            self._open -= set(ends)

    def close(self) -> None:
        """No more line."""
        self._door.close()
        self._end(*list(self._open))


class _Request:
    """Follows the requests of one connection: how many bytes of some data are bodies of PATCH."""

    def __init__(self) -> None:
        self._head, self._left, self._counts = b"", 0, False

    def pieces_in(self, data: bytes) -> int:
        counted = 0
        while data:
            if self._left:
                body, data = data[: self._left], data[self._left :]
                self._left -= len(body)
                counted += len(body) if self._counts else 0
                continue
            head, end, data = (self._head + data).partition(b"\r\n\r\n")
            self._head = b"" if end else head
            if end:
                length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
                self._left, self._counts = int(length[1]) if length else 0, head.startswith(b"PATCH ")
            else:
                break
        return counted


@contextmanager
def bad_line(service_port: int) -> Iterator[Line]:
    """A line to the service, closed at the end."""
    line = Line(service_port)
    try:
        yield line
    finally:
        line.close()
