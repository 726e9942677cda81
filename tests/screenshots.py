"""`make screenshots`: every page at 360 and 1440 px, light and dark, French, into var/screenshots/."""
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.chromium import launch_options
from tests.service import ROOT, Service, running_service

FOLDER = ROOT / "var" / "screenshots"
SIZES: tuple[ViewportSize, ...] = ({"width": 360, "height": 780}, {"width": 1440, "height": 900})
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_SETTLE_MS = 700
PAIN, WOUND = "e204fcf2-c7c3-505b-b12c-0f1a3a21ac31", "746da247-bdb1-5d51-abc2-bb368a7f41ed"  # shipped forms: the same ids everywhere
# Page → (who looks, address). {circle} is the first patient of the list, {structure} what the person administers.
PAGES = {
    "patients": ("nurse", "/"),
    "new": ("nurse", "/new"),
    "todo": ("nurse", "/todo"),
    "my-agenda": ("nurse", "/agenda?view=week"),
    "agenda-list": ("nurse", "/circles/{circle}/agenda?view=list"),
    "agenda-week": ("nurse", "/circles/{circle}/agenda?view=week"),
    "agenda-new": ("nurse", "/circles/{circle}/agenda/new"),
    "agenda-invitation": ("nurse", "/circles/{circle}/agenda/invitation"),
    "calendar": ("nurse", "/me/calendar"),
    "me": ("nurse", "/me"),
    "lock": ("nurse", "/me/lock"),
    "replacements": ("gp", "/me/replacements"),
    "away": ("gp", "/me/away"),
    "notifications": ("nurse", "/me/notifications"),
    "preferences": ("nurse", "/me/preferences"),
    "hours": ("nurse", "/me/hours"),
    "ladder": ("nurse", "/circles/{circle}/ladder"),
    "ladder-hospital": ("nurse", "/circles/{circle}/ladder?kind=hospital"),
    "structure-ladder": ("nurse", "/structures/{structure}/ladder"),
    "new-patient": ("nurse", "/circles/new"),
    "thread": ("nurse", "/circles/{circle}"),
    "summary": ("nurse", "/circles/{circle}/summary"),
    "summary-daughter": ("daughter", "/circles/{circle}/summary"),
    "tasks": ("nurse", "/circles/{circle}/tasks"),
    "tasks-daughter": ("daughter", "/circles/{circle}/tasks"),
    "people": ("nurse", "/circles/{circle}/people"),
    "export": ("nurse", "/circles/{circle}/export"),
    "sheets": ("nurse", "/circles/{circle}/sheets"),
    "sheet-pain": ("nurse", f"/circles/{{circle}}/sheets/new?form={PAIN}"),
    "sheet-wound": ("nurse", f"/circles/{{circle}}/sheets/new?form={WOUND}"),
    "sheets-over-time": ("nurse", f"/circles/{{circle}}/sheets/over-time?form={WOUND}"),
    "sheets-patient": ("patient", "/circles/{circle}/sheets"),
    "forms": ("nurse", "/structures/{structure}/forms"),
    "form-new": ("nurse", "/structures/{structure}/forms/new"),
    "form-import": ("nurse", "/structures/{structure}/forms/import"),
    "accesses": ("gp", "/circles/{circle}/accesses"),
    "plan": ("nurse", "/circles/{circle}/plan"),
    "plan-edition": ("nurse", "/circles/{circle}/plan/editions/2"),
    "plan-patient": ("patient", "/circles/{circle}/plan"),
    "stay-ask": ("nurse", "/circles/{circle}/stay"),
    "unit": ("ward", "/units/"),
    "life": ("nurse", "/circles/{circle}/life"),
    "life-patient": ("patient", "/circles/{circle}/life"),
    "newcomer": ("nurse", "/circles/{circle}/newcomer"),
    "own": ("patient", "/circles/{circle}/own"),
    "own-looked": ("patient", "/circles/{circle}/own/looked"),
    "thread-daughter": ("daughter", "/circles/{circle}"),
    "patients-daughter": ("daughter", "/"),
    "structure-people": ("nurse", "/structures/{structure}/people"),
    "structure-invite": ("nurse", "/structures/{structure}/invite"),
    "structure-numbers": ("nurse", "/structures/{structure}/numbers"),
    "structure-settings": ("nurse", "/structures/{structure}/settings"),
    "operator": ("operator", "/operator/"),
    "operator-new": ("operator", "/operator/structures/new"),
    "health": ("operator", "/operator/health"),
    "deliveries": ("operator", "/operator/deliveries"),
    "feeds": ("operator", "/operator/feeds"),
    "feed-new": ("operator", "/operator/feeds/new"),
    "hospital-feeds": ("hospital", "/structures/{structure}/feeds"),
    "trial": ("hospital", "/structures/{structure}/trial"),
    "identities": ("hospital", "/structures/{structure}/identities"),
    "second-factor": ("nurse", "/accounts/2fa/"),
    "sessions": ("nurse", "/accounts/sessions/"),
    "password": ("nurse", "/accounts/password/change/"),
    "email": ("nurse", "/accounts/email/"),
    "nothing-here": ("nurse", "/nothing-here"),
    "data-protection": ("", "/data-protection"),
    "offline": ("", "/offline"),
    "sign-in": ("", "/accounts/login/"),
    "sign-up": ("", "/accounts/signup/"),
    "printed-code": ("", "/accounts/printed/"),
    "reset": ("", "/accounts/password/reset/"),
    "join": ("", "/join"),
    "mail": ("", "/dev/mail"),
    "demo": ("", "/demo/"),
}


def sign_in(page: Page, host: str) -> None:
    """Signs in by the demo's one click."""
    page.goto(f"{host}/accounts/login/")
    page.locator('form[action="/demo/sign-in"] button').click()
    page.wait_for_url(lambda url: "/accounts/" not in url)  # the patient is led to a page of their own


def places(page: Page, host: str) -> dict[str, str]:
    """Ids for the addresses: the first patient of the list, and the first structure that the person administers."""
    found = {}
    for name, address, path in (("circle", "/", "circles"), ("structure", "/me", "structures")):
        page.goto(host + address)
        there = re.search(rf"/{path}/([0-9a-f-]{{36}})", page.content())
        if there:
            found[name] = there.group(1)
    return found


def looks(page: Page) -> Iterator[str]:
    """Turns the page through all sizes and themes without loading it again; the name of each."""
    for size in SIZES:
        page.set_viewport_size(size)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(_SETTLE_MS)  # the socket never idles, so there is no event to wait for
            yield f"{size['width']}-{theme}"


def picture_person(browser: Browser, service: Service, who: str, folder: Path) -> int:
    """All pages that one person (or nobody, "") looks at; how many pictures."""
    host, taken = service.host(who), 0
    page = browser.new_context(locale="fr-FR").new_page()
    known: dict[str, str] = {}
    if who:
        sign_in(page, host)
        known = places(page, host)
    for name, (person, address) in PAGES.items():
        if person == who:
            page.goto(host + address.format(**known))
            for look in looks(page):
                page.screenshot(path=folder / f"{name}-{look}.png")
                taken += 1
    page.context.close()
    return taken


def take_pictures(folder: Path) -> int:
    """Writes all pictures; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    with running_service() as service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        people = dict.fromkeys(person for person, _ in PAGES.values())
        return sum(picture_person(browser, service, who, folder) for who in people)


if __name__ == "__main__":
    print(f"{take_pictures(FOLDER)} pictures in {FOLDER}")
