"""Invitations by e-mail and by code: whom they let in, once, and what ends them."""
import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.utils import timezone

from foundation.vault import seal
from people.accounts.services import withdraw_confirmation
from people.audit.models import TrailLine
from people.circles.enums import Cause
from people.circles.erasure import erase
from people.circles.letters import send_due_invitations
from people.circles.models import Circle, Invitation, Membership
from tests.circles.around import Around, around, newest_secret

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def here(tmp_path: Path) -> Around:
    return around(tmp_path)


def invite(here: Around, email: str = "lea@example.org", role: str = "nurse", by: str = "alice", **more: Any) -> Any:
    return here.of(by).post(f"circles/{here.circle}/members", email=email, role=role, **more)


def come_in(here: Around, who: str, secret: str) -> Any:
    return here.of(who).post("invitations/acceptance", token=secret)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


OVER = (409, "circles.invitation_over")


def test_an_invited_person_comes_in_with_the_role_and_the_past_that_were_chosen(here: Around) -> None:
    assert invite(here, history="from_now").status_code == 201
    answer = come_in(here, "lea", newest_secret())
    assert answer.status_code == 200
    assert answer.json()["circle"] == here.circle
    member = Membership.objects.get(pk=answer.json()["member"])
    assert (str(member.person_id), member.role, member.history, member.first > 1) == (here.ids["lea"], "nurse", "from_now", True)
    assert here.of("lea").get(f"circles/{here.circle}").status_code == 200


def test_the_answer_is_the_same_whether_somebody_has_the_address(here: Around) -> None:
    known, unknown, inside = (invite(here, address) for address in ("lea@example.org", "xyz@example.org", "jean@example.org"))
    assert known.status_code == unknown.status_code == inside.status_code == 201
    assert known.json().keys() == unknown.json().keys() == {"invitation"}
    assert len(known.content) == len(unknown.content) == len(inside.content)


def test_the_mail_names_no_patient_and_no_role(here: Around) -> None:
    invite(here)
    newest_secret()
    [sent] = mail.outbox
    words = f"{sent.subject} {sent.body}".lower()
    assert sent.to == ["lea@example.org"]
    assert [word for word in ("durand", "jeanne", "petit", "nurse", "infirm", "patient", "soin", "care") if word in words] == []


def test_only_a_hash_of_the_secret_is_kept(here: Around) -> None:
    invite(here)
    secret = newest_secret()
    row = Invitation.objects.get()
    kept = b"".join(bytes(value) for value in vars(row).values() if isinstance(value, bytes | memoryview))
    assert secret.encode() not in kept
    assert b"lea@example.org" not in kept


def test_a_link_lets_in_once(here: Around) -> None:
    invite(here)
    secret = newest_secret()
    assert come_in(here, "lea", secret).status_code == 200
    assert code_of(come_in(here, "lea", secret)) == OVER


def test_a_link_sent_on_to_another_address_lets_nobody_in(here: Around) -> None:
    invite(here)
    secret = newest_secret()
    assert code_of(come_in(here, "marc", secret)) == (409, "circles.invitation_elsewhere")
    assert here.of("marc").get(f"circles/{here.circle}").status_code == 404
    assert come_in(here, "lea", secret).status_code == 200


@pytest.mark.parametrize("secret", ["", "x", "nonsense" * 20])
def test_a_link_of_nobody_is_over_or_wrong(here: Around, secret: str) -> None:
    answer = come_in(here, "lea", secret)
    assert code_of(answer) == (OVER if secret else (422, "http.invalid"))


def test_after_seven_days_a_link_is_over(here: Around) -> None:
    invite(here)
    secret = newest_secret()
    row = Invitation.objects.get()
    assert dt.timedelta(days=6, hours=23) < row.expires_at - timezone.now() <= dt.timedelta(days=7)
    Invitation.objects.update(expires_at=timezone.now())
    assert code_of(come_in(here, "lea", secret)) == OVER


def test_a_withdrawn_link_is_over(here: Around) -> None:
    made = invite(here).json()["invitation"]
    secret = newest_secret()
    assert here.of("helene").call("DELETE", f"circles/{here.circle}/invitations/{made}").status_code == 204
    assert code_of(come_in(here, "lea", secret)) == OVER


def test_a_withdrawn_invitation_is_not_sent_any_more(here: Around) -> None:
    made = invite(here).json()["invitation"]
    here.of("alice").call("DELETE", f"circles/{here.circle}/invitations/{made}")
    assert send_due_invitations() == 0
    assert mail.outbox == []


def test_sent_again_the_former_link_is_dead(here: Around) -> None:
    made = invite(here).json()["invitation"]
    first = newest_secret()
    assert here.of("helene").post(f"circles/{here.circle}/invitations/{made}/resend").status_code == 429
    Invitation.objects.update(expires_at=timezone.now(), sent_at=timezone.now() - dt.timedelta(minutes=2))
    assert here.of("helene").post(f"circles/{here.circle}/invitations/{made}/resend").status_code == 200
    second = newest_secret()
    assert code_of(come_in(here, "lea", first)) == OVER
    assert come_in(here, "lea", second).status_code == 200
    assert code_of(here.of("helene").post(f"circles/{here.circle}/invitations/{made}/resend")) == OVER


def test_the_worker_sends_each_invitation_once(here: Around) -> None:
    invite(here)
    assert [send_due_invitations(), send_due_invitations()] == [1, 0]
    assert len(mail.outbox) == 1


def test_nobody_fills_mailboxes(here: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("people.circles.invitations.MOST_A_DAY", 2)
    answers = [invite(here, f"x{n}@example.org") for n in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert invite(here, "x4@example.org", by="helene").status_code == 201


def test_inviting_an_address_again_replaces_the_first_invitation(here: Around) -> None:
    invite(here)
    first = newest_secret()
    invite(here, " Lea@Example.org ", role="other_health")
    assert code_of(come_in(here, "lea", first)) == OVER
    assert len(here.of("alice").get(f"circles/{here.circle}/invitations").json()["items"]) == 1


@pytest.mark.parametrize(("who", "role"), [("noel", "nurse"), ("lea", "pharmacist"), ("paul", "gp")])
def test_the_profession_must_fit_when_it_is_accepted(here: Around, who: str, role: str) -> None:
    invite(here, f"{who}@example.org", role)
    secret = newest_secret()
    assert code_of(come_in(here, who, secret)) == (422, "circles.role_unfit")
    assert Invitation.objects.get().accepted_at is None


def test_an_inviter_who_left_opens_nothing(here: Around) -> None:
    invite(here)
    secret = newest_secret()
    member = here.member("alice")
    assert here.of("helene").call("DELETE", f"circles/{here.circle}/members/{member.pk}").status_code == 204
    assert code_of(come_in(here, "lea", secret)) == OVER


def test_an_inviter_in_another_role_by_now_opens_nothing_that_it_does_not_admit(here: Around) -> None:
    invite(here)
    secret = newest_secret()
    Membership.objects.filter(pk=here.member("alice").pk).update(role="trusted_person")
    assert code_of(come_in(here, "lea", secret)) == OVER


def test_a_frozen_circle_lets_nobody_in_until_it_is_active_again(here: Around) -> None:
    invite(here)
    secret, nadia = newest_secret(), here.of("nadia")
    nadia.call("PUT", f"circles/{here.circle}/state", {"state": "frozen", "reason": "litige"})
    assert code_of(come_in(here, "lea", secret)) == (409, "circles.invitation_waits")
    nadia.call("PUT", f"circles/{here.circle}/state", {"state": "active", "reason": "réglé"})
    assert come_in(here, "lea", secret).status_code == 200


def test_in_a_frozen_circle_nobody_is_invited(here: Around) -> None:
    here.of("nadia").call("PUT", f"circles/{here.circle}/state", {"state": "frozen", "reason": "litige"})
    assert code_of(invite(here)) == (403, "circles.circle_frozen")


def test_who_is_inside_stays_as_they_are(here: Around) -> None:
    invite(here, "jean@example.org", "relative")
    answer = come_in(here, "jean", newest_secret())
    assert answer.status_code == 200
    assert here.member("jean").role == "pharmacist"
    assert Invitation.objects.get().member is None


def test_a_second_patient_is_not_let_in(here: Around) -> None:
    invite(here, "paul@example.org", "patient")
    assert code_of(come_in(here, "paul", newest_secret())) == (409, "circles.has_patient")


@pytest.mark.parametrize(("by", "role", "status"), [("claire", "relative", 201), ("claire", "nurse", 403), ("jean", "relative", 403),
                                                     ("jeanne", "trusted_person", 201), ("marc", "relative", 404)])  # fmt: skip
def test_who_may_invite_whom(here: Around, by: str, role: str, status: int) -> None:
    assert invite(here, role=role, by=by).status_code == status


def test_the_list_shows_each_those_whom_they_may_admit(here: Around) -> None:
    invite(here, "lea@example.org", "nurse")
    invite(here, "paul@example.org", "relative")
    shown = {who: here.of(who).get(f"circles/{here.circle}/invitations") for who in ("alice", "claire", "jean", "marc")}
    assert [answer.status_code for answer in shown.values()] == [200, 200, 403, 404]
    assert [item["email"] for item in shown["alice"].json()["items"]] == ["paul@example.org", "lea@example.org"]
    assert [item["email"] for item in shown["claire"].json()["items"]] == ["paul@example.org"]


def test_another_circles_invitation_is_not_there(here: Around) -> None:
    made = invite(here).json()["invitation"]
    path = f"circles/{here.ids['other']}/invitations/{made}"
    marc = here.of("marc")
    answers = [marc.get(path), marc.call("DELETE", path), marc.post(f"{path}/resend")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize("body", [{}, {"email": "a@example.org", "person": "00000000-0000-4000-8000-000000000000"}])
def test_one_and_only_one_is_named(here: Around, body: dict[str, str]) -> None:
    answer = here.of("alice").post(f"circles/{here.circle}/members", role="relative", **body)
    assert code_of(answer) == (422, "circles.whom")


@pytest.mark.parametrize("email", ["", "lea", "lea@", "a b@example.org", "x" * 250 + "@example.org"])
def test_an_address_that_is_none_is_refused(here: Around, email: str) -> None:
    assert invite(here, email).status_code == 422


def test_a_code_lets_in_whoever_holds_it_within_ten_minutes(here: Around) -> None:
    shown = here.of("alice").post(f"circles/{here.circle}/invitations", role="relative")
    assert shown.status_code == 201
    assert shown.json()["image"].startswith("data:image/svg+xml")
    secret = shown.json()["link"].partition("#")[2]
    path = f"circles/{here.circle}/invitations/{shown.json()['id']}"
    assert here.of("alice").get(path).json()["state"] == "pending"
    assert come_in(here, "paul", secret).status_code == 200
    came = here.of("alice").get(path).json()
    assert (came["state"], came["member"]["person"]["id"]) == ("accepted", here.ids["paul"])
    assert code_of(come_in(here, "lea", secret)) == OVER


def test_after_ten_minutes_a_code_is_over(here: Around) -> None:
    shown = here.of("alice").post(f"circles/{here.circle}/invitations", role="relative").json()
    assert Invitation.objects.get().expires_at - timezone.now() <= dt.timedelta(minutes=10)
    Invitation.objects.update(expires_at=timezone.now())
    assert code_of(come_in(here, "paul", shown["link"].partition("#")[2])) == OVER


def test_a_code_into_a_care_role_needs_the_profession_too(here: Around) -> None:
    shown = here.of("alice").post(f"circles/{here.circle}/invitations", role="nurse").json()
    withdraw_confirmation(person=here.person("lea"))
    assert code_of(come_in(here, "lea", shown["link"].partition("#")[2])) == (422, "circles.role_unfit")


def test_each_step_is_in_the_trail(here: Around) -> None:
    made = invite(here).json()["invitation"]
    here.of("alice").call("DELETE", f"circles/{here.circle}/invitations/{made}")
    here.of("alice").post(f"circles/{here.circle}/invitations", role="relative")
    left = TrailLine.objects.filter(circle=here.circle, what__startswith="invitation").order_by("number").values_list("what", flat=True)
    assert list(left) == ["invitation.sent", "invitation.withdrawn", "invitation.shown"]


def test_an_erased_circle_sends_nothing_and_stops_nobody(here: Around) -> None:
    invite(here)
    secret = newest_secret()
    invite(here, "x@example.org")
    other = here.of("marc").post(f"circles/{here.ids['other']}/members", email="y@example.org", role="relative")
    assert other.status_code == 201
    erase(Circle.objects.select_related("patient").get(pk=UUID(here.circle)).patient.vault, cause=Cause.REQUEST)
    seal.forget()
    assert send_due_invitations() == 1
    assert [sent.to for sent in mail.outbox] == [["lea@example.org"], ["y@example.org"]]
    assert code_of(come_in(here, "lea", secret)) == OVER
    page = here.of("lea").client
    page.post("/join/open", {"token": secret})
    assert page.get("/join").status_code == 200
