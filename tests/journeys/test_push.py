"""An alert from its author to another person's device and back, in real Chromiums and by a real push service of the tests."""
import datetime as dt
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.phones import Phone
from tests.journeys.world import World, load, until
from tests.push_service import GONE, PushService
from tests.service import Service, running_service

WORDS = ["Cercle", "Du nouveau vous attend."]
STATE = "(id) => fetch(`/api/v1/push/deliveries/${id}`).then((answer) => answer.json()).then(({ state }) => state === 'shown')"
# The page has told the worker who is here now.
HERE = """() => new Promise((done) => {
  const opening = indexedDB.open("cercle-push", 1);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("notes").objectStore("notes").get("owner");
    asked.onsuccess = () => (opening.result.close(), done(Boolean(asked.result?.person)));
  };
})"""
Running = tuple[Service, PushService, dict[str, str], Iterator[int], dict[str, Any]]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """The service, with leave to send to the tests' push service."""
    with PushService() as push, running_service(demo=False, CERCLE_LIMITS="off", CERCLE_PUSH_ALLOW=push.origin) as service:
        yield service, push, load(service, 6), count(), {}


@pytest.fixture
def push(running: Running) -> PushService:
    """The push service."""
    return running[1]


@pytest.fixture
def alerted(running: Running, browser: Browser) -> Iterator[World]:
    """A circle that is this test's own."""
    service, _push, ids, numbers, sessions = running
    made = World(service, browser, ids, ids[f"p{next(numbers)}"], sessions)
    yield made
    made.close()


def told_of(phone: Phone, device: Any, before: int) -> dict[str, str]:
    """What the push service has brought since."""
    message: dict[str, str] = device.wait_for(before + 1)[-1].message
    assert sorted(message) == ["id", "text"]
    phone.deliver(message)
    return message


def test_an_urgent_message_rings_and_leads_to_itself(alerted: World, push: PushService) -> None:
    phone = Phone(alerted, push, "helene", viewport={"width": 360, "height": 780})
    device = phone.switch_on()
    before = len(device.received)
    author = alerted.reading("sylvie")
    post = alerted.say("sylvie", "Essoufflée depuis ce matin.\nLa voir.", "wider_team", urgency="urgent", to=["gp"])
    message = told_of(phone, device, before)
    phone.wait_for(message["id"])
    assert [one for one in phone.shown() if one[2] == message["id"]] == [[*WORDS, message["id"]]]
    # The device has said so, and its author sees it.
    until(phone.page, STATE, message["id"])
    author.get_by_role("button", name="Voir chaque étape").click()
    expect(author.locator(".c-ladder")).to_contain_text("Dr Hélène Castets prévenue")
    # Brought again, it is not shown again.
    phone.deliver(message)
    phone.page.wait_for_timeout(300)
    assert [one[2] for one in phone.shown()].count(message["id"]) == 1
    phone.page.goto("/")  # a tap takes no page away in which somebody may be writing
    phone.tap(message["id"])
    expect(phone.page.locator(".c-alert")).to_contain_text("Essoufflée depuis ce matin.")
    assert post["id"] in phone.page.url
    thread = phone.page.url.split("#")[0]
    phone.page.locator(".c-alert article").first.focus()
    phone.page.evaluate("() => history.back()")  # as the phone's own Back: to the thread, not away from the patient
    expect(phone.page.locator(".c-alert")).to_have_count(0)
    assert phone.page.url == thread
    phone.page.get_by_role("button", name="Voir chaque étape").click()
    expect(phone.page.locator(".c-alert")).to_be_visible()
    phone.page.evaluate("() => document.activeElement.blur()")
    phone.page.keyboard.press("Escape")
    expect(phone.page.locator(".c-alert")).to_have_count(0)
    expect(phone.page).to_have_url(thread)
    phone.page.get_by_role("button", name="Voir chaque étape").click()
    phone.page.locator(".c-alert").get_by_role("button", name="Je m’en occupe").click()
    expect(author.locator(".c-ladder")).to_contain_text("Dr Hélène Castets s’en occupe")


def test_on_a_shared_tablet_alerts_go_with_who_leaves(alerted: World, push: PushService) -> None:
    tablet = Phone(alerted, push, "nadia")
    device = tablet.switch_on()
    before = len(device.received)
    alerted.say("sylvie", "Elle tousse.", "wider_team", urgency="urgent", to=["coordinator"])
    first = told_of(tablet, device, before)
    tablet.wait_for(first["id"])
    alerted.say("sylvie", "Elle a de la fièvre.", "wider_team", urgency="urgent", to=["coordinator"])
    late = device.wait_for(before + 2)[-1].message
    tablet.page.goto("/me")
    tablet.page.locator("form[data-cercle-sign-out] button").first.click()
    expect(tablet.page.get_by_role("heading", name="Se connecter")).to_be_visible()
    assert tablet.shown() == []
    tablet.deliver(late)  # it was under way when she left
    alerted.sign_in(tablet.context, "alice")
    tablet.page.goto("/")
    expect(tablet.page.get_by_role("link", name="Moi", exact=True)).to_be_visible()
    until(tablet.page, HERE)
    tablet.deliver(late)
    tablet.page.wait_for_timeout(1500)
    assert tablet.shown() == []
    assert tablet.page.evaluate("() => localStorage.getItem('subscribed')") == "0"


# What the worker does when the push service has changed the address, and the page is not open.
MOVED = """async (given) => {
  localStorage.setItem("given", "1");
  const [csrf] = /(?<=cercle-csrf=)[^;]+/.exec(document.cookie);
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf, "X-Cercle-Unattended": "1" };
  return (await fetch("/api/v1/push/subscriptions", { method: "POST", headers, body: JSON.stringify(given) })).status;
}"""

SAID_GONE = """() => fetch("/api/v1/push/subscriptions").then((answer) => answer.json())
  .then(({ items }) => items.some(({ state }) => state === "gone"))"""


def test_a_phone_whose_address_has_changed_rings_on(alerted: World, push: PushService) -> None:
    phone = Phone(alerted, push, "helene")
    old, fresh = phone.switch_on(), phone.given[1]
    old.manner = GONE
    phone.page.get_by_role("button", name="Essayer cet appareil").click()
    until(phone.page, SAID_GONE)
    assert phone.page.evaluate(MOVED, fresh.subscription) == 201
    phone.page.goto("/me/notifications")
    phone.page.get_by_role("button", name="Essayer cet appareil").click()
    fresh.wait_for(1)
    assert phone.page.evaluate("() => localStorage.getItem('subscribed')") == "1"


def test_where_nobody_is_on_duty_the_author_is_told_before_and_after(alerted: World) -> None:
    now = dt.datetime.now(dt.UTC)
    away = {"since": (now - dt.timedelta(hours=1)).isoformat(), "until": (now + dt.timedelta(hours=8)).isoformat()}
    for who in ("alice", "helene", "nadia", "sylvie"):  # the last test of this service: they are away from all circles
        alerted.call(who, "PUT", "me/hours", {"zone": "Europe/Paris", "everywhere": None, "structures": [], "absences": [away]})
    claire = alerted.reading("claire", viewport={"width": 360, "height": 780})
    claire.locator("[data-cercle-text]").fill("Maman est tombée.")
    claire.locator("[data-cercle-urgency]").click()
    claire.locator("dialog input[value=urgent]").check()
    expect(claire.locator("dialog .c-answers")).to_contain_text("Personne n’est en service avant")
    claire.get_by_role("button", name="Continuer").click()
    claire.locator("[data-cercle-send]").click()
    night = claire.get_by_role("alertdialog")
    expect(night.locator(".c-night")).to_contain_text("Personne n’est en service avant")
    assert [one.get_attribute("href") for one in night.locator(".c-night a").all()][:2] == ["tel:15", "tel:116117"]
    expect(night.locator(".c-told")).to_contain_text("Hors service jusqu’à")
    expect(night.locator(".c-told")).not_to_contain_text("Tout de suite")  # nobody is told before then
    night.get_by_role("button", name="Revenir").click()
    expect(claire.locator("[data-cercle-text]")).to_have_value("Maman est tombée.")
    claire.locator("[data-cercle-send]").click()
    night.get_by_role("button", name="Envoyer quand même").click()
    post = claire.locator(".thread-item .c-post--urgent")
    expect(post).to_contain_text("Urgent, sans réponse")
    expect(post.locator(".c-nobody")).to_contain_text("Personne n’est en service avant")
    expect(post.locator('a[href="tel:15"]')).to_be_visible()
