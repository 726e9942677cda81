"""Files that people attach, made by the tests, and the hands that attach them."""
import random
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Page, expect


def photo(width: int = 1600, height: int = 1200, grain: int = 8) -> bytes:
    """A JPEG of coarse noise, which no encoder makes small; the finer the grain, the larger the file."""
    small = random.Random(7).randbytes(width // grain * (height // grain) * 3)
    out = BytesIO()
    Image.frombytes("RGB", (width // grain, height // grain), small).resize((width, height)).save(out, "JPEG", quality=90)
    return out.getvalue()


def payload(name: str, data: bytes, media_type: str) -> FilePayload:
    """As Playwright wants a chosen file."""
    return {"name": name, "mimeType": media_type, "buffer": data}


def attach(page: Page, *files: FilePayload) -> None:
    """Chooses files for the message; photos pass the dialog where they may be cut and blurred."""
    with page.expect_file_chooser() as chooser:
        page.locator("[data-cercle-attach]").click()
    chooser.value.set_files(list(files))
    if any(file["mimeType"].startswith("image/") for file in files):
        page.get_by_role("button", name="Joindre au message").click()
    expect(page.locator(".c-attached")).to_have_count(len(files))
