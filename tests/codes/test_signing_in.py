"""Signing in by a printed code and a PIN: once, in time, by both together, and not for long with wrong ones."""
import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people.accounts.models import Session
from people.accounts.services import disable_account
from people.circles.models import Membership
from people.codes.models import BoundDevice, PrintedCode
from people.codes.services import MOST_TRIES, print_code
from tests.codes.entrance import PIN, Phone

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NO_CODE = "This code does not open anything, or no longer."
OVER = "This device no longer signs you in."


@pytest.fixture
def code(nurse: Membership, jeanne: Membership) -> str:
    """Freshly printed."""
    return print_code(nurse, member=jeanne.pk).code


@pytest.fixture
def phone(code: str) -> Phone:
    """Opened with it, then left alone until only its own cookie is there."""
    opened = Phone()
    assert opened.open(code).status_code == 302
    opened.forget_session()
    return opened


def test_the_code_opens_a_device_and_signs_in(code: str) -> None:
    phone = Phone()
    assert phone.open(code).headers["location"] == "/"
    assert phone.client.get("/api/v1/me").json()["name"] == "Jeanne Durand"
    assert phone.client.cookies["cercle-device"]["httponly"]
    assert phone.client.cookies["cercle-device"]["samesite"] == "Lax"


def test_blanks_dashes_and_case_do_not_matter(code: str) -> None:
    assert Phone().open(f" {code.replace('-', ' ').lower()} ").status_code == 302


def test_the_pin_signs_in_from_then_on(phone: Phone) -> None:
    assert phone.me == 401
    assert phone.client.get("/").headers["location"] == "/accounts/login/?next=/"
    assert phone.client.get("/accounts/login/?next=/me").headers["location"] == "/accounts/pin/?next=%2Fme"
    assert phone.client.get("/accounts/login/?other").status_code == 200
    assert phone.enter().headers["location"] == "/"
    assert phone.me == 200


@pytest.mark.parametrize(("wanted", "led"), [("/me", "/me"), ("https://evil.example/", "/"), ("//evil.example", "/")])
def test_it_leads_to_a_page_of_this_house_only(phone: Phone, wanted: str, led: str) -> None:
    assert phone.post("/accounts/pin/", pin=PIN, next=wanted).headers["location"] == led


def test_signing_out_leaves_the_device_its_pin(phone: Phone) -> None:
    phone.enter()
    phone.post("/accounts/logout/")
    assert phone.me == 401
    assert phone.enter().status_code == 302


def test_such_a_session_is_listed_and_counts_as_two_factors(phone: Phone, jeanne: Membership) -> None:
    phone.enter()
    assert "c-setting" in phone.client.get("/accounts/sessions/").content.decode()
    assert list(Session.objects.filter(person=jeanne.person_id).values_list("strong", flat=True)) == [True, True]


def test_a_code_is_good_once(code: str, phone: Phone) -> None:
    again = Phone()
    assert NO_CODE in again.open(code).content.decode()
    assert (again.me, again.secret) == (401, "")


def test_an_expired_code_opens_nothing(code: str) -> None:
    PrintedCode.objects.update(expires_at=timezone.now())
    assert NO_CODE in Phone().open(code).content.decode()


def test_it_lasts_seven_days(code: str) -> None:
    made = PrintedCode.objects.get()
    assert made.expires_at - made.made_at == dt.timedelta(days=7)


def test_a_renewed_code_opens_nothing(code: str, nurse: Membership, jeanne: Membership) -> None:
    newer = print_code(nurse, member=jeanne.pk).code
    assert NO_CODE in Phone().open(code).content.decode()
    assert Phone().open(newer).status_code == 302


def test_a_closed_account_is_not_opened(code: str, jeanne: Membership) -> None:
    disable_account(person=jeanne.person)
    assert NO_CODE in Phone().open(code).content.decode()


def _answered(answer: Any) -> tuple[int, str]:
    """Status and page, without the token and what was typed."""
    return answer.status_code, re.sub(r'(csrf[^>]*value|content|name="code" value)="[^"]*"', "", answer.content.decode())


def test_a_code_that_never_was_and_one_that_is_over_are_answered_alike(code: str, phone: Phone) -> None:
    assert _answered(Phone().open(code)) == _answered(Phone().open("ABCD-EFGH-JKLM-NPQR"))


@pytest.mark.parametrize("pin", ["123456", "654321", "111111", "12345", "1234567", "abcdef", "٢٠٤٨٥٧", "890123"])
def test_a_pin_that_anybody_would_try_is_not_taken_and_uses_no_code_up(code: str, pin: str) -> None:
    phone = Phone()
    assert phone.open(code, pin).status_code == 200
    assert phone.secret == ""
    assert phone.open(code).status_code == 302


def test_both_pins_are_one(code: str) -> None:
    assert "not the same six figures" in Phone().open(code, PIN, "204858").content.decode()
    assert PrintedCode.objects.get().used_at is None


def test_the_cookie_alone_signs_nobody_in(phone: Phone) -> None:
    thief = Phone().with_cookie(phone.secret)
    assert thief.me == 401
    assert "5 tries" not in thief.client.get("/accounts/pin/").content.decode()
    for tried in ("000001", "204858", "", "x"):
        assert thief.enter(tried).status_code == 200
    assert thief.me == 401


def test_the_pin_alone_signs_nobody_in(phone: Phone) -> None:
    stranger = Phone()
    assert stranger.enter().headers["location"] == "/accounts/login/?other"
    assert OVER in stranger.with_cookie("x" * 43).enter().content.decode()
    assert stranger.me == 401


def test_five_wrong_pins_end_the_device(phone: Phone) -> None:
    said = [phone.enter("204858").content.decode() for _ in range(MOST_TRIES)]
    assert [re.findall(r"(\d) (?:try|tries) left", text) for text in said] == [["4"], ["3"], ["2"], ["1"], []]
    assert OVER in said[-1]
    assert phone.secret == ""
    assert BoundDevice.objects.get().ended_at is not None


def test_after_that_the_right_pin_is_no_better(phone: Phone) -> None:
    secret = phone.secret
    for _ in range(MOST_TRIES):
        phone.enter("204858")
    assert OVER in phone.with_cookie(secret).enter().content.decode()
    assert phone.me == 401


def test_a_right_pin_forgives_the_wrong_ones_before(phone: Phone) -> None:
    for _ in range(2):
        for _wrong in range(MOST_TRIES - 1):
            phone.enter("204858")
        assert phone.enter().status_code == 302
        phone.forget_session()


def test_an_ended_device_and_an_unknown_one_are_answered_alike(phone: Phone, nurse: Membership, jeanne: Membership) -> None:
    print_code(nurse, member=jeanne.pk)
    assert _answered(phone.enter()) == _answered(Phone().with_cookie("y" * 43).enter())


def test_many_wrong_codes_from_one_address_have_to_wait(settings: Any, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    settings.SIGN_IN_LIMITS = True
    monkeypatch.setattr("people.accounts.limits.ADDRESS_FAILURES", 3)
    phone = Phone()
    for wrong in ("A", "B", "C"):
        assert phone.open(wrong * 16).status_code == 200
    refused = phone.open(code)
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)


def test_without_the_csrf_token_nobody_comes_in(code: str, phone: Phone) -> None:
    for path, form in (("/accounts/printed/", {"code": code, "pin": PIN, "again": PIN}), ("/accounts/pin/", {"pin": PIN})):
        assert phone.client.post(path, form).status_code == 403


def test_whoever_is_signed_in_uses_no_code_up(code: str, nurse: Membership) -> None:
    client = Client(headers={"accept": "text/html"})
    client.force_login(nurse.person)
    page = client.post("/accounts/printed/", {"code": code, "pin": PIN, "again": PIN})
    assert "Alice Martin" in page.content.decode()
    assert PrintedCode.objects.get().used_at is None


def test_nothing_at_rest_opens_anything(code: str, phone: Phone) -> None:
    device, printed = BoundDevice.objects.get(), PrintedCode.objects.get()
    assert phone.secret.encode() not in bytes(device.digest)
    assert PIN not in device.pin
    assert device.pin.startswith("argon2")
    assert code.replace("-", "").encode() not in bytes(printed.digest)
