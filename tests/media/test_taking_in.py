"""Files taken in by a form: sealed, answered once per key, refused by what they are, settled under the lock."""

import uuid
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from media import files
from media.enums import MediaState, Part
from media.models import Blob, MediaKey, Medium
from media.services import refuse_medium, settle_medium
from tests.circles.home import Home
from tests.media.shelf import wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def photo(color: str = "red") -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", (32, 24), color).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Became:
    """What a file has become."""

    media_type: str = "image/jpeg"
    facts: dict[str, Any] = field(default_factory=lambda: {"width": 32, "height": 24})
    content: list[bytes] | None = field(default_factory=lambda: [b"processed"])
    thumbnail: bytes | None = b"small"


def send(home: Home, who: str, data: bytes, name: str = "plaie.jpg", *, key: str | None = None, **fields: str) -> tuple[int, Any]:
    """(status, answer) of an upload."""
    answer = home.client(who).post(
        f"/api/v1/circles/{home.circle}/media", {"file": SimpleUploadedFile(name, data), **fields},
        headers={"Idempotency-Key": key or str(uuid.uuid4())},
    )  # fmt: skip
    return answer.status_code, answer.json()


def sent(home: Home, who: str = "nurse", **fields: str) -> Medium:
    """A photo that was taken in."""
    status, answer = send(home, who, photo(), **fields)
    assert status == 201, answer
    return Medium.objects.select_related("circle__patient").get(pk=answer["id"])


def plain(medium: Medium, part: Part) -> bytes:
    return b"".join(files.read(Blob.objects.get(medium=medium, part=part), medium.vault))


def test_a_file_is_told_as_it_was_sent(home: Home) -> None:
    status, answer = send(home, "nurse", photo(), caption="Talon", site="left_heel", taken_at="2026-11-20T10:00:00+01:00")
    assert (status, answer) == (
        201,
        {
            "id": answer["id"], "kind": "photo", "state": "processing", "name": "plaie.jpg", "media_type": "image/jpeg",
            "bytes": len(photo()), "taken_at": "2026-11-20T09:00:00.000Z", "caption": "Talon", "site": "left_heel",
        },
    )  # fmt: skip
    assert plain(Medium.objects.select_related("circle__patient").get(pk=answer["id"]), Part.UPLOAD) == photo()


def test_a_size_that_was_said_stands_until_the_picture_says_its_own(home: Home) -> None:
    answer = send(home, "nurse", photo(), width="640", height="480")[1]
    assert (answer["width"], answer["height"]) == (640, 480)
    for nonsense in ("-3", "٣", "999999", "wide"):
        assert "width" not in send(home, "nurse", photo(), width=nonsense)[1]
    medium = sent(home, width="640", height="480")
    Medium.objects.filter(pk=medium.pk).update(attempts=1)
    assert settle_medium(medium.pk, 1, Became())
    assert Medium.objects.select_related("circle__patient").get(pk=medium.pk).facts()["width"] == 32


def test_the_same_key_is_the_same_file_and_another_one_is_refused(home: Home) -> None:
    key = str(uuid.uuid4())
    first = send(home, "nurse", photo(), key=key)
    assert send(home, "nurse", photo(), key=key) == (200, first[1])
    assert send(home, "nurse", photo("blue"), key=key)[1]["code"] == "media.key_reused"
    assert (Medium.objects.count(), Blob.objects.count()) == (1, 1)


def test_an_answered_key_is_answered_also_where_nobody_writes_any_more(home: Home) -> None:
    key = str(uuid.uuid4())
    first = send(home, "nurse", photo(), key=key)
    home.call("coordinator", "PUT", "/state", state="frozen", reason="x")
    assert send(home, "nurse", photo(), key=key) == (200, first[1])
    assert send(home, "nurse", photo())[0] == 403
    assert send(home, "coordinator", photo())[0] == 201


def test_what_is_refused_leaves_nothing(home: Home) -> None:
    assert send(home, "nurse", b"<svg onload=alert(1)>", "a.jpg")[1]["code"] == "media.unsupported_type"
    assert send(home, "nurse", photo(), site="../heel")[1]["code"] == "media.bad_field"
    assert send(home, "stranger", photo())[0] == 404
    assert (Medium.objects.count(), Blob.objects.count(), MediaKey.objects.count()) == (0, 0, 0)


def test_the_content_takes_the_place_of_what_was_sent(home: Home) -> None:
    medium = sent(home)
    post = wrote(home, "nurse", [medium], "voici")
    assert settle_medium(medium.pk, medium.attempts, Became())
    assert {blob.part for blob in Blob.objects.filter(medium=medium)} == {Part.CONTENT, Part.THUMBNAIL}
    assert (plain(medium, Part.CONTENT), plain(medium, Part.THUMBNAIL)) == (b"processed", b"small")
    item = home.items("relative")[-1]
    assert (item["kind"], item["post_id"], item["media"]["state"], item["media"]["width"]) == ("media.ready", post["id"], "ready", 32)
    assert not settle_medium(medium.pk, medium.attempts, Became())


def test_a_refused_file_loses_every_byte_and_its_author_hears_why(home: Home) -> None:
    medium = sent(home)
    wrote(home, "nurse", [medium], "voici")
    assert refuse_medium(medium.pk, medium.attempts, "media.unreadable")
    assert not Blob.objects.filter(medium=medium).exists()
    assert home.items("nurse")[-1]["media"]["code"] == "media.unreadable"


def test_a_worker_whose_lease_ran_out_changes_nothing(home: Home) -> None:
    medium = sent(home)
    Medium.objects.filter(pk=medium.pk).update(attempts=2)
    assert not settle_medium(medium.pk, 1, Became())
    assert not refuse_medium(medium.pk, 1, "media.unreadable")
    assert Medium.objects.get(pk=medium.pk).state == MediaState.PROCESSING
    assert settle_medium(medium.pk, 2, Became())
