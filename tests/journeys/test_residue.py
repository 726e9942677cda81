"""No word and no file of the patients is in the browser's folder: after a crash, after signing out, after a session's end."""
import gzip
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from tests.journeys.files import attach, payload, photo
from tests.journeys.profile import found, killed_at_the_end, unsnapped, until_written
from tests.journeys.test_devices import end_other_sessions
from tests.journeys.world import World, item, write

READ, UNSENT, DRAFT, SOUGHT = "Mirabelle quatorze", "Quetsche dix-sept", "Reine-claude vingt", "Bergamote"
FILE = "Nashi vingt-deux"  # the name and the words of a file that is not sent yet
NAME = "Zwirnerfeld"  # of nobody in our own sources, which the browser does keep
WORDS = (READ, UNSENT, DRAFT, SOUGHT, FILE, NAME, NAME.upper(), "Ottilie")
CONTROL = "Cormoran trente"
PHOTO_BYTES = """async () => {
  const { attachments } = document.querySelector("cercle-thread").composer;
  const photo = attachments.list.find((one) => one.kind === "photo");
  return Array.from(new Uint8Array(await (await attachments.content(photo.id)).arrayBuffer()));
}"""


def open_circle(world: World) -> None:
    """A patient whose name is one of the words, and the world's people around them."""
    patient = {"family_name": NAME, "birth_name": NAME, "given_names": ["Ottilie"], "birth_date": "1941-03-09", "sex": "F"}
    consent = {"given": True, "recorded_as": "oral"}
    body = {"patient": patient, "role": "nurse", "consent": consent, "confirm_distinct": True}
    world.circle = world.call("alice", "POST", "circles", body)["id"]
    for who, role in (("helene", "gp"), ("nadia", "coordinator")):
        world.call("alice", "POST", f"circles/{world.circle}/members", {"person": world.ids[who], "role": role, "history": "all"})


@contextmanager
def a_day(world: World, playwright: Playwright, folder: Path, who: str) -> Iterator[tuple[BrowserContext, Page]]:
    """Somebody reads, searches, writes what does not get through, and leaves a draft; the browser is killed at the end."""
    open_circle(world)
    world.say("helene", READ)
    chosen = photo(800, 600)
    with killed_at_the_end(playwright, folder, world.service.host()) as context:
        world.sign_in(context, who)
        page = context.new_page()
        page.goto("/")
        page.locator("input[name=q]").first.fill(SOUGHT)
        page.locator("input[name=q]").first.press("Enter")
        page.goto(world.thread)
        expect(page.locator("[data-cercle-name]")).to_have_text(f"{NAME.upper()} Ottilie", timeout=30_000)
        expect(item(page, READ)).to_be_visible()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        context.set_offline(True)
        attach(page, payload(f"{FILE}.txt", f"{FILE}.".encode() * 3000, "text/plain"), payload("talon.jpg", chosen, "image/jpeg"))
        sent = bytes(page.evaluate(PHOTO_BYTES))
        write(page, UNSENT)
        expect(page.locator(".c-outbox")).to_contain_text(UNSENT)
        page.locator("[data-cercle-text]").fill(DRAFT)
        yield context, page
        until_written(page, folder, CONTROL)
    assert pieces_found(folder, chosen, sent) == []


def pieces_found(folder: Path, *photos: bytes) -> list[str]:
    """In which files of a profile a piece of a photo lies, as it was chosen or as it goes out."""
    pieces = [data[at : at + 32] for data in photos for at in range(0, len(data) - 32, max(1, len(data) // 8))]
    files = (one for one in folder.rglob("*") if one.is_file())
    return [str(one) for one in files if any(piece in one.read_bytes() for piece in pieces)]


def test_the_reader_of_profiles_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(READ.encode("utf-16-le"))
    (tmp_path / "packed").write_bytes(b"head" + gzip.compress(f"{DRAFT} {UNSENT}".encode()))
    assert found(tmp_path, READ, DRAFT) == [f"{READ} in plain", f"{DRAFT} in packed"]
    (tmp_path / "picture").write_bytes(b"head" + photo(160, 120))
    assert pieces_found(tmp_path, photo(160, 120)) == [str(tmp_path / "picture")]
    # "Wikipedia, Wiki": a literal of eleven bytes, then a copy of four from eleven back
    assert unsnapped(b"\x0f" + b"\x28Wikipedia, " + b"\x01\x0b") == b"Wikipedia, Wiki"


def test_a_crash_while_signed_in_leaves_sealed_words_only(world: World, playwright: Playwright, tmp_path: Path) -> None:
    with a_day(world, playwright, tmp_path, "alice"):
        pass
    assert found(tmp_path, *WORDS) == []


def test_signing_out_leaves_nothing(world: World, playwright: Playwright, tmp_path: Path) -> None:
    with a_day(world, playwright, tmp_path, "alice") as (context, page):
        context.set_offline(False)
        expect(page.locator(".c-outbox")).to_have_count(0)
        page.goto("/me")
        page.locator("[data-cercle-sign-out] button").click()
        expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    assert found(tmp_path, *WORDS) == []


def test_a_session_that_ended_elsewhere_leaves_nothing(world: World, playwright: Playwright, tmp_path: Path) -> None:
    with a_day(world, playwright, tmp_path, "nadia") as (context, page):
        end_other_sessions(world, "nadia")
        context.set_offline(False)
        with suppress(Error):  # the page may be on its way there by itself
            page.goto("/")
        expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    assert found(tmp_path, *WORDS) == []


@pytest.fixture(autouse=True)
def control(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """The browser did write: the word that was to be found is there."""
    yield
    if "world" in request.fixturenames:
        assert found(tmp_path, CONTROL)
