"""New circles by the hundred: rows built in memory, stored by a few statements. For the scenario loader and the demo region.

The feed of a circle that nobody knows yet needs no lock: its head is numbered in memory and stored with its lines. All that
the services write one by one is written here alike: sealed traits, hashes, memberships, grants, `member.joined`, `member.left`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from foundation import ids
from foundation.vault.seal import create_vaults, warm
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.models import FeedHead, FeedLine
from messaging.feed.services import OpenFeed, ring_all
from people.accounts.models import Person, Structure
from people.circles.enums import ConsentScope, History, IdentityStatus, Source
from people.circles.models import Circle, Consent, Grant, Membership, Patient, TeamSeat, TraitHash
from people.circles.services import Admission, follow_opening
from people.circles.spoken import Words
from people.circles.traits import Traits

_BATCH = 500


@dataclass(frozen=True)
class CircleTraits:
    """What a new circle is made of. Every consent counts as given, `recorded_as` so; `zone` names a time zone, "" the site's own."""

    traits: Traits
    recorded_as: str
    opened_at: dt.datetime
    status: IdentityStatus = IdentityStatus.PROVISIONAL
    zone: str = ""


@dataclass
class NewCircle:
    """A circle on its way: append lines to `feed` in the order of time, then give it to `store_circles`."""

    patient: Patient
    circle: Circle
    feed: OpenFeed
    traits: Traits
    seats: list[TeamSeat] = field(default_factory=list)
    members: list[Membership] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)

    def seat(self, structure: Structure, admission: Admission, *, at: dt.datetime, by: Membership | None = None) -> TeamSeat:
        """A structure's part with its line, unsaved; whoever is on its team list joins by `join` with this seat."""
        seat = TeamSeat(circle=self.circle, structure=structure, role=admission.role, history=admission.history, since=at)
        self.feed.numbered(Kind.MEMBER_JOINED, EVERYONE, seat.pk, actor=by.pk if by else None, at=at)
        self.seats.append(seat)
        return seat

    def join(
        self, person: Person, admission: Admission, *, at: dt.datetime, by: Membership | None = None, seat: TeamSeat | None = None
    ) -> Membership:
        """As `services.join`: a membership with its grant and its line, unsaved."""
        standing = admission.role.standing
        member = Membership(circle=self.circle, person=person, role=admission.role, standing=standing, history=admission.history)
        member.via = seat.structure if seat else None
        line = self.feed.numbered(Kind.MEMBER_JOINED, EVERYONE, member.pk, actor=by.pk if by else None, until=admission.until, at=at)
        if admission.history is History.FROM_NOW:
            member.first = line.number(standing)
        self.members.append(member)
        source = Source.STRUCTURE if seat else Source.ADMITTED
        self.grants.append(Grant(membership=member, source=source, seat=seat, since=admission.since or at, until=admission.until))
        return member

    def leave(self, member: Membership, *, at: dt.datetime, by: Membership | None = None) -> None:
        """Ends a membership that this circle began: row, grants and line."""
        member.ended_at, member.ended_by = at, by.pk if by else None
        for grant in self.grants:
            if grant.membership is member:
                grant.ended_at = at
        self.feed.numbered(Kind.MEMBER_LEFT, EVERYONE, member.pk, actor=by.pk if by else None, at=at)


def new_circles(wanted: Iterable[CircleTraits]) -> list[NewCircle]:
    """Empty circles, in the order asked for. Their vaults' keys are durable when this returns; no other row is written."""
    made = [(each, ids.new()) for each in wanted]
    create_vaults(vault for _, vault in made)
    warm([vault for _, vault in made])
    circles = []
    for each, vault in made:
        patient = Patient(vault=vault, identity_status=each.status)
        patient.set_traits(each.traits)
        head = FeedHead()
        circle = Circle(head=head, patient=patient, opened_at=each.opened_at, time_zone=each.zone)
        given = [_consent(circle, scope, each) for scope in ConsentScope]
        circles.append(NewCircle(patient, circle, OpenFeed(head), each.traits, consents=given))
    return circles


def _consent(circle: Circle, scope: ConsentScope, wanted: CircleTraits) -> Consent:
    made = Consent(circle=circle, scope=scope, given=True, at=wanted.opened_at)
    made.sealed_words = Words(wanted.recorded_as).sealed(circle.patient.vault, f"circles.consent:{made.mark}")
    return made


def store_circles(circles: list[NewCircle]) -> None:
    """Every row of the circles, inside the caller's transaction; the bell rings for each once it has committed."""
    moment = dt.datetime.now(dt.UTC)
    for new in circles:
        new.feed.head.touched_at = moment
    FeedHead.objects.bulk_create([new.feed.head for new in circles], batch_size=_BATCH)
    Patient.objects.bulk_create([new.patient for new in circles], batch_size=_BATCH)
    hashes = [
        TraitHash(patient=new.patient, purpose=purpose, digest=digest) for new in circles for purpose, digest in sorted(new.traits.hashes())
    ]
    TraitHash.objects.bulk_create(hashes, batch_size=_BATCH)
    Circle.objects.bulk_create([new.circle for new in circles], batch_size=_BATCH)
    TeamSeat.objects.bulk_create([seat for new in circles for seat in new.seats], batch_size=_BATCH)
    Consent.objects.bulk_create([consent for new in circles for consent in new.consents], batch_size=_BATCH)
    Membership.objects.bulk_create([member for new in circles for member in new.members], batch_size=_BATCH)
    Grant.objects.bulk_create([grant for new in circles for grant in new.grants], batch_size=_BATCH)
    FeedLine.objects.bulk_create([line for new in circles for line in new.feed.lines], batch_size=_BATCH)
    follow_opening([new.circle for new in circles])
    feeds = [new.feed.head.feed for new in circles]
    transaction.on_commit(lambda: ring_all(feeds))


def any_circle() -> bool:
    """Whether somebody is cared for here already."""
    return Circle.objects.exists()
