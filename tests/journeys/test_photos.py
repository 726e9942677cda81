"""Photos in real browsers: taken, blurred, sent, seen by another, looked at closely, compared; and a thread that stands still."""
import re
from io import BytesIO
from threading import Event

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.journeys.measures import small_letters, small_targets, sticking_out
from tests.journeys.photos import TAKEN, plain, shelve, striped
from tests.journeys.test_phone import PHONE, told
from tests.journeys.world import World, item, open_thread

SETTLED = """() => [...document.querySelectorAll(".c-photo__sharp")].every((image) => image.complete && image.naturalWidth)"""
SHIFTS = """() => {
  window.shifts = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifts += one.value; }).observe({ type: "layout-shift" });
}"""
TOPS = """() => [...document.querySelectorAll(".thread-item")].map((node) => [node.dataset.cerclePost, node.getBoundingClientRect().top])"""


def watched(page: Page) -> list[str]:
    """What the page complains of from now on."""
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    return wrong


def choose(page: Page, *files: bytes) -> None:
    """Gives files of the device to the photo dialog."""
    payloads: list[FilePayload] = [
        {"name": f"talon-{number}.jpg", "mimeType": "image/jpeg", "buffer": data} for number, data in enumerate(files)
    ]
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choisir des photos").click()
    chooser.value.set_files(payloads)


def blur_the_middle(page: Page) -> None:
    """By keyboard: the region begins in the middle, one step away and back, one step larger."""
    page.locator("[data-cercle-tool=blur]").focus()
    for key in ("Enter", "ArrowRight", "ArrowLeft", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".c-region--blur")).to_be_focused()


def test_photos_are_taken_blurred_sent_and_seen_by_another(world: World) -> None:
    page, other = world.reading("alice", viewport=PHONE), world.reading("helene")
    wrong = watched(page)
    page.locator("[data-cercle-camera]").click()
    page.locator("[data-cercle-shutter]").click()
    page.get_by_role("button", name="Encore une photo").click()
    choose(page, striped())
    expect(page.locator(".c-editing__mark")).to_have_count(2)
    blur_the_middle(page)
    page.locator("[data-cercle-site]").select_option("heel_left")
    page.locator("[data-cercle-caption]").fill("4,2 × 3,1 cm")
    page.locator("[data-cercle-join]").click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".c-attached")).to_have_count(2)
    page.locator("[data-cercle-send]").click()
    expect(other.locator(".c-photo__open")).to_have_count(2, timeout=60_000)
    taken, chosen = world.call("helene", "GET", f"circles/{world.circle}/posts")["items"][0]["media"]
    assert (chosen["taken_at"], chosen["site"], chosen["caption"]) == (TAKEN, "heel_left", "4,2 × 3,1 cm")
    assert max(taken["width"], taken["height"]) <= 2560
    assert wrong == []
    content = world.context("helene").request.get(f"/api/v1/media/{chosen['id']}").body()
    assert all(secret not in content for secret in (b"Exif", b"SERIE-4711", b"GPS"))
    served = Image.open(BytesIO(content)).convert("L")
    width, height = served.size
    inside = served.crop((int(width * 0.37), int(height * 0.37), int(width * 0.63), int(height * 0.63)))
    outside = served.crop((0, 0, width // 4, height // 4))
    assert ImageStat.Stat(inside).stddev[0] < 12 < 100 < ImageStat.Stat(outside).stddev[0]


def test_the_dialog_serves_fingers_eyes_and_screen_readers(world: World) -> None:
    page = world.reading("alice", viewport=PHONE)
    page.locator("[data-cercle-camera]").click()
    expect(page.locator("[data-cercle-shutter]")).to_be_visible()
    assert told(page) == []
    choose(page, plain("tan"), plain("brown"))
    expect(page.locator(".c-editing__mark canvas")).to_have_count(2)
    page.locator("[data-cercle-tool=crop]").click()
    assert told(page) == []
    assert small_targets(page) + small_letters(page) + sticking_out(page) == []
    expect(page.locator("[data-cercle-name]")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(page.locator(".c-attached")).to_have_count(2)  # what was not joined is not lost
    page.locator("[data-cercle-tray-act=edit]").first.click()
    expect(page.locator("[data-cercle-join]")).to_be_visible()
    expect(page.locator(".c-editing__mark")).to_have_count(0)  # the one that was asked for alone
    page.locator("[data-cercle-caption]").fill("Le talon")
    page.locator("[data-cercle-join]").click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".c-attached")).to_have_count(2)


def test_without_a_camera_it_says_so_and_offers_files(world: World) -> None:
    page = world.context("alice").new_page()
    page.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))")
    open_thread(page, world.thread)
    page.locator("[data-cercle-camera]").click()
    expect(page.locator("dialog")).to_contain_text("Pas d’appareil photo dans cette page")
    choose(page, plain("tan"))
    expect(page.locator("[data-cercle-join]")).to_be_visible()


def test_a_closed_sheet_turns_the_camera_off_and_keeps_what_was_chosen(world: World) -> None:
    page, other = world.reading("alice", viewport=PHONE), world.reading("helene")
    page.locator("[data-cercle-camera]").click()
    expect(page.locator("[data-cercle-shutter]")).to_be_visible()
    stream = page.locator("video").evaluate_handle("(video) => video.srcObject")
    page.keyboard.press("Escape")
    page.wait_for_function("(stream) => stream.getTracks().every((track) => track.readyState === 'ended')", arg=stream)
    page.locator("[data-cercle-camera]").click()
    choose(page, plain("tan"))
    expect(page.locator("[data-cercle-join]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".c-attached")).to_have_count(1)
    page.locator("[data-cercle-send]").click()
    expect(other.locator(".c-photo__open")).to_have_count(1, timeout=60_000)
    (sent,) = world.call("helene", "GET", f"circles/{world.circle}/posts")["items"][0]["media"]
    assert "taken_at" not in sent  # its file doesn't say it


@pytest.fixture
def healing(world: World) -> World:
    """Two photos of one heel, ten days apart, each in a post of its own; then one of elsewhere, beside the first once more."""
    heel = []
    for color, day, caption in (("firebrick", "10", "4,2 × 3,1 cm"), ("salmon", "20", "3,1 × 2,2 cm")):
        heel.append(shelve(world, "alice", plain(color), site="heel_left", caption=caption, taken_at=f"2026-11-{day}T08:00:00Z"))
        world.say("alice", f"Talon, le {day}.", media=[heel[-1]])
    world.say("alice", "Le dos.", media=[shelve(world, "alice", plain("tan", 600, 800)), heel[0]])
    return world


def test_one_photo_is_looked_at_closely_by_keyboard_and_two_are_compared(healing: World) -> None:
    page = healing.reading("helene", viewport=PHONE)
    wrong, asked = watched(page), []
    page.on("request", lambda request: asked.append(request.url) if "/api/v1/media/" in request.url else None)
    opener = item(page, "Talon, le 20.").locator(".c-photo__open")
    expect(opener.locator(".c-photo__sharp")).to_be_visible()
    assert all(url.endswith("/thumbnail") for url in asked)
    opener.focus()
    page.keyboard.press("Enter")
    viewer = page.locator("dialog.c-viewer")
    expect(viewer).to_contain_text("DURAND Jeanne · 09/03/")
    expect(viewer.locator(".c-viewer__words")).to_contain_text("talon gauche")
    layer = viewer.locator(".c-viewer__layer")
    page.keyboard.press("+")
    expect(layer).to_have_attribute("style", "transform: translate(0px, 0px) scale(1.5);")
    page.keyboard.press("0")
    page.keyboard.press("ArrowLeft")
    expect(viewer.locator(".c-viewer__count")).to_have_text("1 sur 3")
    page.keyboard.press("ArrowRight")
    assert told(page) == []
    viewer.get_by_role("button", name="Comparer").click()
    expect(viewer.locator("figcaption b")).to_have_text(["10 nov.", "20 nov."])
    left, right = (pane.bounding_box() for pane in viewer.locator("figure").all())
    assert left
    assert right
    assert (left["y"], left["width"]) == (right["y"], right["width"])
    assert told(page) == []
    assert small_targets(page) + small_letters(page) + sticking_out(page) == []
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    page.go_back()
    expect(viewer).to_have_count(0)
    expect(item(page, "Le dos.")).to_be_visible()
    assert wrong == []


def test_a_large_photo_comes_when_the_line_is_back(healing: World) -> None:
    page = healing.reading("helene")
    content = re.compile(r"/api/v1/media/[0-9a-f-]+$")
    page.route(content, lambda route: route.abort())
    item(page, "Talon, le 20.").locator(".c-photo__open").click()
    expect(page.locator(".c-viewer__missing")).to_be_visible()
    page.unroute(content)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".c-viewer__missing")).to_have_count(0)


def test_a_viewer_closes_over_a_photo_that_is_withdrawn(healing: World) -> None:
    page = healing.reading("helene")
    item(page, "Le dos.").locator(".c-photo__open").first.click()
    expect(page.locator("dialog.c-viewer")).to_be_visible()
    post = next(one for one in healing.call("alice", "GET", f"circles/{healing.circle}/posts")["items"] if one["text"] == "Le dos.")
    healing.call("alice", "POST", f"posts/{post['id']}/retraction", {"reason": "mauvais fil"})
    expect(page.locator("dialog.c-viewer")).to_have_count(0)
    expect(page.locator(".c-photo__open")).to_have_count(2)


def test_the_thread_stands_still_while_pictures_arrive(world: World) -> None:
    sizes = {"tan": (900, 600), "brown": (600, 900), "salmon": (800, 800)}
    media = [shelve(world, "alice", plain(color, *size)) for color, size in sizes.items()]
    for number in range(6):
        world.say("alice", f"Avec {number}.", media=media[: 1 + number % 3])
    page = world.context("helene").new_page()
    held: list[Route] = []
    released = Event()
    page.route("**/thumbnail", lambda route: route.continue_() if released.is_set() else held.append(route))
    page.goto(world.thread)
    expect(page.locator(".c-photo")).to_have_count(12)
    page.evaluate(SHIFTS)
    before = page.evaluate(TOPS)
    released.set()
    for route in held:
        route.continue_()
    expect(page.locator(".c-photo__sharp").last).to_be_visible()
    for _ in range(100):
        if page.evaluate(SETTLED):
            break
        page.wait_for_timeout(100)
    assert page.evaluate(SETTLED)
    assert page.evaluate(TOPS) == before
    assert page.evaluate("window.shifts") == 0
    assert len(held) >= len(media)
