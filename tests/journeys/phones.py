"""A Chromium that alerts can reach: its subscription is real keys at the tests' push service, its notifications are the browser's own."""
import json
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.world import World, until
from tests.push_service import FakeDevice, PushService

# A browser of a test machine reaches no push service, so subscribing is the only thing that is not its own: each subscription is
# the next of those given, as long as the page says so; a browser that has given one back gets another address.
SUBSCRIBING = """given => {
  const there = () => localStorage.getItem("subscribed") === "1";
  const number = () => Number(localStorage.getItem("given") ?? 0);
  const subscription = (options) => ({
    ...given[number()], options, toJSON: () => given[number()],
    unsubscribe: async () => { localStorage.setItem("subscribed", "0"); localStorage.setItem("given", String(number() + 1)); return true; },
  });
  const key = () => ({ applicationServerKey: Uint8Array.from(JSON.parse(localStorage.getItem("key") ?? "[]")).buffer });
  PushManager.prototype.getSubscription = async () => (there() ? subscription(key()) : null);
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("subscribed", "1");
    localStorage.setItem("key", JSON.stringify([...applicationServerKey]));
    return subscription(key());
  };
}"""
SHOWN = """navigator.serviceWorker.ready.then((one) => one.getNotifications())
  .then((all) => all.map(({ title, body, tag }) => [title, body, tag]))"""
TAP = """async (id) => {
  const [one] = await registration.getNotifications({ tag: id });
  try { dispatchEvent(new NotificationEvent("notificationclick", { notification: one })); } catch { /* made by hand: it can't wait */ }
}"""


class Phone:
    """One browser with the permission to notify, whoever is signed in there."""

    def __init__(self, world: World, push: PushService, who: str, **settings: Any) -> None:
        self.world, self.given = world, [push.device("Chromium") for _ in range(3)]
        self.context: BrowserContext = world.context(**settings)
        world.sign_in(self.context, who)  # a session of its own: devices end with it
        self.context.grant_permissions(["notifications"], origin=world.service.host())
        subscriptions = [{"endpoint": one.endpoint, "expirationTime": None, "keys": one.keys} for one in self.given]
        self.context.add_init_script(f"({SUBSCRIBING})({json.dumps(subscriptions)})")
        self.page: Page = self.context.new_page()
        self.page.goto("/")
        self.page.wait_for_function("() => navigator.serviceWorker.controller")
        self._registration = self._registered()

    def _registered(self) -> str:
        """The number under which the browser's tools know our worker."""
        self._tools = self.context.new_cdp_session(self.page)
        found: list[str] = []
        heard = lambda told: found.extend(one["registrationId"] for one in told["registrations"])  # noqa: E731
        self._tools.on("ServiceWorker.workerRegistrationUpdated", heard)
        self._tools.send("ServiceWorker.enable")
        while not found:
            self.page.wait_for_timeout(50)
        return found[-1]

    def switch_on(self) -> FakeDevice:
        """The page's own way to alerts on this device; gives the device at the push service."""
        self.page.goto("/me/notifications")
        self.page.get_by_role("button", name="Activer les alertes ici").click()
        number: int = self.page.evaluate("() => Number(localStorage.getItem('given') ?? 0)")
        self.given[number].wait_for(1)  # the test that follows at once
        expect(self.page.locator("[data-cercle-device] .c-device__here")).to_have_count(1)  # others may be theirs too
        return self.given[number]

    def deliver(self, message: dict[str, str]) -> None:
        """What a push service brings: the worker wakes up with what the device has decrypted."""
        told = {"origin": self.world.service.host(), "registrationId": self._registration, "data": json.dumps(message)}
        self._tools.send("ServiceWorker.deliverPushMessage", told)

    def shown(self) -> list[list[str]]:
        """Title, words and tag of each notification on the screen."""
        shown: list[list[str]] = self.page.evaluate(SHOWN)
        return shown

    def wait_for(self, tag: str) -> None:
        """Until the notification with this id is on the screen."""
        until(self.page, f"(tag) => {SHOWN}.then((all) => all.some((one) => one[2] === tag))", tag)

    def tap(self, tag: str) -> None:
        """A finger on the notification."""
        self.context.service_workers[0].evaluate(TAP, tag)
