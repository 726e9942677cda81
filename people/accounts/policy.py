"""Which duties belong to an administrator of a structure, which to an operator of the service. Pure; everything else is denied.

No duty names a circle: who administers enters a circle by the same door as everybody, as its member.
"""
from people.accounts.enums import Duty

ADMINISTRATORS = frozenset(
    {
        Duty.SEE_TEAM, Duty.INVITE, Duty.CONFIRM, Duty.WITHDRAW, Duty.END_WORK, Duty.RESTART_FACTOR, Duty.CHANGE_SETTINGS,
        Duty.TRY_MESSAGES, Duty.DECIDE_IDENTITIES,
    }
)
OPERATORS = frozenset({Duty.SEE_SERVICE, Duty.KEEP_STRUCTURES, Duty.NAME_ADMINISTRATORS, Duty.RETRY_DELIVERIES, Duty.KEEP_FEEDS})


def may(duty: Duty, *, administers: bool = False, operates: bool = False) -> bool:
    """Whether somebody who administers the structure in question, or operates the service, has this duty."""
    return (administers and duty in ADMINISTRATORS) or (operates and duty in OPERATORS)
