"""The demo's thread of 5,000 posts: all of it within reach, little of it in the page."""
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.screenshots import sign_in
from tests.service import Service, running_service

MOST_NODES = 600
MANY = 5000
BIGGEST = """async () => {
  let best = { head: 0 };
  for (let after = ""; after !== null;) {
    const page = await (await fetch(`/api/v1/circles?limit=500${after && `&after=${encodeURIComponent(after)}`}`)).json();
    for (const circle of page.items) if (circle.head > best.head) best = circle;
    after = page.next;
  }
  return best.id;
}"""
WALK = """async () => {
  const scroller = document.querySelector("cercle-thread");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  let most = 0;
  let still = 0;
  while (still < 50) {
    scroller.scrollTop -= 3 * scroller.clientHeight;
    await frame();
    most = Math.max(most, document.querySelectorAll(".thread-item").length);
    still = scroller.scrollTop <= 0 ? still + 1 : 0;
    if (scroller.scrollTop <= 0) await new Promise((done) => setTimeout(done, 50));
  }
  return { most, shown: [...document.querySelectorAll(".thread-item")].map((node) => node.getAttribute("data-cercle-post")) };
}"""
EVERY = """async () => {
  const circle = location.pathname.split("/")[2];
  const ids = [];
  for (let before = ""; before !== null;) {
    const page = await (await fetch(`/api/v1/circles/${circle}/posts?limit=500&before=${before}`)).json();
    ids.push(...page.items.map((post) => post.id));
    before = page.next;
  }
  return ids.reverse();
}"""


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The product with its demo region."""
    with running_service(demo=True, CERCLE_LIMITS="off") as running:
        yield running


@pytest.fixture
def page(browser: Browser, service: Service) -> Iterator[Page]:
    """The nurse of the demo, with the longest thread of hers open."""
    desk: ViewportSize = {"width": 1440, "height": 900}
    context = browser.new_context(locale="fr-FR", viewport=desk, reduced_motion="reduce", base_url=service.host("nurse"))
    opened = context.new_page()
    sign_in(opened, service.host("nurse"))
    opened.goto(f"/circles/{opened.evaluate(BIGGEST)}")
    expect(opened.locator(".thread-item").last).to_be_visible(timeout=30_000)
    yield opened
    context.close()


def test_from_end_to_end_with_few_nodes_and_nothing_out_of_order(page: Page) -> None:
    page.set_default_timeout(300_000)
    every = page.evaluate(EVERY)
    assert len(every) >= MANY
    walked = page.evaluate(WALK)
    assert walked["most"] <= MOST_NODES
    assert walked["shown"] == every[: len(walked["shown"])]


def test_search_reaches_the_oldest_posts_and_a_day_is_gone_to(page: Page) -> None:
    page.get_by_role("button", name="Chercher dans ce fil").click()
    page.get_by_role("searchbox", name="Chercher dans ce fil").fill("pansement")
    page.locator(".thread-hit").last.click()
    expect(page.locator(".thread-item.is-found mark").first).to_be_in_viewport(timeout=60_000)
    page.get_by_role("button", name="Chercher dans ce fil").click()
    page.get_by_role("button", name="Aller à un jour").click()
    before = page.evaluate("new Date(Date.now() - 60 * 864e5).toISOString().slice(0, 10)")
    page.get_by_label("Jour", exact=True).fill(before)
    page.get_by_role("button", name="Y aller").click()
    found = page.locator(".thread-item.is-found")
    expect(found).to_be_in_viewport(timeout=60_000)
    assert re.match(r"\d{4}-\d{2}-\d{2}", str(found.locator("time").first.get_attribute("datetime")))
    assert page.locator(".thread-item").count() <= MOST_NODES
