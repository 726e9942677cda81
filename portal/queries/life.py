"""A circle's life in words: its states, what the patient consented to and opposed, who speaks in the patient's place."""
import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.circles import consents, oppositions, policy
from people.circles.enums import Cause, CircleState, ConsentScope, Role
from people.circles.guardians import guardians_of, is_guardian, term_of
from people.circles.models import Consent, Guardianship, Membership, Opposition, StateChange
from people.circles.policy import Act
from people.circles.spoken import Words
from people.circles.states import death_stands, reason_of
from people.circles.words import titled, trade
from portal.templatetags.times import full_moment

SCOPES: dict[str, tuple[Promise, Promise, Promise]] = {  # what it is; given; withdrawn
    ConsentScope.CIRCLE: (
        gettext_lazy("Sharing in the circle, beyond the care team"), gettext_lazy("Consent to sharing in the circle"),
        gettext_lazy("Consent to sharing in the circle withdrawn"),
    ),
    ConsentScope.COORDINATION: (
        gettext_lazy("A coordinator who is no health professional stands in the care team"),
        gettext_lazy("Consent to the coordinator in the care team"), gettext_lazy("Consent to the coordinator in the care team withdrawn"),
    ),
}  # fmt: skip
RECORDED: dict[str, Promise] = {
    "oral": gettext_lazy("said to me"), "written": gettext_lazy("written and kept"), "paper": gettext_lazy("signed on paper"),
    "screen": gettext_lazy("on the screen"), "representative": gettext_lazy("given by a representative"),
    "scenario": gettext_lazy("taken over with the record"),
}  # fmt: skip
_STATES: dict[str, Promise] = {
    CircleState.ACTIVE: gettext_lazy("Circle active again"), CircleState.FROZEN: gettext_lazy("Circle frozen"),
    CircleState.CLOSED: gettext_lazy("Circle closed"), CircleState.DECEASED: gettext_lazy("Death declared"),
}  # fmt: skip
_CAUSES: dict[str, Promise] = {
    Cause.CONSENT: gettext_lazy("because the consent was withdrawn"), Cause.UNDONE: gettext_lazy("the change before was taken back"),
}  # fmt: skip


class Entry(NamedTuple):
    """One event of the timeline. `icon` names its form; `by` says who and as what."""

    at: dt.datetime
    icon: str
    title: str
    by: str
    more: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """An opposition that stands, or a guardianship that runs: its mark, the person, and what is known of it."""

    mark: str
    name: str
    role: str
    more: str


@dataclass(frozen=True)
class Rights:
    """What the reader does on this page."""

    set_state: bool
    give: bool
    withdraw: bool
    oppose: bool
    name_guardian: bool
    own: bool  # the patient, or who speaks in the patient's place


def rights_of(reader: Membership) -> Rights:
    """After the policy; a death that stands is taken back by the coordinator alone."""
    role, state, guardian = Role(reader.role), CircleState(reader.circle.state), is_guardian(reader)

    over = death_stands(reader.circle)

    def may(act: Act, *, gives: bool = False) -> bool:
        return bool(policy.decide(role, act, state, guardian=guardian, gives=gives, day_over=over))

    return Rights(
        set_state=may(Act.SET_STATE), give=may(Act.CONSENT, gives=True), withdraw=may(Act.CONSENT), oppose=may(Act.OPPOSE),
        name_guardian=may(Act.NAME_GUARDIAN), own=guardian or role is Role.PATIENT,
    )  # fmt: skip


def timeline(reader: Membership) -> list[Entry]:
    """Every event that the reader may know of, newest first, in four statements."""
    circle = reader.circle
    changes = StateChange.objects.filter(circle=circle.pk).select_related("circle__patient", "by__person")
    found = [_change(change) for change in changes] + [_consent(record) for record in consents.history(circle.id)]
    if policy.decide(Role(reader.role), Act.SEE_OPPOSITIONS, CircleState(circle.state), guardian=is_guardian(reader)):
        found += [entry for one in oppositions.history(circle.id) for entry in _opposition(one)]
    named = Guardianship.objects.filter(membership__circle=circle.pk).select_related("membership__person", "by__person")
    found += [_guardian(one, term_of(one, circle), circle.zone) for one in named]
    found.append(Entry(circle.opened_at, "plus", _("Circle opened"), "", "", ""))
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def latest_change(reader: Membership) -> StateChange | None:
    """The newest change of state, which may be undone by going back to the state before."""
    return StateChange.objects.filter(circle=reader.circle_id).order_by("-at").first()


def standing_oppositions(reader: Membership) -> list[Standing]:
    """Oppositions that stand."""
    rows = [one for one in oppositions.history(reader.circle_id) if one.withdrawn_at is None]
    zone = reader.circle.zone
    return [
        Standing(str(one.mark), *_named(one.membership), _("since %(day)s") % {"day": full_moment(one.at, zone)}) for one in rows
    ]


def opposed_around(reader: Membership) -> list[Standing]:
    """The same for the circle's page, to those who may know."""
    may = policy.decide(Role(reader.role), Act.SEE_OPPOSITIONS, CircleState(reader.circle.state), guardian=is_guardian(reader))
    return standing_oppositions(reader) if may else []


def running_guardians(reader: Membership) -> list[Standing]:
    """Who exercises the patient's rights now."""
    named = guardians_of(reader.circle)
    members = {member.pk: member for member in Membership.objects.filter(pk__in=named, ended_at=None).select_related("person")}
    return [
        Standing(str(one.mark), *_named(members[pk]), _until(term_of(one, reader.circle), reader.circle.zone))
        for pk, one in named.items() if pk in members
    ]  # fmt: skip


def _named(member: Membership) -> tuple[str, str]:
    return titled(member.person, member.role), trade(member.person, member.role)


def _by(member: Membership | None) -> str:
    if member is None:
        return ""
    name, role = _named(member)
    return f"{name}, {role}" if role else name


def _until(moment: dt.datetime, zone: str) -> str:
    return _("until %(day)s") % {"day": full_moment(moment, zone)}


def _change(change: StateChange) -> Entry:
    icon = {CircleState.ACTIVE: "undo", CircleState.FROZEN: "lock"}.get(CircleState(change.state), "history")
    title = str(_STATES.get(change.state, change.get_state_display()))
    return Entry(change.at, icon, title, _by(change.by), str(_CAUSES.get(change.cause, "")), reason_of(change))


def _consent(record: Consent) -> Entry:
    words = Words.unsealed(record.circle.patient.vault, f"circles.consent:{record.mark}", record.sealed_words)
    given, withdrawn = SCOPES[record.scope][1:]
    icon, title = ("check", given) if record.given else ("retracted", withdrawn)
    return Entry(record.at, icon, str(title), _by(record.by), _recorded(words), words.reason)


def _opposition(one: Opposition) -> list[Entry]:
    vault = one.membership.circle.patient.vault
    words = Words.unsealed(vault, f"circles.opposition:{one.mark}", one.sealed_words)
    name = {"name": _named(one.membership)[0]}
    told = [Entry(one.at, "retracted", _("Opposition to %(name)s") % name, _by(one.by), _recorded(words), words.reason)]
    if one.withdrawn_at is not None:
        back = Words.unsealed(vault, f"circles.opposition.withdrawal:{one.mark}", one.sealed_withdrawal)
        title = _("Opposition to %(name)s withdrawn") % name
        told.append(Entry(one.withdrawn_at, "undo", title, _by(one.withdrawn_by), _recorded(back), back.reason))
    return told


def _recorded(words: Words) -> str:
    return str(RECORDED.get(words.recorded_as, words.recorded_as))


def _guardian(one: Guardianship, term: dt.datetime, zone: str) -> Entry:
    title = _("%(name)s exercises the patient's rights") % {"name": _named(one.membership)[0]}
    ended = min(one.ended_at, term) if one.ended_at else term
    return Entry(one.at, "people", title, _by(one.by), f"{one.get_ground_display()}, {_until(ended, zone)}", "")

