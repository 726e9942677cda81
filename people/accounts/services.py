"""Every write about people and structures. Sign-in itself is allauth's."""
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db import transaction

from foundation import clock, ids
from messaging.feed.services import lock_all
from people.accounts.locks import lock_person, locked_person
from people.accounts.models import DataProtectionOfficer, Person, Structure, running
from people.accounts.sessions import end_sessions

OnPerson = Callable[[Person], None]
FeedsOfPerson = Callable[[Person], Iterable[UUID]]
_on_confirmation: dict[OnPerson, FeedsOfPerson] = {}
_on_end: dict[OnPerson, FeedsOfPerson] = {}


def when_confirmation_changes(do: OnPerson, *, opens: FeedsOfPerson) -> None:
    """Registers what follows from a confirmed profession or a withdrawn confirmation, inside its transaction.

    `opens` says which feeds it opens: those of all are locked at once, in one order, before anything follows.
    """
    _on_confirmation[do] = opens


def when_accounts_end(do: OnPerson, *, opens: FeedsOfPerson) -> None:
    """Registers what follows from a closed account, inside its transaction and under the lock of the person's row. `opens` as above."""
    _on_end[do] = opens


def _follow(what: dict[OnPerson, FeedsOfPerson], person: Person) -> None:
    lock_all(feed for opens in what.values() for feed in opens(person))
    for do in what:
        do(person)


@dataclass(frozen=True)
class NewPerson:
    """A person to create, whose e-mail address counts as verified. `password` None: no sign-in by password."""

    given_name: str
    family_name: str
    email: str | None
    password: str | None = None
    profession: str = ""
    rpps: str = ""
    confirmed: bool = False
    language: str = "fr"
    gender: str = ""


def create_person(new: NewPerson) -> Person:
    """One account. Raises IntegrityError where the address is taken."""
    return create_people([new])[0]


def create_people(new: Sequence[NewPerson]) -> list[Person]:
    """Many accounts in a few statements, in the order given."""
    people = prepare_people(new)
    store_people(people)
    return people


def prepare_people(new: Sequence[NewPerson], *, share_hashes: bool = False) -> list[Person]:
    """Accounts not yet saved; hashing runs on every core, for it frees the interpreter, and before any write lock is taken.

    `share_hashes` hashes each distinct password once, so that equal ones look equal: for scenarios and the demo only.
    """
    wanted = [one.password for one in new]
    to_hash = list(dict.fromkeys(wanted)) if share_hashes else wanted
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashed = list(pool.map(make_password, to_hash))
    shared = dict(zip(to_hash, hashed, strict=True))
    passwords = [shared[password] for password in wanted] if share_hashes else hashed
    return [_unsaved(one, password) for one, password in zip(new, passwords, strict=True)]


def store_people(people: Sequence[Person]) -> None:
    """Saves prepared accounts, each with its address verified. Raises IntegrityError where one is taken."""
    addresses = [EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people if person.email]
    with transaction.atomic():
        Person.objects.bulk_create(people, batch_size=500)
        EmailAddress.objects.bulk_create(addresses, batch_size=500)
    for person in people:
        person.remember()


def _unsaved(new: NewPerson, password: str) -> Person:
    person = Person(
        id=ids.new(),
        email=new.email.strip().lower() if new.email else None,
        password=password,
        profession=new.profession,
        gender=new.gender,
        rpps=new.rpps,
        language=new.language,
        confirmed_at=clock.now() if new.confirmed else None,
    )
    person.set_names(new.given_name, new.family_name)
    return person


def confirm_profession(*, person: Person, profession: str, rpps: str = "") -> None:
    """The profession is no longer only declared: Pro Santé Connect or the administrator of a structure vouches for it."""
    with transaction.atomic():
        lock_person(person)
        if person.confirmed and (person.profession, person.rpps) == (profession, rpps or person.rpps):
            return
        person.profession = profession
        person.rpps = rpps or person.rpps
        person.confirmed_at = person.confirmed_at or clock.now()
        person.save(update_fields=["profession", "rpps", "confirmed_at"])
        _follow(_on_confirmation, person)


def withdraw_confirmation(*, person: Person) -> None:
    """The profession is only declared again: every right that rested on it ends with this transaction."""
    with transaction.atomic():
        lock_person(person)
        person.confirmed_at = None
        person.save(update_fields=["confirmed_at"])
        _follow(_on_confirmation, person)


def disable_account(*, person: Person) -> None:
    """Closes an account: its sockets close with the commit (`account.disabled`), its sessions and replacements end, it cannot sign in."""
    with transaction.atomic():
        locked_person(person.pk)
        _follow(_on_end, person)
        person.is_active = False
        person.save(update_fields=["is_active"])
        end_sessions(person)


def forget_sign_in(*, person: Person) -> None:
    """Of an account that its owner closed, the name stays under what was written, and nothing that signs in."""
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    UserSession.objects.filter(user=person).delete()
    person.email = None
    person.set_unusable_password()
    person.save(update_fields=["email", "password"])


def enable_account(*, person: Person) -> None:
    """Opens a closed account again."""
    person.is_active = True
    person.save(update_fields=["is_active"])


def change_language(*, person: Person, language: str) -> None:
    """The language in which the service speaks to a person: one of settings.LANGUAGES."""
    person.language = language
    person.save(update_fields=["language"])


def change_gender(*, person: Person, gender: str) -> None:
    """In which gender a person is spoken of: one of `Gender`, or "" to say it no more."""
    person.gender = gender
    person.save(update_fields=["gender"])


def correct_person(*, person: Person, given_name: str, family_name: str, profession: str) -> None:
    """One's own name and profession set right. Another profession is declared again, and every right that rested on it ends."""
    with transaction.atomic():
        lock_person(person)
        other = profession != person.profession
        person.set_names(given_name, family_name)
        if other:
            person.profession, person.rpps = profession, ""
        person.save(update_fields=["names", "profession", "rpps"])
        if other and person.confirmed:
            withdraw_confirmation(person=person)


def name_officer(*, person: Person, structure: Structure | None) -> DataProtectionOfficer:
    """Makes somebody the data protection officer of a structure or of the whole service (None); named twice is named once."""
    now = clock.now()
    held = DataProtectionOfficer.objects.filter(running(now), person=person, structure=structure).first()
    return held or DataProtectionOfficer.objects.create(person=person, structure=structure, since=now)


def dismiss_officer(*, person: Person) -> int:
    """Ends every office of a person; how many."""
    now = clock.now()
    return DataProtectionOfficer.objects.filter(running(now), person=person).update(until=now)
