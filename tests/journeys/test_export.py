"""A copy of the record: asked for, made before one's eyes, fetched, and read."""
import io
import zipfile
from pathlib import Path

import pypdfium2
from playwright.sync_api import expect

from tests.journeys.world import World

MADE_MS = 120_000  # a busy machine


def test_a_copy_is_made_and_fetched_without_a_reload(world: World) -> None:
    world.say("alice", "entre soignants")
    world.say("alice", "la plaie est propre", "circle")
    page = world.context("claire", viewport={"width": 360, "height": 780}).new_page()
    page.goto(f"{world.thread}/people")
    page.get_by_role("link", name="Prendre une copie du dossier").click()
    page.get_by_text("À lire et à imprimer").click()
    page.get_by_role("button", name="Préparer la copie").click()
    link = page.get_by_role("link", name="Télécharger")
    expect(link).to_be_visible(timeout=MADE_MS)
    with page.expect_download() as download:
        link.click()
    document = pypdfium2.PdfDocument(Path(download.value.path()))
    text = " ".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    assert "la plaie est propre" in text
    assert "entre soignants" not in text
    assert "durand" not in download.value.suggested_filename.lower()


def test_everything_by_the_keyboard(world: World) -> None:
    world.say("alice", "entre soignants")
    page = world.context("alice").new_page()
    page.goto(f"{world.thread}/export")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Télécharger")
    expect(link).to_be_visible(timeout=MADE_MS)
    with page.expect_download() as download:
        link.press("Enter")
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert {"record.pdf", "record.json", "fhir.json", "manifest.json"} <= set(archive.namelist())
    assert b"entre soignants" in archive.read("record.json")
