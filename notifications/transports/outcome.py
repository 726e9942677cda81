"""What came of one sending."""
from dataclasses import dataclass
from typing import Literal

from foundation.clock import Seconds

Came = Literal["accepted", "gone", "later", "refused"]


@dataclass(frozen=True)
class Outcome:
    """`status` is what is kept of it: the HTTP or SMTP status, "timeout", "network" …, never an address or a word of the answer.

    `kind`: "accepted": the service on the way has taken it; whether anybody was shown it is another question. "gone": this address is
    no more, and nothing is to be sent there again. "later": nothing came of it, or nobody knows; it is sent again. "refused": the same
    would be refused again.
    """

    status: str
    kind: Came
    retry_after: Seconds | None = None  # not before, says the service; of "later"
    ttl_s: int | None = None  # for how long the service keeps it for a device that is off, where it says so
