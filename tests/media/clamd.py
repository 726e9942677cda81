"""A server that speaks clamd's INSTREAM: finds the test virus, takes at most so many bytes, or behaves badly."""
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

VIRUS = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@contextmanager
def clamd(most: int = 1_000_000, answer: bytes | None = None) -> Iterator[str]:
    """Its address while it runs. `answer`: what it says to everything, b"" to hang up without a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, most, answer))
        thread.start()
        host, port = listener.getsockname()
        try:
            yield f"{host}:{port}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, most: int, answer: bytes | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as said:
            if answer is not None:
                connection.sendall(answer)
                continue
            assert said.read(10) == b"zINSTREAM\0"
            stream = bytearray()
            while length := struct.unpack(">I", said.read(4))[0]:
                stream += said.read(length)
                if len(stream) > most:
                    connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    break
            else:
                connection.sendall(b"stream: Eicar-Test-Signature FOUND\0" if VIRUS in stream else b"stream: OK\0")
