"""The little of RFC 6455 that a fast load generator needs: client handshakes and frames."""

import base64
import os

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def handshake(host: str, path: str, headers: dict[str, str]) -> bytes:
    """The upgrade request, subprotocol `circle.v1`, no compression offered."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: circle.v1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def encode(payload: bytes, opcode: int = TEXT) -> bytes:
    """One client frame; masked with zeros, which every server must take and which costs the generator nothing."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65536:
        head = bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + size.to_bytes(8, "big")
    return head + b"\0\0\0\0" + payload


def frames(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """(whole unfragmented server frames as opcode and payload, the bytes that are left over)."""
    found, at, held = [], 0, len(data)
    while held - at >= 2:
        size, body = data[at + 1], at + 2
        if size == 126:
            size, body = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
        elif size == 127:
            size, body = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
        if held - body < size:
            break
        if not data[at] & 0x80:
            raise ValueError("fragmented frame")
        found.append((data[at] & 0x0F, data[body : body + size]))
        at = body + size
    return found, data[at:]
