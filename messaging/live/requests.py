"""HTTP requests as our server takes them: bodies that rest nowhere plain and are not without end, and answers paced by their readers.

Twisted puts a body of 100,000 bytes or more into a plain temporary file, parses forms by itself, and takes any length; Daphne
queues the whole body in memory, and an answer's pieces as fast as they are made.
"""
import asyncio
from io import BytesIO
from typing import Any

from daphne.http_protocol import WebRequest
from django.conf import settings

from foundation import ending
from foundation.http import problem, too_large
from foundation.vault.spool import CHUNK, SealedSpool

_SLACK = 1024 * 1024  # a form around the largest file; what is more goes to no application
_MOST_DISCARDED = 4  # times the largest body: so that who sends too much can read the refusal, and no more than that


def most_body() -> int:
    """Bytes that one request may bring."""
    return int(settings.MEDIA_MOST_BYTES) + _SLACK


class Pace:
    """Waits for a reader who is slower than the answer is made: Twisted's push producer for one request."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._free = asyncio.Event()
        self._free.set()

    async def __call__(self) -> None:
        """Returns when the transport has room, or the reader is gone. Who waits after each piece has one piece in its buffer at most."""
        await self._free.wait()

    def abort(self) -> None:
        """Cuts the line in the middle of an answer, so that its reader does not take it for whole."""
        if self._request.channel is not None:
            self._request.channel.transport.abortConnection()

    def pauseProducing(self) -> None:  # noqa: N802  -- Twisted's names
        """The buffer is full."""
        self._free.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        """It is empty again."""
        self._free.set()

    stopProducing = resumeProducing  # noqa: N815  -- nobody reads any more, so nobody waits


class SealedRequest(WebRequest):  # type: ignore[misc]
    """Daphne's request with a sealed spool for its body."""

    def __init__(self, channel: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(channel, *args, **kwargs)
        self._parsePOSTFormSubmission = False  # Twisted would read forms into memory a second time
        self.pace = Pace(self)
        self._came = 0
        self._is_refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802  -- Twisted's names
        """The head is read; `length` is None where the body comes in chunks."""
        self.content = BytesIO() if length is not None and length <= CHUNK else SealedSpool()
        if length is not None and length > most_body():
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        """A piece of the body."""
        self._came += len(data)
        if not self._is_refused and self._came > most_body():
            self._refuse()
        if not self._is_refused:
            super().handleContentChunk(data)
        elif self._came > _MOST_DISCARDED * most_body():
            self.channel.transport.abortConnection()

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        """The body is whole."""
        if self._is_refused:
            self.channel.loseConnection()
        else:
            super().requestReceived(command, path, version)

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Daphne's; with the first of several pieces the transport begins to say when it is full. Who ends keeps no connection."""
        if ending.has_begun() and message["type"] == "http.response.start" and self.channel is not None:
            self.channel.persistent = False
            self.setHeader(b"connection", b"close")
        if message.get("more_body") and self.producer is None and self.channel is not None and not self.finished:
            self.registerProducer(self.pace, True)
        super().handle_reply(message)

    def finish(self) -> None:
        """The answer is whole."""
        if self.producer is not None:
            self.unregisterProducer()
        super().finish()

    def take_body(self) -> SealedSpool | None:
        """The spool, for the application to read and to close; None where the body is small and goes Daphne's way."""
        if not isinstance(self.content, SealedSpool):
            return None
        spool, self.content = self.content, BytesIO()
        return spool

    def _refuse(self) -> None:
        """413 at once. What still comes is thrown away for a while: a line that is cut while somebody speaks is no answer to them."""
        self._is_refused = True
        self.content.close()
        answer = problem(too_large())
        head = f"HTTP/1.1 413 Too Large\r\nContent-Type: {answer['Content-Type']}\r\nContent-Length: {len(answer.content)}\r\n"
        self.channel.transport.write(head.encode() + b"Cache-Control: no-store\r\nConnection: close\r\n\r\n" + answer.content)
