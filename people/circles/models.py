"""Patient, circle, membership and the grants that hold a membership open; consents, oppositions, guardians, changes of state."""
import datetime as dt
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import ids
from foundation.vault.seal import unseal
from messaging.feed.enums import Standing
from people.accounts.models import Structure
from people.circles.enums import Cause, CircleState, ConsentScope, Ground, History, IdentityStatus, Invited, Role, Source, Way
from people.circles.traits import Traits


class Patient(models.Model):
    """A person who is cared for. Traits are sealed under the patient's own key; `vault` never changes, even when numbers do."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    vault = models.UUIDField(unique=True, default=ids.new)
    sealed_traits = models.BinaryField()
    identity_status = models.CharField(max_length=16, choices=IdentityStatus.choices, default=IdentityStatus.PROVISIONAL)

    @property
    def traits(self) -> Traits:
        """The identity traits, unsealed once per instance."""
        if "_traits" not in self.__dict__:
            self.__dict__["_traits"] = Traits.unsealed(self.vault, self.id, self.sealed_traits)
        opened: Traits = self.__dict__["_traits"]
        return opened

    def set_traits(self, traits: Traits) -> None:
        """Seals traits into the row; save afterwards."""
        self.sealed_traits = traits.sealed(self.vault, self.id)
        self.__dict__["_traits"] = traits


class TraitHash(models.Model):
    """Keyed hashes of normalised traits: the only way to find a patient by traits, for likely doubles and homonyms."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="hashes")
    purpose = models.CharField(max_length=8)  # "double": name, first given name and birth date; "name": without the date; "ins"
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes: ClassVar = [models.Index("digest", "purpose", name="trait_by_digest")]


class Circle(models.Model):
    """The people around one patient. Shares its id with its feed."""

    head = models.OneToOneField("feed.FeedHead", models.PROTECT, primary_key=True, db_column="id", related_name="+")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="circles")
    state = models.CharField(max_length=16, choices=CircleState.choices, default=CircleState.ACTIVE)
    time_zone = models.CharField(max_length=64, default="")
    coordination_consent = models.BooleanField(default=True)  # what the newest `Consent` says, for seating by the hundred
    family_silent_since = models.DateTimeField(null=True)  # a hospital announced the death: patient and relatives are reminded of nothing
    opened_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False, db_default=False)  # the canary's: of no patient, in no count, closed to people

    @property
    def id(self) -> UUID:
        """The circle's id, which is its feed's."""
        feed: UUID = self.head_id
        return feed

    @property
    def zone(self) -> str:
        """The circle's time zone by name."""
        return self.time_zone or str(settings.CIRCLE_TIME_ZONE)


class TeamSeat(models.Model):
    """A structure in a circle, in a role. Whoever is on its team list has the right while both intervals run."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="seats")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="seats")
    role = models.CharField(max_length=32, choices=Role.choices)
    history = models.CharField(max_length=16, choices=History.choices, default=History.ALL)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)  # the membership that ended it
    sealed_reason = models.BinaryField(default=bytes)
    union = models.ForeignKey("circles.Union", models.PROTECT, null=True, related_name="seats")  # by which it came in

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("circle", "structure", condition=Q(ended_at=None), name="one_seat_per_structure_and_circle"),
        ]


class Membership(models.Model):
    """One person in one circle in one role. Open while at least one of its grants runs."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=32, choices=Role.choices)
    standing = models.CharField(max_length=16, choices=Standing.choices)
    history = models.CharField(max_length=16, choices=History.choices, default=History.ALL)
    first = models.BigIntegerField(default=1)  # the first number, in the member's own standing, that this member sees
    via = models.ForeignKey(Structure, models.PROTECT, null=True, related_name="+")  # the structure for which a person is here
    ended_at = models.DateTimeField(null=True)  # when the last grant was ended by an act; a term reached leaves it empty
    ended_by = models.UUIDField(null=True)  # the membership that ended it
    sealed_reason = models.BinaryField(default=bytes)  # why it ended
    stands_in_for = models.ForeignKey("self", models.PROTECT, null=True, related_name="replacements")  # here in this place only
    opposed = models.BooleanField(default=False)  # ended by the patient's opposition, which stands: this person does not come back

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("circle", "person", condition=Q(ended_at=None), name="one_membership_per_person_and_circle"),
            models.UniqueConstraint("circle", condition=Q(ended_at=None, role="patient"), name="one_patient_per_circle"),
        ]

    @property
    def stands(self) -> Standing:
        """The standing as an enum."""
        return Standing(self.standing)

    @property
    def head_number(self) -> int:
        """The newest number of the member's standing, as read together with the right."""
        head = self.circle.head
        return int(getattr(head, self.stands.column))


class GrantRows(models.QuerySet["Grant"]):
    """Questions about grants."""

    def live(self, now: dt.datetime) -> "GrantRows":
        """Those that run at a moment. The term is a deadline: nothing has to run for it to end."""
        return self.filter(Q(until=None) | Q(until__gt=now), since__lte=now, ended_at=None)


class Grant(models.Model):
    """An interval that holds a membership open, with its source (house.md, 10)."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="grants")
    source = models.CharField(max_length=16, choices=Source.choices, default=Source.ADMITTED)
    seat = models.ForeignKey(TeamSeat, models.PROTECT, null=True, related_name="grants")  # of a structure's grant
    union = models.ForeignKey("circles.Union", models.PROTECT, null=True, related_name="grants")  # of whoever came in with another circle
    delegation = models.ForeignKey("circles.Delegation", models.PROTECT, null=True, related_name="grants")  # of a replacement
    about = models.UUIDField(null=True, db_index=True)  # the stay or the broken glass for which it was given
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    quiet = models.BooleanField(default=False)  # its term follows a stay of which only the care team hears: it is told to nobody else
    objects = GrantRows.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index("until", name="grant_by_term", condition=Q(until__isnull=False))]


class StateChange(models.Model):
    """A change in a circle's life, with who and why; the feed line of it points here."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="state_changes")
    state = models.CharField(max_length=16, choices=CircleState.choices)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", null=True)  # null: an erasure, which no member did
    before = models.CharField(max_length=16, choices=CircleState.choices, default="")  # "" where it was not noted yet
    cause = models.CharField(max_length=16, choices=Cause.choices, default=Cause.DECIDED, blank=True)
    sealed_reason = models.BinaryField(default=bytes)
    at = models.DateTimeField()


class Invitation(models.Model):
    """A way into a circle for one person: a link in an e-mail, or a code shown to somebody standing near. It lets in once."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="invitations")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    role = models.CharField(max_length=32, choices=Role.choices)
    history = models.CharField(max_length=16, choices=History.choices, default=History.ALL)
    until = models.DateTimeField(null=True)
    way = models.CharField(max_length=8, choices=Way.choices)
    address = models.BinaryField(max_length=32, default=bytes)  # a keyed hash: whoever comes must have this e-mail address
    sealed_address = models.BinaryField(default=bytes)  # the address, under the patient's key
    token = models.BinaryField(max_length=32, null=True, unique=True)  # a keyed hash of the newest link's secret, which is kept nowhere
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, db_index=True)  # an e-mail is to leave: the worker's queue, and its lease
    sent_at = models.DateTimeField(null=True)
    member = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")  # who came in by it
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)

    @property
    def into(self) -> Role:
        """The role as an enum."""
        return Role(self.role)

    def state_at(self, moment: dt.datetime) -> Invited:
        """Accepted, revoked, expired or pending at a moment of the machine's clock, which is that of tokens."""
        if self.accepted_at is not None:
            return Invited.ACCEPTED
        if self.revoked_at is not None:
            return Invited.REVOKED
        return Invited.PENDING if self.expires_at > moment else Invited.EXPIRED

    def mail_address(self) -> str:
        """The invited e-mail address, unsealed; "" for a code. Needs circle and patient."""
        if not self.sealed_address:
            return ""
        return unseal(self.circle.patient.vault, f"circles.invitation.address:{self.pk}", self.sealed_address)


class Consent(models.Model):
    """A consent given or withdrawn. Rows are only ever added: the newest of a scope is what holds."""

    mark = models.UUIDField(unique=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="consents")
    scope = models.CharField(max_length=16, choices=ConsentScope.choices)
    given = models.BooleanField()
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", null=True)  # who recorded it; null: it came with a file
    sealed_words = models.BinaryField(default=bytes)  # how it was recorded, and why: {"recorded_as", "reason"}
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index("circle", "scope", "at", name="consent_by_scope")]


class Opposition(models.Model):
    """The patient opposed a member's presence; until it is withdrawn, this person does not come back."""

    mark = models.UUIDField(unique=True, default=ids.new)
    membership = models.OneToOneField(Membership, models.CASCADE, related_name="opposition")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")  # the patient, a guardian, or who recorded it on paper
    sealed_words = models.BinaryField(default=bytes)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", null=True)
    sealed_withdrawal = models.BinaryField(default=bytes)


class Guardianship(models.Model):
    """A relative exercises the patient's rights, for a term. A minor's ends with the 18th birthday, which is asked and not stored."""

    mark = models.UUIDField(unique=True, default=ids.new)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="guardianships")
    ground = models.CharField(max_length=16, choices=Ground.choices)
    until = models.DateTimeField(null=True)  # the judgement's term
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", null=True)


class Asking(models.Model):
    """Somebody asks to join whatever circle has these traits. The worker looks for one, so that asking takes as long whatever it finds."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(max_length=32, choices=Role.choices, blank=True)
    within = models.ForeignKey(Membership, models.CASCADE, null=True, related_name="+")  # who asks for a union of their circle with it
    digests = models.BinaryField()  # 32 bytes each: the keyed hashes by which doubles are found, and nothing else of the patient
    at = models.DateTimeField()


class JoinRequest(models.Model):
    """Somebody asks to be let into a circle; those who admit there see who."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="requests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(max_length=32, choices=Role.choices)  # that the person would have
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    admitted = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("circle", "person", condition=Q(answered_at=None), name="one_open_request_per_person_and_circle"),
        ]

    @property
    def into(self) -> Role:
        """The role as an enum."""
        return Role(self.role)


class Union(models.Model):
    """Two circles of one patient: `joined` closes, and its members come into `kept` from now on. Two humans, and it can be undone."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    kept = models.ForeignKey(Circle, models.CASCADE, related_name="unions")
    joined = models.ForeignKey(Circle, models.CASCADE, related_name="joined_by")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")  # who proposed it, a member of `kept`
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # a member of `joined`, another person
    accepted = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # a member of either

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("kept", "joined", condition=Q(answered_at=None), name="one_open_proposal_per_pair"),
            models.UniqueConstraint("joined", condition=Q(accepted=True, undone_at=None), name="joined_to_one_circle"),
        ]

    @property
    def state(self) -> str:
        """`proposed`, `refused`, `made` or `undone`."""
        if self.answered_at is None:
            return "proposed"
        if not self.accepted:
            return "refused"
        return "made" if self.undone_at is None else "undone"


class Delegation(models.Model):
    """Somebody stands in for somebody else from one moment to another, in the circles of its grants."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="delegations")  # who is replaced
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="replacements")
    since = models.DateTimeField()
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # before its term; a term reached needs no act
