"""Photos for journeys: made here, with all that a phone writes beside the picture, and sent by the API."""
import time
import uuid
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, TiffImagePlugin

from tests.journeys.world import World

TAKEN = "2026-11-10T07:15:00.000Z"
_GPS, _EXIF = 0x8825, 0x8769
STRIPE = 8


def striped(width: int = 1600, height: int = 1200) -> bytes:
    """A JPEG of sharp stripes, taken in Dax with a camera that has a number, at `TAKEN`."""
    picture = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    for left in range(0, width, 2 * STRIPE):
        pen.rectangle((left, 0, left + STRIPE - 1, height), fill=0)
    exif = Image.Exif()
    exif[0x010F], exif[0xA431] = "Appareil", "SERIE-4711"
    exif.get_ifd(_EXIF).update({0x9003: "2026:11:10 08:15:00", 0x9011: "+01:00"})
    exif.get_ifd(_GPS).update({1: "N", 2: tuple(TiffImagePlugin.IFDRational(one) for one in (43, 42, 30))})
    out = BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def plain(color: str, width: int = 800, height: int = 600) -> bytes:
    """A JPEG of one colour."""
    out = BytesIO()
    Image.new("RGB", (width, height), color).save(out, "JPEG")
    return out.getvalue()


def shelve(world: World, who: str, data: bytes, **fields: str) -> str:
    """Sends a photo by the API and waits until it is ready; its id."""
    context = world.context(who)
    token = next(one["value"] for one in context.cookies() if one["name"].endswith("cercle-csrf"))
    answer = context.request.post(
        f"/api/v1/circles/{world.circle}/media",
        multipart={"file": {"name": "plaie.jpg", "mimeType": "image/jpeg", "buffer": data}, **fields},
        headers={"X-CSRFToken": token, "Referer": world.service.host(), "Idempotency-Key": str(uuid.uuid4())},
    )
    assert answer.status == 201, answer.text()
    medium = str(answer.json()["id"])
    wait_until_ready(world, who, medium)
    return medium


def wait_until_ready(world: World, who: str, medium: str) -> dict[str, Any]:
    """The photo once the worker has processed it."""
    for _ in range(300):
        found: dict[str, Any] = world.call(who, "GET", f"circles/{world.circle}/media/{medium}")
        if found["state"] != "processing":
            assert found["state"] == "ready", found
            return found
        time.sleep(0.1)
    raise AssertionError("it is still being processed after 30 seconds")
