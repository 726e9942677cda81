"""People and structures: who works where, who is found."""
import datetime as dt

import pytest

from foundation import clock
from people.accounts import queries, services
from people.accounts.models import Person
from people.accounts.services import NewPerson
from tests.accounts.cast import alice, claire

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
DAY = dt.timedelta(days=1)


def test_colleagues_are_those_of_the_same_structures_now() -> None:
    names = ("Alice", "Martin"), ("Paul", "Étienne"), ("Marie", "Partie"), ("Un", "Autre")
    me, other, gone, stranger = services.create_people([NewPerson(given, family, None) for given, family in names])
    practice = services.create_structure(name="Cabinet du Marensin", kind="practice")
    for person in (me, other, gone):
        services.add_to_structure(person=person, structure=practice, since=clock.now() - DAY)
    services.leave_structure(person=gone, structure=practice)
    assert list(queries.colleagues(me, clock.now())) == [other]
    assert list(queries.structures_of(me, clock.now())) == [practice]
    assert list(queries.colleagues(stranger, clock.now())) == []


def test_what_begins_tomorrow_counts_tomorrow() -> None:
    me, other = alice(), claire()
    practice = services.create_structure(name="Cabinet", kind="practice")
    services.add_to_structure(person=me, structure=practice)
    services.add_to_structure(person=other, structure=practice, since=clock.now() + DAY)
    assert list(queries.colleagues(me, clock.now())) == []
    assert list(queries.colleagues(me, clock.now() + 2 * DAY)) == [other]


@pytest.mark.parametrize(("q", "found"), [("dur", True), ("DURAND cla", True), ("moreau", True), ("élise", False), ("laire", False)])
def test_names_are_found_by_the_beginnings_of_their_words(q: str, found: bool) -> None:
    assert queries.named([claire()], q) == ([Person.objects.get()] if found else [])


def test_accents_do_not_matter() -> None:
    person = services.create_person(NewPerson("Hélène", "Œuvrard", None))
    assert queries.named([person], "helene") == [person]


def test_an_address_finds_only_a_verified_and_open_account() -> None:
    person = alice()
    assert queries.person_with_address(" Alice@Example.org ") == person
    services.disable_account(person=person)
    assert queries.person_with_address("alice@example.org") is None


def test_a_confirmation_is_given_and_withdrawn() -> None:
    person = claire()
    services.confirm_profession(person=person, profession="nurse", rpps="10009999999")
    assert (Person.objects.get().confirmed, Person.objects.get().rpps) == (True, "10009999999")
    services.withdraw_confirmation(person=person)
    assert not Person.objects.get().confirmed


def test_a_name_moved_to_another_row_does_not_open() -> None:
    from foundation.vault.seal import SealBroken

    person, other = alice(), claire()
    other.names = person.names
    other.__dict__.pop("_opened", None)
    with pytest.raises(SealBroken):
        _ = other.name
