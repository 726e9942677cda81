"""People and structures: who works where, who is found."""
import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from foundation import clock
from foundation.vault.seal import SealBroken
from people.accounts import queries, services
from people.accounts.models import Affiliation, Person, Structure
from tests.accounts.cast import alice, claire

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
DAY = dt.timedelta(days=1)


def test_a_person_works_where_an_interval_runs() -> None:
    person, now = alice(), clock.now()
    for name, since, until in (("Cabinet", -DAY, None), ("Desk", -2 * DAY, -DAY), ("Hospital", DAY, None), ("SSIAD", -DAY, DAY)):
        structure = Structure.objects.create(name=name, kind="practice")
        ends = None if until is None else now + until
        Affiliation.objects.create(person=person, structure=structure, since=now + since, until=ends)
    assert [structure.name for structure in queries.structures_of(person, now)] == ["Cabinet", "SSIAD"]


def test_a_confirmation_is_given_and_withdrawn() -> None:
    person = claire()
    services.confirm_profession(person=person, profession="nurse", rpps="10009999999")
    assert (Person.objects.get().confirmed, Person.objects.get().rpps) == (True, "10009999999")
    services.withdraw_confirmation(person=person)
    assert not Person.objects.get().confirmed


def test_a_name_moved_to_another_row_does_not_open() -> None:
    person, other = alice(), claire()
    other.names = person.names
    other.__dict__.pop("_opened", None)
    with pytest.raises(SealBroken):
        _ = other.name


def test_an_operator_closes_opens_confirms_and_withdraws() -> None:
    person = claire()
    call_command("account", "close", "claire@example.org", stdout=StringIO())
    assert not Person.objects.get().is_active
    call_command("account", "open", "Claire@Example.org", stdout=StringIO())
    assert Person.objects.get().is_active
    with pytest.raises(CommandError, match="--profession"):
        call_command("account", "confirm", person.email)
    call_command("account", "confirm", person.email, profession="nurse", stdout=StringIO())
    assert Person.objects.get().confirmed
    call_command("account", "withdraw", person.email, stdout=StringIO())
    assert not Person.objects.get().confirmed
    with pytest.raises(CommandError, match="address"):
        call_command("account", "close", "nobody@example.org")
