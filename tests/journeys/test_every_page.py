"""Every page in a real Chromium: axe, contrast of 7 to 1, targets of 48 px, letters, 400 % zoom, and the content security policy."""
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.measures import small_letters, small_targets, sticking_out
from tests.screenshots import PAGES, places, sign_in
from tests.service import Service, running_service

RULES = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}}
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "color-contrast-enhanced"]}
Theme = Literal["light", "dark"]
# Everything once at each width and once in each theme; colours also where the two cross.
LOOKS: tuple[tuple[int, int, Theme, dict[str, Any]], ...] = (
    (360, 780, "light", RULES), (360, 780, "dark", COLOURS), (1440, 900, "dark", RULES), (1440, 900, "light", COLOURS),
)  # fmt: skip
PEOPLE = tuple(dict.fromkeys(who for who, _ in PAGES.values()))


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The product with its demo region."""
    with running_service() as running:
        yield running


@pytest.fixture(scope="module")
def contexts(browser: Browser, service: Service) -> Iterator[dict[str, tuple[BrowserContext, dict[str, str]]]]:
    """A browser for each person of the pictures, signed in, with the ids of their addresses."""
    opened = {}
    for who in PEOPLE:
        context = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 780}, reduced_motion="reduce")
        page = context.new_page()
        if who:
            sign_in(page, service.host(who))
        opened[who] = (context, places(page, service.host(who)) if who else {})
        page.close()
    yield opened
    for context, _known in opened.values():
        context.close()


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest, service: Service, contexts: dict[str, tuple[BrowserContext, dict[str, str]]]) -> Iterator[Page]:
    """One page at 360 px; what the policy refuses and what fails in a script is gathered and fails at the end."""
    who, address = PAGES[request.param]
    context, known = contexts[who]
    opened, refused = context.new_page(), []
    opened.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    opened.on("pageerror", lambda error: refused.append(str(error)))
    opened.goto(service.host(who) + address.format(**known))
    expect(opened.locator(".c-loading:visible")).to_have_count(0, timeout=30_000)
    opened.wait_for_timeout(300)  # the socket never idles, so there is no event to wait for
    yield opened
    opened.close()
    assert refused == []


def test_it_is_accessible_in_both_themes_and_widths(page: Page) -> None:
    for width, height, theme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(150)
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, f"{width} {theme}: {found.generate_report()[:3000]}"


def test_it_is_made_for_fingers_and_eyes(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    assert small_targets(page) == []
    assert small_letters(page) == []
    assert sticking_out(page) == []


def test_it_is_usable_at_400_percent(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    assert sticking_out(page) == []
    assert small_targets(page) == []
