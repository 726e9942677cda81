"""A socket that reads and writes without giving up the interpreter.

Python gives its lock away around every system call, and a loop that wants it back waits for whatever another thread is
computing: five milliseconds each time, for a call of five microseconds that never blocks. A post told to twenty screens beside
busy requests waited twenty times. Here the loop keeps the lock (`PyDLL`), so that telling comes first.
"""
import ctypes
import errno
import os
import socket

_C = ctypes.PyDLL(None, use_errno=True)
_send, _recv = _C.send, _C.recv
_send.restype = _recv.restype = ctypes.c_ssize_t
_send.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
_recv.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
_FLAGS = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL
_ARRIVED = ctypes.create_string_buffer(64 * 1024)  # one for all: only the loop's thread reads


class Unyielding(socket.socket):
    """What a connected, non-blocking socket is turned into by assigning its class."""

    __slots__ = ()

    def send(self, data: bytes | memoryview, flags: int = 0) -> int:  # type: ignore[override]
        """As any socket's. Raises OSError, BlockingIOError where it is full."""
        content = data if isinstance(data, bytes) else bytes(data)
        return _done(_send(self.fileno(), content, len(content), flags | _FLAGS))

    def recv(self, size: int, flags: int = 0) -> bytes:
        """As any socket's, of 64 KiB at most. Raises OSError, BlockingIOError where nothing is there."""
        came = _done(_recv(self.fileno(), _ARRIVED, min(size, len(_ARRIVED)), flags | socket.MSG_DONTWAIT))
        return ctypes.string_at(_ARRIVED, came)


def _done(result: int) -> int:
    if result >= 0:
        return result
    code = ctypes.get_errno()
    if code == errno.EINTR:
        code = errno.EAGAIN  # as if nothing were there yet: the loop asks again
    raise OSError(code, os.strerror(code))
