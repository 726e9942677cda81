"""What a hospital says, once a message is translated: plain values, whatever its format was. The gateway makes these, stays read them."""
import datetime as dt
from dataclasses import dataclass, field

from hospital.stays.enums import Action, Event, StayClass
from people.circles.traits import Traits

Number = tuple[str, str]  # (assigning authority, value); the authority may be ""


@dataclass(frozen=True)
class Identity:
    """Whom a message is about. `traits.ins` is filled only where the INS is qualified: right OID, right type, PID-32 = VALI."""

    traits: Traits
    identifiers: tuple[Number, ...] = ()  # the hospital's own numbers (PI, IPP), the main one first
    statuses: frozenset[str] = frozenset()  # PID-32 as it stands
    bare: bool = False  # known by a number alone: there are no traits that could speak against it

    @property
    def untrustworthy(self) -> bool:
        """Fictive, doubtful or anonymous: never matched with anybody."""
        return bool(self.statuses & {"FICT", "DOUT", "ANOM"})


@dataclass(frozen=True)
class MovementNews:
    """One movement of one stay, as the hospital tells it."""

    event: Event
    action: Action
    stay: Number  # PV1-19
    movement: Number  # ZBE-1; ("", "") where the sender has none: then event and time are its number
    at: dt.datetime
    stay_class: StayClass = StayClass.OTHER
    unit_code: str = ""
    unit_name: str = ""
    historic: bool = False
    planned: bool | None = None  # of an admission, where the hospital says it: expected, or an emergency; else its announcement tells
    recorded_at: dt.datetime | None = None  # when the hospital wrote it down (EVN-2): which of two corrections came later
    protected: bool = False
    relatives_untold: bool = False
    # Codes only: "nature" (ZBE-9), "mode" (ZFM-2: "8" home, "7" another hospital, "9" death; where there is none what PV1-36 says of
    # that, else ""), "destination" (ZFM-4: "6" hospital care at home, "7" a care home …), "next" (PV1-37: the hospital after this one).
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Merge:
    """Two identities of a hospital are one (A40), a number was changed or an INS withdrawn (A47), an account moved (A44).

    `kept`: the identity that goes on (PID); `absorbed`: the hospital's numbers that end or lose the account (MRG-1).
    """

    kind: str  # "merged", "changed", "withdrawn", "moved"
    kept: Identity
    absorbed: tuple[Number, ...]
    absorbed_ins: str = ""
    stays: tuple[Number, ...] = ()  # of an account that moved: the stays on it; () is all that are open under the absorbed numbers
