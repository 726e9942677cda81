"""A practice with its people, for the tests of administration."""
import re
from dataclasses import dataclass
from typing import Any

from django.core import mail
from django.test import Client
from django.utils import timezone

from people.accounts.appointments import appoint_administrator, appoint_operator
from people.accounts.models import Administrator, Affiliation, Operator, Person, Structure
from people.accounts.services import NewPerson, create_person

PASSWORD = "un cheval sous la pluie"
RPPS = "10001234565"  # the figures of the contract's example, with a right key


@dataclass(frozen=True)
class Practice:
    """Two nurses, one of whom administers; the administrator of a pharmacy; an operator; a stranger."""

    structure: Structure
    other: Structure
    anne: Administrator
    bea: Person
    paul: Administrator
    omar: Operator
    stranger: Person


def person(given: str, profession: str = "", *, confirmed: bool = False) -> Person:
    """An account under given@example.org."""
    return create_person(NewPerson(given, "Lartigau", f"{given.lower()}@example.org", PASSWORD, profession, confirmed=confirmed))


def practice() -> Practice:
    """Everybody, saved."""
    here = Structure.objects.create(name="Cabinet du Marensin", kind="nursing_office")
    there = Structure.objects.create(name="Pharmacie de l’Adour", kind="pharmacy")
    anne, bea, paul = person("Anne", "nurse", confirmed=True), person("Bea", "nurse"), person("Paul", "pharmacist", confirmed=True)
    for who, where in ((anne, here), (bea, here), (paul, there)):
        Affiliation.objects.create(person=who, structure=where, since=timezone.now())
    return Practice(
        here, there, appoint_administrator(None, person=anne, structure=here.pk), bea,
        appoint_administrator(None, person=paul, structure=there.pk), appoint_operator(person=person("Omar")), person("Sam"),
    )  # fmt: skip


def link_to(secret: str) -> str:
    """The address of an invitation's page."""
    return f"http://testserver/accounts/join/#{secret}"


def last_link() -> str:
    """The secret in the newest e-mail's link."""
    found = re.search(r"http://testserver/accounts/join/#(\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found.group(1)


def follow(secret: str, client: Client | None = None, **how: Any) -> Any:
    """What a browser sends when a link is opened."""
    return (client or Client()).post("/accounts/join/open/", {"token": secret}, **how)


def signed_in(who: Person | None) -> Client:
    """A client of somebody, or of nobody."""
    client = Client()
    if who is not None:
        client.force_login(who)
    return client


NEW: dict[str, Any] = {"given_name": "Inès", "family_name": "Dupouy", "profession": "nurse", "password": PASSWORD}
