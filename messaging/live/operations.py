"""What a client may ask of the socket, run in a thread: watch a circle, move a mark. Each enters by the same door as HTTP."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from foundation import ids
from foundation.device import called_from
from foundation.errors import Invalid
from foundation.http import whole_number
from messaging.feed.items import Reader
from messaging.live import services
from messaging.live.handshake import Caller
from messaging.live.queries import counts_of
from people.accounts.models import Person
from people.circles.access import enter, opened_together, require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.queries import epoch_of

_LAST = 50
# Each operation of the socket names its act, or is marked as one that touches no circle; a test reads this.
ACTS: dict[str, Act | None] = {"watch": Act.READ, "unwatch": None, "read": Act.MARK_READ, "typing": Act.TYPE, "got": None, "ping": None}


@dataclass
class Watching:
    """The answer to `watch`, and from where: `reset` where the cursor is of another epoch or beyond the head."""

    membership: Membership
    reader: Reader
    cursor: int
    reset: bool
    answer: dict[str, Any]


def enter_for(caller: Caller, frame: dict[str, Any]) -> Membership:
    """The caller's membership of the frame's circle, allowed to do what the frame asks. Raises NotFound, Refused."""
    with called_from(caller.device):
        membership = enter(Person(pk=caller.person), ids.parse(frame.get("circle")))
    act = ACTS[frame["op"]]
    if act is not None:
        require(membership, act)
    return membership


def begin_watches(asked: Sequence[tuple[Caller, dict[str, Any]]]) -> list[Watching | Exception]:
    """Opens circles for watching, for several sockets at once; each gets its answer or what was wrong: NotFound, Invalid `feed.bad_cursor`.

    The lines that these openings leave in the trail are committed together, and before anybody is answered.
    """
    begun = [(_begun(caller, frame), caller) for caller, frame in asked]
    try:
        opened_together([(one.membership, caller.session, caller.device) for one, caller in begun if isinstance(one, Watching)])
    except Exception:  # one that fails keeps no other from being opened
        return [_alone(one, caller) if isinstance(one, Watching) else one for one, caller in begun]
    return [one for one, _ in begun]


def _alone(watching: Watching, caller: Caller) -> Watching | Exception:
    try:
        opened_together([(watching.membership, caller.session, caller.device)])
    except Exception as error:
        return error
    return watching


def _begun(caller: Caller, frame: dict[str, Any]) -> Watching | Exception:
    try:
        after = whole_number(frame.get("after"), "after", "feed.bad_cursor")
        membership = enter_for(caller, frame)
    except Exception as error:
        return error
    head, epoch = membership.head_number, epoch_of(membership)
    given = frame.get("epoch")
    reset = (after is not None and after > head) or (given is not None and given != epoch)
    cursor = max(head - _LAST if after is None else after, membership.first - 1, 0)
    answer = {"head": head, "epoch": epoch, "from": membership.first}
    return Watching(membership, Reader(membership.stands, membership.first), cursor, reset, answer)


def move_mark(caller: Caller, frame: dict[str, Any]) -> dict[str, int]:
    """As `PUT circles/{id}/read`: `read` and `unread`."""
    seq = whole_number(frame.get("seq"), "seq", "feed.bad_cursor")
    if seq is None:
        raise Invalid("feed.bad_cursor", "seq")
    return marked(enter_for(caller, frame), seq)


def marked(membership: Membership, seq: int) -> dict[str, int]:
    """Moves the mark and says how much is unread after it."""
    read = services.move_mark(membership, seq=seq)
    return {"read": read, "unread": counts_of([membership.pk])[membership.pk].get("unread", 0)}


def audience_to_type(frame: dict[str, Any], reader: Reader) -> Audience:
    """For whom somebody types: an audience that one reads oneself. Raises Invalid."""
    audience = frame.get("audience")
    if audience not in set(Audience) or reader.standing not in Audience(audience).readers:
        raise Invalid("live.bad_audience", "audience")
    return Audience(audience)


def circle_of(frame: dict[str, Any]) -> UUID | None:
    """The circle that a frame names."""
    return ids.parse(frame.get("circle"))
