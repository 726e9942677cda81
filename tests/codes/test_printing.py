"""Who prints a code for whom, and what a new one ends."""
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client

from foundation.errors import CercleError, NotFound
from messaging.feed.enums import Kind, Standing
from messaging.feed.models import FeedLine
from messaging.feed.services import opened as locked
from people.accounts.models import Person, Session
from people.accounts.services import NewPerson, create_person
from people.audit.models import TrailLine
from people.circles.access import Refused
from people.circles.enums import Role
from people.circles.models import Circle, Membership
from people.circles.services import Admission, admit_member, end_membership, join
from people.codes.services import admit_newcomer, print_code
from tests.accounts.cast import site_lines
from tests.codes.conftest import seat
from tests.codes.entrance import PIN, Phone

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def opened(nurse: Membership, jeanne: Membership) -> Phone:
    """A telephone of the patient's, signed in."""
    phone = Phone()
    phone.open(print_code(nurse, member=jeanne.pk).code)
    assert phone.me == 200
    return phone


def test_a_renewal_signs_the_old_device_out_at_once(nurse: Membership, jeanne: Membership) -> None:
    phone = opened(nurse, jeanne)
    pharmacist = seat(nurse.circle_id, Role.PHARMACIST)
    print_code(pharmacist, member=jeanne.pk)
    assert phone.me == 401
    assert not Session.objects.filter(person=jeanne.person_id).exists()
    assert [kind for kind, _subject in site_lines()].count(Kind.SESSION_ENDED) == 1
    phone.forget_session()
    phone.enter(PIN)
    assert phone.me == 401


def test_the_patient_sees_that_a_code_was_printed_and_the_family_does_not(nurse: Membership, jeanne: Membership) -> None:
    print_code(nurse, member=jeanne.pk)
    line = FeedLine.objects.get(kind=Kind.ACCESS_PRINTED)
    assert (line.subject, line.actor) == (jeanne.pk, nurse.pk)
    assert line.seen_by == frozenset({Standing.CARE_TEAM, Standing.PATIENT})


@pytest.mark.parametrize("role", [Role.RELATIVE, Role.PATIENT])
def test_only_the_care_team_prints(nurse: Membership, jeanne: Membership, role: Role) -> None:
    with pytest.raises(Refused):
        print_code(seat(nurse.circle_id, role), member=jeanne.pk)


def test_who_has_an_address_needs_no_code(nurse: Membership) -> None:
    with pytest.raises(CercleError) as refused:
        print_code(nurse, member=seat(nurse.circle_id, Role.RELATIVE).pk)
    assert refused.value.code == "codes.own_way"


_MARKS: list[dict[str, Any]] = [{"rpps": "10001234567"}, {"password": "un cheval"}, {"confirmed": True, "profession": "nurse"}]


@pytest.mark.parametrize("mark", _MARKS)
def test_a_professional_without_address_is_not_signed_in_as_by_a_relatives_code(nurse: Membership, mark: dict[str, Any]) -> None:
    person = create_person(NewPerson("Inès", "Garat", None, **mark))
    member = admit_member(nurse, person=person.pk, admission=Admission(Role.RELATIVE))
    with pytest.raises(CercleError) as refused:
        print_code(nurse, member=member.pk)
    assert refused.value.code == "codes.own_way"


def test_nobody_prints_for_a_colleague(nurse: Membership) -> None:
    with pytest.raises(Refused):
        print_code(nurse, member=seat(nurse.circle_id, Role.PHARMACIST).pk)


def test_who_left_and_who_never_was_are_not_there(nurse: Membership, jeanne: Membership) -> None:
    end_membership(nurse, member=jeanne.pk)
    for wanted in (jeanne.pk, uuid4(), None):
        with pytest.raises(NotFound):
            print_code(nurse, member=wanted)


def test_a_circle_that_the_printer_is_not_in_is_not_opened_by_the_way(nurse: Membership, jeanne: Membership) -> None:
    other = Circle.objects.exclude(pk=nurse.circle_id).get()
    home_help = create_person(NewPerson("Jo", "Ducasse", "jo@example.org", "un cheval sous la pluie", "nurse", confirmed=True))
    _seated(other, home_help, Role.NURSE)
    theirs = Membership.objects.select_related("circle__patient", "person").get(circle=other, person=home_help)
    admit_member(theirs, person=jeanne.person_id, admission=Admission(Role.RELATIVE))
    for printer, member in ((nurse, jeanne.pk), (theirs, Membership.objects.get(circle=other, person=jeanne.person_id).pk)):
        with pytest.raises(CercleError) as refused:
            print_code(printer, member=member)
        assert refused.value.code == "codes.elsewhere"


def _seated(circle: Circle, person: Person, role: Role) -> None:
    """A first member of a circle that the scenario left empty."""
    with transaction.atomic(), locked(circle.id) as feed:
        join(feed, circle, person, Admission(role))


def test_a_newcomer_is_let_in_by_who_may_admit_and_print(nurse: Membership, circle: UUID) -> None:
    newcomer = NewPerson("Ginette", "Barrère", None, gender="F")
    member = admit_newcomer(nurse, newcomer=newcomer, role=Role.RELATIVE)
    assert (member.person.name, member.person.email, member.person.has_usable_password()) == ("Ginette Barrère", None, False)
    for actor, role in ((seat(circle, Role.PHARMACIST), Role.RELATIVE), (nurse, Role.HOME_HELP)):
        before = Person.objects.count()
        with pytest.raises(Refused):
            admit_newcomer(actor, newcomer=newcomer, role=role)
        assert Person.objects.count() == before


def browser(member: Membership) -> Client:
    """Somebody at their desk."""
    client = Client(headers={"accept": "text/html", "accept-language": "fr"})
    client.force_login(member.person)
    return client


def test_from_the_page_the_nurse_lets_in_and_prints(nurse: Membership) -> None:
    client, here = browser(nurse), f"/circles/{nurse.circle_id}"
    page = client.get(f"{here}/newcomer?role=patient").content.decode()
    assert 'value="Jeanne"' in page
    form = {"given_name": "Jeanne", "family_name": "Durand", "gender": "F", "role": "patient"}
    where = client.post(f"{here}/newcomer", form).headers["location"]
    page = client.get(where).content.decode()
    assert "Un code pour Jeanne Durand" in page, page[page.find("<h1"):][:300]
    slip = client.post(where)
    assert slip.headers["Cache-Control"].startswith("max-age=0")
    assert "no-store" in slip.headers["Cache-Control"]
    assert "data:image/svg+xml" in slip.content.decode()
    assert TrailLine.objects.filter(what="access.printed", person=nurse.person_id).count() == 1
    again = client.post(f"{here}/newcomer", form)
    assert "déjà dans le cercle" in again.content.decode()


@pytest.mark.parametrize(("role", "status"), [(Role.PHARMACIST, 403), (Role.RELATIVE, 403)])
def test_the_page_of_newcomers_is_for_who_may_admit(nurse: Membership, role: Role, status: int) -> None:
    assert browser(seat(nurse.circle_id, role)).get(f"/circles/{nurse.circle_id}/newcomer").status_code == status


def test_the_pages_of_other_circles_are_not_there(nurse: Membership, jeanne: Membership) -> None:
    other = Circle.objects.exclude(pk=nurse.circle_id).get().pk
    client = browser(nurse)
    for address in (f"{other}/newcomer", f"{other}/members/{jeanne.pk}/code", f"{nurse.circle_id}/members/x/code"):
        assert client.get(f"/circles/{address}").status_code == 404


def test_the_circles_page_offers_it_where_it_helps(nurse: Membership, jeanne: Membership) -> None:
    page = browser(nurse).get(f"/circles/{nurse.circle_id}/people").content.decode()
    assert page.count("/code\"") == 1
    assert f"/members/{jeanne.pk}/code" in page
    family = browser(seat(nurse.circle_id, Role.RELATIVE)).get(f"/circles/{nurse.circle_id}/people").content.decode()
    assert "/code\"" not in family
