"""Opening a circle, admitting, ending: each one transaction under the feed head's lock, told by the feed."""
import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from foundation import clock, ids
from foundation.errors import Conflict, Invalid, NotFound
from foundation.vault.seal import create_vault, seal
from messaging.feed.enums import EVERYONE, Kind, Standing
from messaging.feed.models import FeedLine
from messaging.feed.services import OpenFeed, create_feed, opened
from people.accounts.locks import lock_person, locked_person
from people.accounts.models import Person
from people.circles import consenting, oppositions, policy, queries
from people.circles.access import Refused, require, require_opener, still_enters
from people.circles.enums import CircleState, ConsentScope, History, IdentityStatus, Role, fits
from people.circles.models import Circle, Grant, Membership, Opposition, Patient, TeamSeat, TraitHash
from people.circles.policy import Act
from people.circles.spoken import Words
from people.circles.traits import Traits

Feeds = Mapping[UUID, OpenFeed]
OnEnd = Callable[[Feeds, Sequence[Membership]], None]
_on_end: list[OnEnd] = []
_on_gone: list[OnEnd] = []
_on_opening: list[Callable[[Sequence[Circle]], None]] = []


def when_members_leave(do: OnEnd) -> None:
    """Registers what rooms upstairs do in the transaction that ends memberships: told those, and their circles' locked feeds by id."""
    if do not in _on_end:
        _on_end.append(do)


def when_members_are_gone(do: OnEnd) -> None:
    """As `when_members_leave`, but not told of those who begin anew at once."""
    if do not in _on_gone:
        _on_gone.append(do)


def when_circles_open(do: Callable[[Sequence[Circle]], None]) -> None:
    """Registers what rooms upstairs do in the transaction that opens circles, once all their rows are stored."""
    if do not in _on_opening:
        _on_opening.append(do)


def follow_opening(circles: Sequence[Circle]) -> None:
    """Does what was registered for new circles."""
    for do in _on_opening:
        do(circles)


@dataclass(frozen=True)
class Admission:
    """As what, with how much of the past, and for how long somebody is admitted."""

    role: Role
    history: History = History.ALL
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True)
class OpeningConsent:
    """What the patient consents to when the circle is opened, and how that was recorded."""

    scopes: frozenset[ConsentScope]
    recorded_as: str = ""


def create_circle(
    actor: Person, *, traits: Traits, role: Role, consent: OpeningConsent, confirm_distinct: bool = False
) -> Membership:
    """A new patient and circle with the actor as first member, who records what the patient consents to.

    Raises Forbidden where the actor's care profession is not confirmed, Invalid `circles.role_unfit`, and Conflict
    `circles.likely_duplicate`, which tells nothing more, unless `confirm_distinct`.
    """
    require_opener(actor)
    check_own_role(actor, role)
    if ConsentScope.CIRCLE not in consent.scopes:
        raise Invalid("circles.no_consent", _("A circle needs the person's consent."), errors={"consent": _("Record how it was given.")})
    if not confirm_distinct and queries.likely_double(traits):
        sentence = _("A circle may exist already for a person with this identity. Check before you open a second one.")
        raise Conflict("circles.likely_duplicate", sentence)
    vault = ids.new()
    create_vault(vault)  # durable in the key store before any row that needs it; an orphan key harms nobody
    with transaction.atomic():
        lock_person(actor)
        require_opener(actor)
        check_own_role(actor, role)
        circle = store_circle(vault, traits, coordination=ConsentScope.COORDINATION in consent.scopes)
        with opened(circle.id) as feed:
            member = join(feed, circle, actor, Admission(role))
            consenting.note_first(circle, consent.scopes, by=member, words=Words(consent.recorded_as))
        follow_opening([circle])
        return member


def check_own_role(actor: Person, role: Role) -> None:
    """Raises Invalid `circles.role_unfit` where a professional names a role for themselves that is not theirs."""
    if role not in policy.CARE_TEAM or not fits(role, actor.profession, confirmed=actor.confirmed):
        sentence = _("This role does not fit your confirmed profession.")
        raise Invalid("circles.role_unfit", sentence, errors={"role": _("Choose the role of your profession.")})


def store_circle(
    vault: UUID, traits: Traits, *, coordination: bool, patient: UUID | None = None, circle: UUID | None = None, synthetic: bool = False
) -> Circle:
    """Rows of a patient and an empty circle, inside the caller's transaction; the vault's key must exist.

    `synthetic`: of nobody, so found by no traits.
    """
    person = Patient(id=patient or ids.new(), vault=vault)
    person.set_traits(traits)
    person.identity_status = IdentityStatus.PROVISIONAL  # an INS that nobody has checked qualifies nothing
    person.save(force_insert=True)
    hashes = [] if synthetic else traits.hashes()
    TraitHash.objects.bulk_create(TraitHash(patient=person, purpose=purpose, digest=digest) for purpose, digest in hashes)
    head = create_feed(circle or ids.new())
    return Circle.objects.create(
        head=head, patient=person, opened_at=clock.now(), coordination_consent=coordination, synthetic=synthetic
    )


def admit_member(actor: Membership, *, person: UUID | None, admission: Admission) -> Membership:
    """Admits a person.

    Raises Refused, Invalid `circles.role_unfit`, `circles.no_such_person` or `circles.term_past`, Conflict
    `circles.already_member`, `circles.has_patient` or `circles.opposed`.
    """
    role = admission.role
    require(actor, Act.ADMIT, other_role=role)
    with transaction.atomic():
        newcomer = fitting_newcomer(person, role)
        check_term(admission)
        with opened(actor.circle_id) as feed:
            inside = still_enters(actor)
            require(inside, Act.ADMIT, other_role=role)
            return let_in(feed, inside, newcomer, admission)


def let_in(feed: OpenFeed, inside: Membership, newcomer: Person, admission: Admission) -> Membership:
    """A new member where there is room, under the head's lock.

    Raises Conflict `circles.already_member`, `circles.has_patient` or `circles.opposed`.
    """
    close_lapsed([inside.circle_id])
    if Membership.objects.filter(circle=inside.circle_id, person=newcomer, ended_at=None).exists():
        raise Conflict("circles.already_member", _("This person is already in the circle."))
    if admission.role is Role.PATIENT and Membership.objects.filter(circle=inside.circle_id, role=Role.PATIENT, ended_at=None).exists():
        raise Conflict("circles.has_patient", _("The patient is already in the circle."))
    if oppositions.speaks_for_patient(inside):
        oppositions.lift_for(feed, inside, newcomer.pk)
    return join(feed, inside.circle, newcomer, admission, by=inside.pk)


def fitting_newcomer(person: UUID | None, role: Role) -> Person:
    """Who is to be let in, locked before the circle's head: nobody withdraws their confirmation until they are inside, or out of reach.

    Raises Invalid `circles.no_such_person` or `circles.role_unfit`.
    """
    newcomer = locked_person(person) if person else None
    if newcomer is None or not newcomer.is_active or newcomer.synthetic:
        raise Invalid("circles.no_such_person", _("There is no such person."), errors={"person": _("Choose somebody from the list.")})
    check_fit(newcomer, role)
    return newcomer


def check_fit(newcomer: Person, role: Role) -> None:
    """For somebody whose row is locked. Raises Invalid `circles.role_unfit` where the role needs a fitting, confirmed profession."""
    if not fits(role, newcomer.profession, confirmed=newcomer.confirmed):
        sentence = _("This role needs a fitting, confirmed profession.")
        raise Invalid("circles.role_unfit", sentence, errors={"role": _("Choose another role.")})


def check_term(admission: Admission) -> None:
    """Raises Invalid `circles.term_past`."""
    if admission.until is not None and admission.until <= clock.now():
        raise Invalid("circles.term_past", _("The term lies in the past."), errors={"until": _("Choose a later moment.")})


def join(feed: OpenFeed, circle: Circle, person: Person, admission: Admission, *, by: UUID | None = None) -> Membership:
    """Rows and line of a new membership, under the head's lock. `by` is the membership that admits, None for the system.

    Raises NotFound for an erased circle, Conflict `circles.opposed` where the patient's opposition to this person stands.
    """
    if circle.state == CircleState.ERASED:
        raise NotFound
    oppositions.refuse_opposed(circle.id, person.pk)
    membership, line = seated(feed, circle, person, admission, by=by)
    membership.save(force_insert=True)
    Grant.objects.create(membership=membership, since=admission.since or line.at, until=admission.until)
    return membership


def seated(
    feed: OpenFeed, circle: Circle, person: Person, admission: Admission, *, by: UUID | None, via: UUID | None = None
) -> tuple[Membership, FeedLine]:
    """(a new membership, unsaved and without its grant; its line). `via`: the structure for which the person comes. Raises NotFound."""
    if person.synthetic != circle.synthetic:  # whatever the way: the canary is with nobody, and nobody with it
        raise NotFound
    role = admission.role
    standing = policy.standing_of(role, person.profession, coordination_consent=circle.coordination_consent)
    membership = Membership(circle=circle, person=person, role=role, standing=standing, history=admission.history, via_id=via)
    line = feed.append(Kind.MEMBER_JOINED, EVERYONE, membership.pk, actor=by, until=admission.until)
    if admission.history is History.FROM_NOW:
        membership.first = line.number(standing)
    return membership, line


def end_membership(actor: Membership, *, member: UUID | None, reason: str = "") -> None:
    """Ends a membership of the actor's circle; what the patient ends, or a guardian, is an opposition.

    Raises NotFound for a stranger's id, Refused where the policy says no.
    """
    leaving = Membership.objects.filter(circle=actor.circle_id, pk=member, ended_at=None).first() if member else None
    if leaving is None:
        raise NotFound
    own = leaving.pk == actor.pk
    require(actor, Act.END_MEMBERSHIP, own=own, other_role=Role(leaving.role))
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.END_MEMBERSHIP, own=own, other_role=Role(leaving.role))
        leaving = _still_inside(leaving.pk)
        if not own and oppositions.speaks_for_patient(inside):
            oppositions.note(leaving, by=inside, words=Words("screen", reason))
        if own and leaving.stands is Standing.CARE_TEAM and not queries.others_of_care_team(leaving):
            raise Refused(actor, Act.END_MEMBERSHIP, "last_care_member")
        _end(feed, leaving, actor.pk, reason)


def oppose_member(actor: Membership, *, member: UUID | None, words: Words) -> Opposition:
    """The patient opposes a member's presence, by their own hand or on paper before who steers the circle: it ends at once.

    Raises NotFound for a stranger's id, Refused where the policy says no.
    """
    opposed = Membership.objects.filter(circle=actor.circle_id, pk=member, ended_at=None).first() if member else None
    if opposed is None:
        raise NotFound
    require(actor, Act.OPPOSE, other_role=Role(opposed.role))
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.OPPOSE, other_role=Role(opposed.role))
        opposed = _still_inside(opposed.pk)
        noted = oppositions.note(opposed, by=inside, words=words)
        _end(feed, opposed, actor.pk, words.reason)
        return noted


def _still_inside(member: UUID) -> Membership:
    """A membership read again under the head's lock. Raises NotFound where it has ended."""
    inside = Membership.objects.select_related("circle__patient", "person").filter(pk=member, ended_at=None).first()
    if inside is None:
        raise NotFound
    return inside


def _end(feed: OpenFeed, leaving: Membership, by: UUID, reason: str) -> None:
    if reason:
        leaving.sealed_reason = seal(leaving.circle.patient.vault, f"circles.membership.reason:{leaving.pk}", reason)
        leaving.save(update_fields=["sealed_reason"])
    end_all({leaving.circle_id: feed}, [leaving], by=by)


def end_all(
    feeds: Feeds, leaving: Sequence[Membership], *, by: UUID | None, acting: Mapping[UUID, UUID] | None = None, begins_anew: bool = False
) -> None:
    """Ends memberships with all their grants, under their circles' locks. `by` is the membership that ends them, None for the system.

    `acting`: where one act ends memberships of many circles, the membership that does it in each. `begins_anew`: these people come
    back in the same transaction, so that who stands in for them stays.
    """
    if not leaving:
        return
    at, members = clock.now(), [member.pk for member in leaving]
    Membership.objects.filter(pk__in=members).update(ended_at=at, ended_by=by)
    Grant.objects.filter(membership__in=members, ended_at=None).update(ended_at=at)
    for do in _on_end if begins_anew else [*_on_end, *_on_gone]:
        do(feeds, leaving)
    for member in leaving:
        feeds[member.circle_id].append(Kind.MEMBER_LEFT, EVERYONE, member.pk, actor=by or (acting or {}).get(member.circle_id))


def close_lapsed(circles: Collection[UUID]) -> None:
    """What has reached all its terms is over; only now, when somebody is admitted, does the row need to say so."""
    now = clock.now()
    running = Grant.objects.filter(Q(until=None) | Q(until__gt=now), ended_at=None, membership=OuterRef("pk"))
    Membership.objects.filter(~Exists(running), circle__in=circles, ended_at=None).update(ended_at=now)
    TeamSeat.objects.filter(circle__in=circles, ended_at=None, until__lte=now).update(ended_at=now)
