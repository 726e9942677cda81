"""Which of somebody's places another person can fill for a time, and why not the others."""
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Invalid
from people.accounts.models import Person
from people.circles import policy
from people.circles.enums import PASSING, CircleState, Role, Source, fits
from people.circles.models import Grant, Membership
from people.circles.oppositions import opposed_places
from people.circles.policy import Act
from people.circles.queries import terms_of
from people.circles.replacements import own_grants, place_of, standing_in_for
from people.circles.sentences import refusal


@dataclass(frozen=True)
class Seat:
    """A place of somebody's own: their membership, until when they have it, and what the other person has there already.

    `since` and `until` are the replacement's there, once judged.
    """

    member: Membership
    since: dt.datetime
    until: dt.datetime | None
    there: Membership | None = None


@dataclass(frozen=True)
class Left:
    """A circle that is left out, with the reason as a code and as a sentence."""

    circle: UUID
    code: str
    detail: str


def seats_of(person: Person, circles: Collection[UUID]) -> list[Seat]:
    """The person's memberships in some circles as they run now, with circle and patient."""
    now = clock.now()
    live = Grant.objects.live(now).filter(membership__person=person, membership__circle__in=circles, membership__ended_at=None)
    lasting = live.exclude(source__in=PASSING)  # a ward hands a patient over by the hospital's movement, not by a replacement
    held = list(lasting.select_related("membership__circle__patient").order_by("membership__circle"))
    terms = terms_of(grant for grant in held if grant.source != Source.DELEGATION)
    members = {grant.membership_id: grant.membership for grant in held}
    return [Seat(member, now, terms.get(pk)) for pk, member in members.items()]


def judged(to: Person, seats: Collection[Seat], since: dt.datetime, until: dt.datetime, *, named: bool) -> tuple[list[Seat], list[Left]]:
    """(the places that `to` fills, with what they have there; the circles left out), under the locks of all of them.

    `named`: these circles were chosen one by one, so one that does not fit is the form's fault. A family's own places are no work:
    unless chosen they are passed over. Raises Invalid `circles.role_unfit`, `circles.nothing_to_hand_over`.
    """
    circles = {seat.member.circle_id for seat in seats}
    open_ = Membership.objects.filter(circle__in=circles, person=to, ended_at=None)
    there = {member.circle_id: member for member in open_.select_related("circle__patient", "stands_in_for")}
    opposed = {circle for circle, _person in opposed_places(circles, [to.pk])}
    own = terms_of(own_grants(Grant.objects.filter(membership__in=there.values(), ended_at=None)))
    away = {place_of(grant)[0] for grant in standing_in_for(there.values()) if grant.since < until and _ends(grant) > since}
    taken, left = [], []
    for seat in seats:
        if not named and Role(seat.member.role) not in policy.TEAM_ROLES:
            continue
        mine = there.get(seat.member.circle_id)
        ends = _soonest([until, seat.until, own.get(mine.pk) if mine and not mine.stands_in_for_id else None])
        here = seat.member.circle_id
        against = "opposed" if here in opposed else "replaced_too" if here in away else "" if ends > since else "term_past"
        code = _why_not(to, seat, mine, against)
        if code:
            left.append(Left(seat.member.circle_id, f"circles.{code}", _words(code)))
        else:
            taken.append(replace(seat, there=mine, since=since, until=ends))
    _refuse(taken, left, named=named)
    return taken, left


def _why_not(to: Person, seat: Seat, there: Membership | None, against: str) -> str:
    """The code of what stands in the way around one patient; "" for nothing. Only who may know of an opposition is told of one."""
    own = seat.member
    verdict = policy.decide(Role(own.role), Act.HAND_OVER, CircleState(own.circle.state), standing=own.stands)
    if not verdict:
        return verdict.reason if verdict.reason.startswith("circle_") else f"not_allowed.{verdict.reason}"
    if own.stands_in_for_id:
        return "replaces_somebody"
    if against:
        told = against != "opposed" or policy.decide(Role(own.role), Act.SEE_OPPOSITIONS, CircleState(own.circle.state))
        return against if told else "not_possible"
    if not fits(Role(own.role), to.profession, confirmed=to.confirmed):
        return "role_unfit"
    if there is None:
        stands = policy.standing_of(Role(own.role), to.profession, coordination_consent=own.circle.coordination_consent)
        return "" if stands is own.stands else "other_standing"
    if there.stands_in_for is not None and there.stands_in_for.person_id != own.person_id:
        return "replaces_another"
    return "" if there.stands is own.stands else "other_standing"


def _refuse(taken: Collection[Seat], left: Collection[Left], *, named: bool) -> None:
    """Raises Invalid where nothing is handed over, or something that was named does not fit the person."""
    unfit = [one for one in left if one.code == "circles.role_unfit"]
    if unfit and (named or not taken):
        raise Invalid("circles.role_unfit", _words("role_unfit"), errors={"to": _("Choose somebody of the same profession.")})
    if not taken:
        sentence = _("There is no patient whom this person can take over.")
        told = " ".join(sorted({one.detail for one in left})) or _("You are a professional of no circle.")
        raise Invalid("circles.nothing_to_hand_over", sentence, errors={"circles": told})


def _words(code: str) -> str:
    """What a reason says to whoever is replaced."""
    sentences = {
        "replaces_somebody": _("You stand in for somebody else here, and hand nobody else's place over."),
        "opposed": _("The patient has opposed this person's presence."),
        "not_possible": _("This person cannot stand in for you around this patient."),
        "term_past": _("You are a member here no longer than that yourself."),
        "role_unfit": _("Your role needs a fitting, confirmed profession."),
        "other_standing": _("This person stands elsewhere around this patient than you do."),
        "replaces_another": _("This person stands in for somebody else here already."),
        "replaced_too": _("This person is replaced here by somebody else at that time."),
    }
    return sentences.get(code) or str(refusal(code.removeprefix("not_allowed.")))


def _ends(grant: Grant) -> dt.datetime:
    return grant.until or dt.datetime.max.replace(tzinfo=dt.UTC)


def _soonest(terms: Collection[dt.datetime | None]) -> dt.datetime:
    return min(term for term in terms if term is not None)
