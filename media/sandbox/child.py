"""The program of the child: it loads its libraries, shuts itself in, says so, takes one file, answers, ends.

Started by `media.processing` as `python -I -c … PARENT ROOT FAMILY`, with an empty environment, in `/`, with three open files.
"""
import json
import os
import sys

from media.sandbox import bounds, closing, wire
from media.sandbox.readers import Family, Reader, readers
from media.sandbox.refusal import Refusal
from media.sandbox.rehearsal import rehearse
from media.sandbox.wire import Said


def main() -> None:
    """Never returns. What the file made of a decoder ends with this process, without any tidying up."""
    network = closing.leave_network()
    parent, family = int(sys.argv[1]), Family(sys.argv[3])
    known = readers(family)
    rehearse(family, known)
    walls = {"unconnected": network, **closing.shut_in(parent)}
    wire.say(Said.READY, json.dumps(walls).encode())
    try:
        _work(known)
    except Refusal as refusal:
        wire.say(Said.REFUSED, refusal.code.encode())
    except MemoryError:
        wire.say(Said.REFUSED, b"media.too_complex")
    except Exception:  # libraries raise anything over a broken file; what it was stays in here, for it may quote the file
        wire.say(Said.REFUSED, b"media.unreadable")
    os._exit(0)


def _work(known: dict[str, Reader]) -> None:
    heard = wire.hear(bounds.FILE_BYTES + 256)
    task, _, rest = heard.partition(b"\n")
    media_type = task.decode("ascii")
    data = bytes(rest)
    del heard, rest
    if len(data) > bounds.FILE_BYTES:
        raise Refusal("media.too_large")
    result = known[media_type](data, media_type, lambda: wire.say(Said.CHECKED))
    wire.say(Said.FACTS, json.dumps({"media_type": result.media_type, **result.facts}).encode())
    if result.thumbnail is not None:
        wire.say(Said.THUMBNAIL, result.thumbnail)
    if result.content is not None:
        wire.say(Said.CONTENT, result.content)
    wire.say(Said.DONE)
