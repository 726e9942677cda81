"""The header that the direct write builds is RFC 6455's, as another implementation reads it."""
import pytest
from websockets.frames import Opcode
from websockets.protocol import CLIENT, Protocol
from websockets.streams import StreamReader

from messaging.live.server import header


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 300_000])
def test_a_frame_is_read_as_one_unmasked_text(size: int) -> None:
    client = Protocol(CLIENT, max_size=None)
    payload = b"x" * size
    client.receive_data(header(size) + payload)
    (frame,) = client.events_received()
    assert (frame.opcode, frame.fin, frame.data) == (Opcode.TEXT, True, payload)  # type: ignore[union-attr]
    assert isinstance(client.reader, StreamReader)
