"""The virus scanner: clamd's INSTREAM, spoken by ourselves. What does not answer does not clear a file; it waits.

`CERCLE_CLAMD` is `unix:/run/clamav/clamd.ctl` or `host:port`; without it nothing is scanned.
"""
import socket
import struct
from collections.abc import Iterable

from django.conf import settings

from media.errors import Refused, ScannerDown

_CONNECT_S = 5.0
_ANSWER_S = 60.0  # a large archive takes the scanner a while
_LONGEST_ANSWER = 4096
_PIECE = 64 * 1024


def wanted() -> bool:
    """Whether files are scanned here."""
    return bool(settings.CLAMD)


def scan(source: Iterable[bytes]) -> None:
    """Returns when the scanner found nothing. Raises Refused `media.infected` or `media.not_scanned` (it said: too large), ScannerDown.

    A scanner that breaks off without a word has said nothing about the file, so the file waits.
    """
    try:
        with _connected(settings.CLAMD) as scanner:
            answer = _asked(scanner, source)
    except (OSError, ValueError):
        raise ScannerDown from None
    if answer.endswith(b" FOUND"):
        raise Refused("media.infected")
    if b"size limit exceeded" in answer:
        raise Refused("media.not_scanned")
    if answer != b"stream: OK":  # an error of the scanner's, or something else that answers at its address
        raise ScannerDown


def _connected(address: str) -> socket.socket:
    if address.startswith("unix:"):
        scanner = socket.socket(socket.AF_UNIX)
        scanner.settimeout(_CONNECT_S)
        try:
            scanner.connect(address.removeprefix("unix:"))
        except OSError:
            scanner.close()
            raise
        return scanner
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), _CONNECT_S)


def _asked(scanner: socket.socket, source: Iterable[bytes]) -> bytes:
    scanner.settimeout(_ANSWER_S)
    try:
        scanner.sendall(b"zINSTREAM\0")
        for chunk in source:
            for start in range(0, len(chunk), _PIECE):
                piece = chunk[start : start + _PIECE]
                scanner.sendall(struct.pack(">I", len(piece)) + piece)
        scanner.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):  # it has had enough: above its StreamMaxLength it says so and hangs up
        pass
    return _answer(scanner)


def _answer(scanner: socket.socket) -> bytes:
    """What it says up to the NUL; nothing where it hung up without a word. Raises OSError where the connection broke."""
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_ANSWER and (piece := scanner.recv(_LONGEST_ANSWER)):
        said += piece
    return said.partition(b"\0")[0].strip()
