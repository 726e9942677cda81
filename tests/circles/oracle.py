"""Who may do what, written from the contract's tables alone: nothing of `people.circles` is imported here, so that the two can differ.

Words in capitals are the roles' standings and rows of "Roles, standings, audiences" and "Acts".
"""
CARE = {"gp", "specialist", "nurse", "pharmacist", "physiotherapist", "other_health", "coordinator", "hospital_staff"}
WIDER = {"social_worker", "home_help", "secretary"}
PATIENT = {"patient"}
RELATIVES = {"relative", "trusted_person"}
ROLES = CARE | WIDER | PATIENT | RELATIVES
STATES = {"active", "frozen", "closed", "deceased"}
READS = {
    "care_team": CARE,
    "wider_team": CARE | WIDER,
    "patient": CARE | PATIENT,
    "relatives": CARE | RELATIVES,
    "circle": ROLES,
}
WHOLE_TRAIL = {"patient", "coordinator", "gp"}
STEER = {"coordinator", "gp", "nurse"}
TAKE = CARE | {"social_worker", "home_help"}
KEEPS_FAMILY = {"patient", "trusted_person"}
WRITES = {"post", "correct", "retract", "take", "hand_back", "complete"}
ACTS = WRITES | {"read", "mark_read", "type", "search", "admit", "end_membership", "set_state", "read_trail", "keep_contacts", "print_code"}


def may_write_in(role: str, state: str) -> bool:
    """In a frozen circle only a coordinator writes; in a closed or deceased one nobody."""
    return state == "active" or (state == "frozen" and role == "coordinator")


def allowed(role: str, act: str, state: str, audience: str | None, other: str | None, own: bool, owner: bool) -> bool:
    """The contract's word on one cell. `other` is the role admitted or ended; `own` one's own post or membership."""
    if act in WRITES and not may_write_in(role, state):
        return False
    if audience is not None and role not in READS[audience]:
        return False
    if act in {"read", "post", "mark_read", "type", "search", "read_trail"}:
        return True
    return {
        "take": role in TAKE,
        "hand_back": role in TAKE and (owner or role == "coordinator"),
        "complete": role in TAKE and owner,
        "correct": own,
        "retract": own or role == "coordinator",
        "admit": state == "active" and admits(role, other),
        "end_membership": own or role == "patient" or (other is not None and admits(role, other)) or role in STEER,
        "set_state": role in STEER,
        "keep_contacts": state == "active" and admits(role, other),
        "print_code": role in CARE and (other is None or other in PATIENT | RELATIVES),
    }[act]


def admits(role: str, other: str | None) -> bool:
    """Steering roles: any role; patient and trusted person: the family; None asks whether there is any role at all."""
    return role in STEER or (role in KEEPS_FAMILY and other in {None, *RELATIVES})
