"""Who a person is: the account, its profession, the structures and hospital units a person works for, its sessions."""
import datetime as dt
from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models, transaction
from django.utils import timezone

from foundation import clock, ids
from foundation.vault.seal import SITE, keyed_hash, seal, unseal
from people.accounts.enums import Gender, Profession, Purpose


def running(at: dt.datetime) -> models.Q:
    """Which intervals (`since`, `until`) run at a moment."""
    return models.Q(since__lte=at) & (models.Q(until=None) | models.Q(until__gt=at))


class People(BaseUserManager["Person"]):
    """Makes people. There is no superuser: administration is a role in a structure, never a god."""

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "Person":
        """A person with a hashed password, saved. `people.accounts.services.create_person` also confirms the address."""
        person = self.model(email=self.normalize_email(email or "").lower() or None, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """An account. Names are sealed under the site's key: a patient or a daughter has an account too."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    email = models.EmailField(unique=True, null=True, blank=True)  # null: Pro Santé Connect gives none
    names = models.BinaryField(default=bytes)  # sealed "GIVEN\x1fFAMILY"
    profession = models.CharField(max_length=32, choices=Profession.choices, blank=True)
    gender = models.CharField(max_length=1, choices=Gender.choices, blank=True)  # for words only: infirmier, infirmière
    rpps = models.CharField(max_length=11, blank=True, db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # the profession is declared until somebody confirms it
    language = models.CharField(max_length=5, default="fr")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    synthetic = models.BooleanField(default=False, db_default=False)  # one of the canary's: in no list, and in no circle but its own

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = People()

    def __str__(self) -> str:
        return str(self.id)  # never a name: this ends up in logs

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        """Remembers what was loaded, so that `people.accounts.listeners` sees a changed password or a disabled account."""
        person = super().from_db(db, field_names, values, **kwargs)
        person.remember()
        return person

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves in one transaction with the lines that follow from it (a changed password closes sockets)."""
        self.email = self.email or None
        with transaction.atomic():
            super().save(*args, **kwargs)

    def remember(self) -> None:
        """Notes the present password hash and activity as those of the database."""
        self.__dict__["_stored"] = (self.__dict__.get("password"), self.__dict__.get("is_active"))

    def stored(self) -> tuple[str | None, bool | None]:
        """(password hash, active) as last read or written; both None for a person never saved."""
        stored: tuple[str | None, bool | None] = self.__dict__.get("_stored", (None, None))
        return stored

    @property
    def given_name(self) -> str:
        """First name, unsealed."""
        return self._both_names()[0]

    @property
    def family_name(self) -> str:
        """Family name, unsealed."""
        return self._both_names()[1]

    @property
    def name(self) -> str:
        """As the thread writes it: first name and name."""
        return " ".join(filter(None, self._both_names()))

    @property
    def confirmed(self) -> bool:
        """Whether the profession is confirmed."""
        return self.confirmed_at is not None

    def set_names(self, given: str, family: str) -> None:
        """Seals both names into the row; save afterwards."""
        self.names = seal(SITE, f"accounts.person.names:{self.id}", f"{given}\x1f{family}")
        self.__dict__.pop("_opened", None)

    def _both_names(self) -> tuple[str, str]:
        if "_opened" not in self.__dict__:
            opened_names = unseal(SITE, f"accounts.person.names:{self.id}", bytes(self.names)) if self.names else ""
            given, _, family = opened_names.partition("\x1f")
            self.__dict__["_opened"] = (given, family)
        opened: tuple[str, str] = self.__dict__["_opened"]
        return opened


class Structure(models.Model):
    """A practice, a pharmacy, a service, a desk, a hospital."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    name = models.CharField(max_length=200)
    finess = models.CharField(max_length=9, blank=True)
    kind = models.CharField(max_length=32)
    phone = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A hospital's unit, known by its code within the hospital."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="units")
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("structure", "code", name="unit_code_once_per_structure")]

    def __str__(self) -> str:
        return self.name


class Affiliation(models.Model):
    """A person works for a structure, and perhaps in one of its units, from one moment to another."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="affiliations")
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="affiliations")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="affiliations")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class Administrator(models.Model):
    """A person administers a structure from one moment to another.

    A row of its own: they need not be on its team list, and it gives no right in any circle.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="administrations")
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="administrators")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class Operator(models.Model):
    """A person runs the service from one moment to another: structures, their administrators, its health. Nothing of a patient."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="operations")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class TeamInvitation(models.Model):
    """Somebody is invited into a structure by e-mail: one link, for one address, for a week. Of the link only a keyed hash is kept."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="invitations")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    address = models.BinaryField()  # sealed
    address_hash = models.BinaryField(max_length=32)  # keyed: is this address invited already?
    secret_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # null: the e-mail did not leave
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["structure", "purpose", "address_hash"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="team_invitation_open_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def email(self) -> str:
        """The address, unsealed."""
        return unseal(SITE, f"accounts.team_invitation:{self.pk}", self.address)

    @property
    def expired(self) -> bool:
        """Whether the week is over."""
        return self.expires_at <= clock.now()

    def set_email(self, email: str) -> None:
        """Seals the address, in lower case, and notes its keyed hash."""
        self.address = seal(SITE, f"accounts.team_invitation:{self.pk}", email)
        self.address_hash = keyed_hash("team_invitation.address", email)


class AdministrationLine(models.Model):
    """One act of an administrator or an operator: who, when, what, about whom. Only ever added to; ids and codes, no names."""

    at = models.DateTimeField()
    actor = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")  # null: somebody at the machine itself
    act = models.CharField(max_length=32)
    structure = models.ForeignKey(Structure, models.CASCADE, null=True, related_name="administration_lines")
    about = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    until = models.DateTimeField(null=True)  # of ended work: to when it would have gone on, so that it can be taken up again

    class Meta:
        indexes: ClassVar = [models.Index("structure", "at", name="administration_by_structure")]

    def __str__(self) -> str:
        return str(self.pk)


class DataProtectionOfficer(models.Model):
    """A person answers for data protection, of a structure or of the whole service (null). It gives no right in any circle."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="offices")
    structure = models.ForeignKey(Structure, models.CASCADE, null=True, blank=True, related_name="officers")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class Session(AbstractBaseSession):
    """A signed-in browser or app, or a visitor on the way there. Its content is sealed (see `people.accounts.sessions`)."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="sessions")
    strong = models.BooleanField(default=False)  # a second factor, a passkey or Pro Santé Connect was used
    seen_at = models.DateTimeField(default=timezone.now)  # last heard of, to a few minutes
    ward = models.BooleanField(default=False)  # on a computer that several people use: it ends after five idle minutes

    class Meta:
        indexes: ClassVar = [models.Index("seen_at", name="ward_session_by_use", condition=models.Q(ward=True))]

    def __str__(self) -> str:
        return str(self.person_id)  # never the key: it is the credential

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Django's hook from a row to its store."""
        from people.accounts.sessions import SessionStore

        return SessionStore


class SignInFailure(models.Model):
    """A wrong password: when, and keyed hashes of the account tried and of the address it came from."""

    at = models.DateTimeField(db_index=True)
    account = models.BinaryField(max_length=16)
    address = models.BinaryField(max_length=16)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "at"], name="signinfailure_by_account"),
            models.Index(fields=["address", "at"], name="signinfailure_by_address"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Remembered(models.Model):
    """The table of Django's database cache: used codes and counters that every process must see, also without Redis."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_remembered"

    def __str__(self) -> str:
        return self.cache_key
