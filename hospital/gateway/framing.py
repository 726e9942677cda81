"""MLLP's blocks (HL7 v2 Minimal Lower Layer Protocol): `<VT> message <FS> <CR>`, several in one piece of bytes or one over many.

Pure: bytes in, blocks out, memory bounded. A message too long is thrown away while it comes, and its head is kept to be answered.
"""
from dataclasses import dataclass

START, END = b"\x0b", b"\x1c\r"
_HEAD = 4096


@dataclass(frozen=True)
class Block:
    """A message as it stood between its marks. `whole` is False of one that was too long: then this is its head."""

    content: bytes
    whole: bool = True


class Framer:
    """The blocks of one connection. `most`: bytes of one message."""

    def __init__(self, most: int) -> None:
        self._most, self._got, self._inside, self._thrown = most, bytearray(), False, False
        self._head = b""

    @property
    def held(self) -> int:
        """Bytes that are kept of a message under way."""
        return len(self._got)

    @property
    def inside(self) -> bool:
        """Whether a message has begun that has not ended."""
        return self._inside

    def give_up(self) -> None:
        """Throws away what there is of the message under way: only its head is answered once it ends."""
        if not self._thrown:
            self._head, self._thrown = bytes(self._got[:_HEAD]), True
        del self._got[: max(0, len(self._got) - 1)]  # its last byte may be half of the end

    def take(self, data: bytes) -> list[Block]:
        """The blocks that these bytes bring to an end, in their order. Bytes outside of blocks are nothing."""
        blocks: list[Block] = []
        scanned = max(0, len(self._got) - 1)
        self._got += data
        while True:
            if not self._inside:
                begin = self._got.find(START)
                if begin < 0:
                    self._got.clear()
                    return blocks
                del self._got[: begin + 1]
                self._inside, self._thrown, self._head, scanned = True, False, b"", 0
            end = self._got.find(END, scanned)
            if end < 0:
                if self._thrown or len(self._got) > self._most:
                    self.give_up()
                return blocks
            fits = not self._thrown and end <= self._most
            blocks.append(Block(bytes(self._got[:end])) if fits else Block(self._head or bytes(self._got[:_HEAD]), whole=False))
            del self._got[: end + len(END)]
            self._inside, scanned = False, 0
