"""From when until when a stay lets the people of its unit in. Pure; the one place that says it."""
import datetime as dt
from dataclasses import dataclass

from hospital.stays.enums import StayClass, StayState
from hospital.stays.models import Hospital, Stay

LONGEST_GRACE_H = 72
VISIT = dt.timedelta(hours=24)  # how long a registration as an outpatient lets people in: hospitals rarely tell that it is over
OUTPATIENT = (StayClass.OUTPATIENT, StayClass.RECURRING)
IN = (StayState.IN_HOSPITAL, StayState.ON_LEAVE)


@dataclass(frozen=True)
class Interval:
    """`until` None: as long as the patient is in hospital."""

    since: dt.datetime
    until: dt.datetime | None

    def holds(self, at: dt.datetime) -> bool:
        """Whether a moment lies in it; its end does not."""
        return self.since <= at and (self.until is None or at < self.until)


def grace_of(hospital: Hospital | None) -> dt.timedelta:
    """How long a ward stays in the thread after a discharge: 72 hours, or less where the hospital's setting says so."""
    return dt.timedelta(hours=LONGEST_GRACE_H if hospital is None else min(hospital.grace_h, LONGEST_GRACE_H))


def interval_of(stay: Stay, grace: dt.timedelta) -> Interval | None:
    """From the admission to the discharge and its grace; None for a stay that is only planned, cancelled, or of which nothing is known.

    A registration as an outpatient lets people in for a day, whatever is told afterwards.
    """
    if stay.admitted_at is None or stay.unit_id is None:
        return None
    if stay.stay_class in OUTPATIENT and (stay.state in IN or stay.state == StayState.ENDED):
        return Interval(stay.admitted_at, stay.admitted_at + VISIT)
    if stay.state in IN:
        return Interval(stay.admitted_at, None)
    if stay.state == StayState.ENDED and stay.discharged_at is not None:
        return Interval(stay.admitted_at, stay.discharged_at + grace)
    return None
