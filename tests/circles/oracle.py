"""Who may do what, written from the contract's tables alone: nothing of `people.circles` is imported here, so that the two can differ.

Words in capitals are the roles' standings and rows of "Roles, standings, audiences" and "Acts".
"""
CARE = {"gp", "specialist", "nurse", "pharmacist", "physiotherapist", "other_health", "coordinator", "hospital_staff"}
WIDER = {"social_worker", "home_help", "secretary"}
PATIENT = {"patient"}
RELATIVES = {"relative", "trusted_person"}
ROLES = CARE | WIDER | PATIENT | RELATIVES
STATES = {"active", "frozen", "closed", "deceased", "erased"}  # in an erased one nobody is and nothing is done
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
WRITES = {"post", "correct", "retract", "take", "hand_back", "complete", "upload", "transcribe", "ask_transcription", "set_ladder"}
LIFE = {"consent", "oppose", "see_oppositions", "name_guardian"}  # "identity, consent, state of the circle", and what belongs to it
CONTACTS = {"keep_contacts", "print_code"}
FILES = {"see_media", "listen", "end_transcription"}  # beside those that are writes
PLACES = {"hand_over"}
# The rooms around the journal: writes like those of the journal, but for the export, which reads.
ROOMS = {
    "add_task", "change_task", "take_task", "finish_task", "add_appointment", "change_appointment", "report_visit", "keep_summary",
    "note_measure", "keep_plan", "agree_plan", "fill_sheet", "withdraw_entry", "ask_stay",
}  # fmt: skip
ACTS = (
    WRITES | ROOMS | {"export"} | LIFE | CONTACTS | FILES | PLACES
    | {"read", "mark_read", "type", "search", "admit", "end_membership", "set_state", "read_trail"}
)


# A coordinator whose profession is not a health profession shares beyond the care team, so by the patient's consent only.
HEALTH = {
    "physician", "nurse", "pharmacist", "physiotherapist", "midwife", "dentist", "psychologist", "dietitian", "occupational_therapist",
    "speech_therapist", "care_assistant",
}  # fmt: skip
MAY_STAND_IN_THE_WIDER_TEAM = {"coordinator"}
GUARDED = {"consent", "oppose", "see_oppositions", "end_membership", "read_trail"}  # in the patient's place


def standing_of(role: str, profession: str, consent: bool) -> str:
    """Where a member stands: the role's own place, but for a coordinator of no health profession without consent."""
    if role in MAY_STAND_IN_THE_WIDER_TEAM and profession not in HEALTH and not consent:
        return "wider_team"
    standings = {"care_team": CARE, "wider_team": WIDER, "patient": PATIENT, "relatives": RELATIVES}
    return next(standing for standing, roles in standings.items() if role in roles)


def reads(role: str, audience: str, standing: str | None = None) -> bool:
    """Whether a member reads an audience. `standing` is given where it is not the role's own."""
    return audience in {"wider_team", "circle"} if standing == "wider_team" else role in READS[audience]


def may_write_in(role: str, state: str) -> bool:
    """In a frozen circle only a coordinator writes; in a closed or deceased one nobody."""
    return state == "active" or (state == "frozen" and role == "coordinator")


def allowed(
    role: str, act: str, state: str, audience: str | None, other: str | None, own: bool, owner: bool,
    guardian: bool = False, gives: bool = False, day_over: bool = False, standing: str | None = None,
    glass: bool = False,
) -> bool:  # fmt: skip
    """The contract's word on one cell. `other` is the role admitted, ended or opposed; `own` one's own post or membership.

    `guardian`: who exercises the patient's rights; `gives`: a consent is given; `day_over`: a day since the death was declared;
    `glass`: by force of an emergency.
    """
    if state == "erased" or (glass and not under_glass(act, audience, own)):
        return False
    if act in WRITES | ROOMS and not may_write_in(role, state):
        return False
    if audience is not None and not reads(role, audience, standing):
        return False
    if act in {"read", "post", "mark_read", "type", "search", "read_trail", "upload", "see_media", "listen"}:
        return True
    if act in {"add_task", "add_appointment", "note_measure", "agree_plan", "export"}:  # as a post: every member, over what they read
        return True
    return {
        "take": role in TAKE,
        "hand_back": role in TAKE and (owner or role == "coordinator"),
        "complete": role in TAKE and owner,
        "correct": own,
        "retract": own or role == "coordinator",
        "admit": state == "active" and admits(role, other),
        "keep_contacts": state == "active" and admits(role, other),
        "print_code": role in CARE and (other is None or other in PATIENT | RELATIVES),
        "end_membership": own or role == "patient" or (other is not None and admits(role, other)) or role in STEER
        or (guardian and other != "patient"),
        "set_ladder": role in STEER,
        "set_state": role == "coordinator" or (role in STEER and not day_over),
        "consent": role in STEER or (not gives and (guardian or role == "patient")),
        "oppose": other != "patient" and (guardian or role in STEER or role == "patient"),
        "see_oppositions": guardian or role in CARE | PATIENT,
        "name_guardian": role in STEER,
        "change_task": owner or role in STEER,
        "take_task": owner or role in TAKE,  # `owner`: who is asked
        "finish_task": owner or role == "coordinator",
        "change_appointment": owner or role in STEER,
        "report_visit": role in TAKE,
        "keep_summary": role in CARE,
        "keep_plan": role in CARE,
        "ask_stay": role in CARE,
        "fill_sheet": owner or role in CARE | WIDER,
        "withdraw_entry": own or role == "coordinator",
        "transcribe": own or (owner and role == "secretary"),
        "ask_transcription": own,
        "end_transcription": own,
        "hand_over": state == "active" and role in CARE | WIDER,  # "who stands in": of the care and wider teams
    }[act]


def under_glass(act: str, audience: str | None, own: bool) -> bool:
    """Break-glass: "posts for the care team only, admits nobody, changes no state, consent or ladder"; one may always leave."""
    reading = {"read", "search", "mark_read", "type", "see_media", "listen", "read_trail"}
    writing = {"post", "correct", "retract", "upload"}
    return act in reading or (act in writing and audience in {None, "care_team"}) or (act == "end_membership" and own)


def admits(role: str, other: str | None) -> bool:
    """Steering roles: any role; patient and trusted person: the family; None asks whether there is any role at all."""
    return role in STEER or (role in KEEPS_FAMILY and other in {None, *RELATIVES})
