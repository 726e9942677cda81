"""Invited into a structure: a link for one address, once, for a week, and not a word on whether the address is known."""
import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation import clock
from foundation.errors import CercleError, NotFound
from people.accounts import invitations
from people.accounts.models import Administrator, Affiliation, Person, TeamInvitation
from people.accounts.queries import operates, works
from tests.accounts.offices import NEW, PASSWORD, Practice, follow, last_link, link_to, practice, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def here() -> Practice:
    """The practice and its people."""
    return practice()


def invite(here: Practice, email: str = "ines@example.org") -> str:
    """Invites and gives the link's secret."""
    invitations.invite_colleague(here.anne, email=email, link_to=link_to)
    return last_link()


def accepted(secret: str, client: Client | None = None, data: dict[str, Any] | None = None) -> Any:
    """Follows a link and sends the form."""
    client = client or Client()
    follow(secret, client)
    return client.post("/accounts/join/", NEW if data is None else data)


def test_a_new_colleague_makes_an_account_and_is_on_the_list(here: Practice) -> None:
    client = Client()
    answer = accepted(invite(here), client)
    assert (answer.status_code, answer.headers["location"]) == (302, "/me")
    person = Person.objects.get(email="ines@example.org")
    assert (person.name, person.profession, person.confirmed) == ("Inès Dupouy", "nurse", False)
    assert works(here.structure.pk, person.pk).exists()
    assert client.get("/me").status_code == 200
    assert Client().post("/accounts/login/", {"login": "ines@example.org", "password": PASSWORD}).status_code == 302


def test_the_letter_says_nothing_of_anybodys_health_and_is_for_that_address(here: Practice) -> None:
    invite(here)
    assert mail.outbox[-1].to == ["ines@example.org"]
    assert "Cabinet du Marensin" in mail.outbox[-1].subject
    assert "patient" not in mail.outbox[-1].body.lower()


def test_looking_at_a_link_does_not_use_it_up(here: Practice) -> None:
    secret = invite(here)
    for _ in range(2):
        answer = follow(secret)
        assert (answer.status_code, answer.headers["location"]) == (302, "/accounts/join/")
    assert accepted(secret).status_code == 302


def test_a_link_opens_once(here: Practice) -> None:
    secret = invite(here)
    accepted(secret)
    again = accepted(secret, data={**NEW, "given_name": "Eve"})
    assert again.status_code == 404
    assert not Person.objects.filter(names=b"").exists()
    assert Person.objects.filter(email="ines@example.org").count() == 1


def test_of_two_who_hold_the_form_open_the_second_gets_nothing(here: Practice) -> None:
    secret, first, second = invite(here), Client(), Client()
    assert follow(secret, first).status_code == follow(secret, second).status_code == 302
    assert first.post("/accounts/join/", NEW).status_code == 302
    assert second.post("/accounts/join/", NEW).status_code == 404


def test_unknown_used_revoked_and_expired_links_answer_the_same_bytes(here: Practice) -> None:
    used = invite(here)
    accepted(used)
    revoked = invite(here, "jean@example.org")
    invitations.revoke_invitation(here.anne, invitation=TeamInvitation.objects.get(accepted_at=None, revoked_at=None).pk)
    expired = invite(here, "luc@example.org")
    TeamInvitation.objects.filter(accepted_at=None, revoked_at=None).update(expires_at=clock.now())
    answers = [follow(secret, headers={"accept-language": "fr"}) for secret in (used, revoked, expired, "nothing", "")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({_plain(answer) for answer in answers}) == 1


def _plain(answer: Any) -> str:
    """A page without what differs at each answer, and without its own address in the form of the language."""
    page = re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value|name="next" value)="[^"]*"', "", answer.content.decode())
    return re.sub(r"\s+", " ", page)


def test_after_seven_days_it_opens_nothing(here: Practice) -> None:
    secret = invite(here)
    row = TeamInvitation.objects.get()
    assert row.expires_at - clock.now() == pytest.approx(dt.timedelta(days=7), abs=dt.timedelta(minutes=5))
    client = Client()
    follow(secret, client)
    TeamInvitation.objects.update(expires_at=clock.now())
    assert client.post("/accounts/join/", NEW).status_code == 404
    assert not Person.objects.filter(email="ines@example.org").exists()


def test_sent_again_the_old_link_is_dead_and_the_new_one_opens(here: Practice) -> None:
    old = invite(here)
    invitations.resend_invitation(here.anne, invitation=TeamInvitation.objects.get().pk, link_to=link_to)
    assert follow(old).status_code == 404
    assert accepted(last_link()).status_code == 302


def test_an_address_invited_twice_has_one_invitation(here: Practice) -> None:
    old = invite(here)
    invite(here, " Ines@Example.org")
    assert TeamInvitation.objects.count() == 1
    assert follow(old).status_code == 404


def test_an_account_that_exists_signs_in_and_joins(here: Practice) -> None:
    secret, client = invite(here, "sam@example.org"), Client()
    page = follow(secret, client, follow=True)
    assert 'name="password"' not in page.content.decode()
    assert client.post("/accounts/join/", NEW).status_code == 200  # no second account of one address
    signed = client.post("/accounts/login/?next=/accounts/join/", {"login": "sam@example.org", "password": PASSWORD})
    assert signed.headers["location"] == "/accounts/join/"
    assert not works(here.structure.pk, here.stranger.pk).exists()  # asked once more
    assert client.post("/accounts/join/").status_code == 302
    assert works(here.structure.pk, here.stranger.pk).exists()


def test_another_account_cannot_use_the_link(here: Practice) -> None:
    secret = invite(here)
    client = signed_in(here.stranger)
    follow(secret, client)
    assert client.post("/accounts/join/").status_code == 422
    assert not works(here.structure.pk, here.stranger.pk).exists()
    assert accepted(secret).status_code == 302  # nor is it used up


def test_a_weak_password_is_refused_and_the_link_stays_good(here: Practice) -> None:
    secret, client = invite(here), Client()
    assert accepted(secret, client, {**NEW, "password": "Dupouy"}).status_code == 422
    assert not Person.objects.filter(email="ines@example.org").exists()
    assert client.post("/accounts/join/", NEW).status_code == 302


@pytest.mark.parametrize("known", ["sam@example.org", "bea@example.org", "anne@example.org"])
def test_known_and_unknown_addresses_get_the_same_answers(here: Practice, known: str) -> None:
    told = []
    unknown = "x" * (len(known) - len("@example.org")) + "@example.org"
    for email in (known, unknown):
        client, sent = signed_in(here.anne.person), len(mail.outbox)
        answer = client.post(f"/structures/{here.structure.pk}/invite", {"email": email})
        page = client.get(answer.headers["location"])
        told.append((answer.status_code, answer.headers["location"], len(page.content), len(mail.outbox) - sent))
        TeamInvitation.objects.all().delete()
    assert told[0] == told[1]
    assert told[0][-1] == 1


def test_known_and_unknown_addresses_are_answered_in_as_many_statements(here: Practice) -> None:
    counts = []
    for email in ("sam@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as statements:
            invitations.invite_colleague(here.anne, email=email, link_to=link_to)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_address_and_secret_rest_sealed(here: Practice) -> None:
    secret = invite(here)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_teaminvitation")
        row = repr(cursor.fetchall())
    assert "ines" not in row
    assert secret not in row


def test_somebody_invited_to_administer_does_and_is_not_on_the_team_list(here: Practice) -> None:
    invitations.invite_administrator(here.omar, structure=here.structure.pk, email="ines@example.org", link_to=link_to)
    assert accepted(last_link()).status_code == 302
    person = Person.objects.get(email="ines@example.org")
    assert Administrator.objects.filter(person=person, structure=here.structure, until=None).exists()
    assert not Affiliation.objects.filter(person=person).exists()
    assert not operates(person)


def test_an_invitation_of_another_structure_is_nobodys_here(here: Practice) -> None:
    invite(here)
    row = TeamInvitation.objects.get()
    for actor in (here.paul, here.omar):
        with pytest.raises(NotFound):
            invitations.revoke_invitation(actor, invitation=row.pk)
        with pytest.raises(NotFound):
            invitations.resend_invitation(actor, invitation=row.pk, link_to=link_to)


def test_who_no_longer_administers_invites_nobody(here: Practice) -> None:
    Administrator.objects.filter(pk=here.anne.pk).update(until=clock.now())
    with pytest.raises(NotFound):
        invitations.invite_colleague(here.anne, email="ines@example.org", link_to=link_to)
    assert mail.outbox == []


def test_a_letter_that_does_not_leave_is_shown_and_sent_again(here: Practice, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invitations.invite_colleague(here.anne, email="ines@example.org", link_to=link_to)
    assert TeamInvitation.objects.get().sent_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    invitations.resend_invitation(here.anne, invitation=TeamInvitation.objects.get().pk, link_to=link_to)
    assert TeamInvitation.objects.get().sent_at is not None


def test_no_more_are_open_at_once_than_a_structure_could_need(here: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_OPEN", 1)
    invite(here)
    with pytest.raises(CercleError, match="too_many_invitations"):
        invite(here, "luc@example.org")
