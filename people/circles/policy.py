"""Who may do what in a circle: one pure module, deny by default. The contract's "Acts" table is its specification.

Nothing here reads a database or a clock; `docs/access-matrix.md` is generated from it and tested cell by cell.
"""
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from messaging.feed.enums import Standing
from people.circles.enums import CARE_PROFESSIONS, Audience, CircleState, Role


class Act(StrEnum):
    """Everything that a member can do. Each route and socket operation names one, or the program does not start."""

    READ = "read"
    POST = "post"
    CORRECT = "correct"
    RETRACT = "retract"
    TAKE = "take"
    HAND_BACK = "hand_back"
    COMPLETE = "complete"
    MARK_READ = "mark_read"
    TYPE = "type"
    SEARCH = "search"
    ADMIT = "admit"
    END_MEMBERSHIP = "end_membership"
    SET_STATE = "set_state"
    READ_TRAIL = "read_trail"
    KEEP_CONTACTS = "keep_contacts"
    PRINT_CODE = "print_code"
    CONSENT = "consent"
    OPPOSE = "oppose"
    SEE_OPPOSITIONS = "see_oppositions"
    NAME_GUARDIAN = "name_guardian"
    UPLOAD = "upload"
    SEE_MEDIA = "see_media"
    LISTEN = "listen"
    TRANSCRIBE = "transcribe"
    ASK_TRANSCRIPTION = "ask_transcription"
    END_TRANSCRIPTION = "end_transcription"
    HAND_OVER = "hand_over"
    SET_LADDER = "set_ladder"
    ADD_TASK = "add_task"
    CHANGE_TASK = "change_task"
    TAKE_TASK = "take_task"
    FINISH_TASK = "finish_task"
    ADD_APPOINTMENT = "add_appointment"
    CHANGE_APPOINTMENT = "change_appointment"
    REPORT_VISIT = "report_visit"
    KEEP_SUMMARY = "keep_summary"
    NOTE_MEASURE = "note_measure"
    KEEP_PLAN = "keep_plan"
    AGREE_PLAN = "agree_plan"
    FILL_SHEET = "fill_sheet"
    WITHDRAW_ENTRY = "withdraw_entry"
    ASK_STAY = "ask_stay"
    EXPORT = "export"


CARE_TEAM = frozenset(role for role in Role if role.standing == Standing.CARE_TEAM)
TEAM_ROLES = frozenset(role for role in Role if role.standing in {Standing.CARE_TEAM, Standing.WIDER_TEAM})
STEERING = frozenset({Role.COORDINATOR, Role.GP, Role.NURSE})
TAKERS = CARE_TEAM | {Role.SOCIAL_WORKER, Role.HOME_HELP}
WHOLE_TRAIL = frozenset({Role.PATIENT, Role.COORDINATOR, Role.GP})
FAMILY = frozenset({Role.RELATIVE, Role.TRUSTED_PERSON})
BY_CODE = FAMILY | {Role.PATIENT}  # who may sign in by a printed code

_ANYONE = frozenset(Role)
_WHO: dict[Act, frozenset[Role]] = {
    Act.READ: _ANYONE,
    Act.POST: _ANYONE,
    Act.CORRECT: _ANYONE,  # of one's own
    Act.RETRACT: _ANYONE,  # of one's own, or a coordinator
    Act.TAKE: TAKERS,
    Act.HAND_BACK: TAKERS,
    Act.COMPLETE: TAKERS,
    Act.MARK_READ: _ANYONE,
    Act.TYPE: _ANYONE,
    Act.SEARCH: _ANYONE,
    Act.ADMIT: STEERING | {Role.PATIENT, Role.TRUSTED_PERSON},
    Act.END_MEMBERSHIP: _ANYONE,  # everyone ends their own
    Act.SET_STATE: STEERING,
    Act.READ_TRAIL: _ANYONE,  # the whole of it, or one's own accesses
    Act.KEEP_CONTACTS: STEERING | {Role.PATIENT, Role.TRUSTED_PERSON},  # of the roles that one may admit
    Act.PRINT_CODE: CARE_TEAM,  # for the patient and the family
    Act.CONSENT: STEERING | {Role.PATIENT},  # the patient only withdraws on the screen
    Act.OPPOSE: STEERING | {Role.PATIENT},  # who steers writes down what the patient said or signed
    Act.SEE_OPPOSITIONS: CARE_TEAM | {Role.PATIENT},
    Act.NAME_GUARDIAN: STEERING,
    Act.UPLOAD: _ANYONE,
    Act.SEE_MEDIA: _ANYONE,  # of the posts that one reads
    Act.LISTEN: _ANYONE,  # a mark, like that of having read
    Act.TRANSCRIBE: _ANYONE,  # of one's own note, or a secretary what she was asked to
    Act.ASK_TRANSCRIPTION: _ANYONE,  # of one's own
    Act.END_TRANSCRIPTION: _ANYONE,  # of one's own; in every state, as a membership
    Act.HAND_OVER: TEAM_ROLES,  # one's own place, for a time; nobody replaces a patient or a relative
    Act.SET_LADDER: STEERING,  # who is told of urgent messages, and when
    Act.ADD_TASK: _ANYONE,
    Act.CHANGE_TASK: _ANYONE,  # of one's own or what one has, or who steers
    Act.TAKE_TASK: _ANYONE,  # those who take alerts; besides them whoever is asked
    Act.FINISH_TASK: _ANYONE,  # what one has; a coordinator hands back
    Act.ADD_APPOINTMENT: _ANYONE,
    Act.CHANGE_APPOINTMENT: _ANYONE,  # of one's own, where one is expected, or who steers
    Act.REPORT_VISIT: TAKERS,  # done or missed, with a word into the journal
    Act.KEEP_SUMMARY: CARE_TEAM,
    Act.NOTE_MEASURE: _ANYONE,
    Act.KEEP_PLAN: CARE_TEAM,
    Act.AGREE_PLAN: _ANYONE,  # for oneself
    Act.FILL_SHEET: _ANYONE,  # care and wider team; the patient and the family what the form asks of them
    Act.WITHDRAW_ENTRY: _ANYONE,  # a measure or an answered sheet: of one's own, or a coordinator
    Act.ASK_STAY: CARE_TEAM,
    Act.EXPORT: _ANYONE,  # of what one reads
}
# What a guardian does in the patient's place as long as the guardianship runs; for the rest a relative like any other.
GUARDED = frozenset({Act.CONSENT, Act.OPPOSE, Act.SEE_OPPOSITIONS, Act.END_MEMBERSHIP, Act.READ_TRAIL})
_WRITES = frozenset({
    Act.POST, Act.CORRECT, Act.RETRACT, Act.TAKE, Act.HAND_BACK, Act.COMPLETE, Act.ADMIT, Act.KEEP_CONTACTS, Act.UPLOAD, Act.TRANSCRIBE,
    Act.ASK_TRANSCRIPTION, Act.HAND_OVER, Act.SET_LADDER, Act.ADD_TASK, Act.CHANGE_TASK, Act.TAKE_TASK, Act.FINISH_TASK,
    Act.ADD_APPOINTMENT, Act.CHANGE_APPOINTMENT, Act.REPORT_VISIT, Act.KEEP_SUMMARY, Act.NOTE_MEASURE, Act.KEEP_PLAN, Act.AGREE_PLAN,
    Act.FILL_SHEET, Act.WITHDRAW_ENTRY, Act.ASK_STAY,
})  # fmt: skip
# What somebody does who came in by force of an emergency, whatever their role: read, and write for the care team.
UNDER_GLASS = frozenset({
    Act.READ, Act.POST, Act.CORRECT, Act.RETRACT, Act.MARK_READ, Act.TYPE, Act.SEARCH, Act.END_MEMBERSHIP, Act.READ_TRAIL, Act.UPLOAD,
    Act.SEE_MEDIA, Act.LISTEN,
})  # fmt: skip
# Who does this to what others have or are asked: besides the owner, these roles.
_OWNERS_AND: dict[Act, frozenset[Role]] = {
    Act.CHANGE_TASK: STEERING,
    Act.TAKE_TASK: TAKERS,
    Act.FINISH_TASK: frozenset({Role.COORDINATOR}),
    Act.CHANGE_APPOINTMENT: STEERING,
    Act.FILL_SHEET: TEAM_ROLES,
}
_OF_ONES_OWN = frozenset({Act.CORRECT, Act.TRANSCRIBE, Act.ASK_TRANSCRIPTION, Act.END_TRANSCRIPTION})


@dataclass(frozen=True)
class Verdict:
    """Allowed or not, and the code of the reason. True where allowed."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOW = Verdict(True)


def decide(
    role: Role,
    act: Act,
    state: CircleState,
    *,
    standing: Standing | None = None,
    audience: Audience | None = None,
    own: bool = False,
    other_role: Role | None = None,
    owner: bool = False,
    guardian: bool = False,
    gives: bool = False,
    day_over: bool = False,
    glass: bool = False,
) -> Verdict:
    """Whether a member in this role may do this act now.

    `standing` where it is not the role's own (a coordinator in the wider team); `audience` is that of the post written, read or
    acted on; `own`: it is the member's own post, file, record or membership; `other_role`: the role admitted, ended, opposed, kept as a
    contact or given a printed code; `owner`: the member owns the alert or has the task, is asked to take it, wrote or has what is
    changed, is expected at the appointment, was asked to write the note down, or the form is theirs to fill; `guardian`: the member
    exercises the patient's rights now; `gives`: a consent is given, not withdrawn; `day_over`: the death was declared over a day ago;
    `glass`: the member is here by force of an emergency and by nothing else.
    """
    if glass and not _under_glass(act, audience, own):
        return Verdict(False, "glass")
    if role not in _WHO.get(act, frozenset()) and not (guardian and act in GUARDED):
        return Verdict(False, "role")
    if state is CircleState.ERASED or (act in _WRITES and not _writable(role, act, state)):
        return Verdict(False, f"circle_{state}")
    if audience is not None and (standing or role.standing) not in audience.readers:
        return Verdict(False, "audience")
    if not own and _is_the_authors(role, act, owner):
        return Verdict(False, "not_author")
    if act is Act.HAND_BACK and not (owner or role is Role.COORDINATOR):
        return Verdict(False, "not_owner")
    if not owner and (act is Act.COMPLETE or role not in _OWNERS_AND.get(act, _ANYONE)):
        return Verdict(False, "not_owner")
    if act is Act.ADMIT or act is Act.KEEP_CONTACTS:
        return _admit(role, state, other_role)
    if act is Act.END_MEMBERSHIP and not own:
        return _end(role, other_role, guardian)
    return _of_life(role, act, other_role, gives, day_over)


def writable_audiences(standing: Standing) -> list[Audience]:
    """One writes for an audience that one reads oneself."""
    return [audience for audience in Audience if standing in audience.readers]


def standing_of(role: Role, profession: str, *, coordination_consent: bool) -> Standing:
    """Where a member stands: a coordinator of no health profession is in the care team only by the patient's consent.

    Articles L.1110-4 and L.1110-12 CSP: who is not of the care team shares by consent.
    """
    if role is Role.COORDINATOR and profession not in CARE_PROFESSIONS and not coordination_consent:
        return Standing.WIDER_TEAM
    return role.standing


def widens(reply: Audience, answered: Audience) -> bool:
    """Whether a reply would have a standing among its readers that the answered post's has not."""
    return not reply.readers <= answered.readers


def admissible(role: Role) -> Iterable[Role]:
    """Roles that a member in this role may admit in an active circle."""
    return [other for other in Role if decide(role, Act.ADMIT, CircleState.ACTIVE, other_role=other)]


def _under_glass(act: Act, audience: Audience | None, own: bool) -> bool:
    """What is written under a broken glass is for the care team, and what is ended is one's own presence."""
    if act in _WRITES and audience not in {None, Audience.CARE_TEAM}:
        return False
    return act in UNDER_GLASS and (own or act is not Act.END_MEMBERSHIP)


def _is_the_authors(role: Role, act: Act, owner: bool) -> bool:
    """What nobody does to what others wrote; but a coordinator retracts, and a secretary writes down what she was asked to."""
    if act is Act.TRANSCRIBE and role is Role.SECRETARY:
        return not owner
    return act in _OF_ONES_OWN or ((act is Act.RETRACT or act is Act.WITHDRAW_ENTRY) and role is not Role.COORDINATOR)


def _writable(role: Role, act: Act, state: CircleState) -> bool:
    """Who writes in a frozen circle lets nobody take their place there."""
    frozen = state is CircleState.FROZEN and role is Role.COORDINATOR and act is not Act.HAND_OVER
    return state is CircleState.ACTIVE or frozen


def _admit(role: Role, state: CircleState, other: Role | None) -> Verdict:
    """Who writes in a frozen circle still lets nobody in."""
    if state is CircleState.FROZEN:
        return Verdict(False, f"circle_{state}")
    if role in STEERING or other is None or other in FAMILY:
        return ALLOW
    return Verdict(False, "role")


def _end(role: Role, other: Role | None, guardian: bool) -> Verdict:
    """Those who admit a role also end it; the patient ends any membership (opposition), a guardian any but the patient's."""
    if role in STEERING or role is Role.PATIENT or (role is Role.TRUSTED_PERSON and other in FAMILY):
        return ALLOW
    return ALLOW if guardian and other is not Role.PATIENT else Verdict(False, "role")


def _of_life(role: Role, act: Act, other: Role | None, gives: bool, day_over: bool) -> Verdict:
    """Consents are given before a professional; nobody is opposed who is the patient; a death stands after its day; a printed
    code is for the patient and the family, a professional signs in as one.
    """
    if act is Act.PRINT_CODE and other is not None and other not in BY_CODE:
        return Verdict(False, "role")
    if act is Act.CONSENT and gives and role not in STEERING:
        return Verdict(False, "role")
    if act is Act.OPPOSE and other is Role.PATIENT:
        return Verdict(False, "role")
    if act is Act.SET_STATE and day_over and role is not Role.COORDINATOR:
        return Verdict(False, "day_over")
    return ALLOW
