"""Uploads in pieces: each byte counted once, in its order, whoever sends it twice; and nothing kept of what is refused."""

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as live
from django.utils import timezone

from foundation.errors import Conflict
from media import files
from media.collecting import collect_orphans
from media.enums import Part
from media.models import Blob, MediaKey, Medium, Upload
from media.pieces import append_piece
from media.sniffing import HEAD_BYTES
from tests.circles.home import Home
from tests.media.sending import Tus, photo
from tests.media.shelf import wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
LARGE = photo(side=700)  # some hundreds of KiB: its beginning needs more than one piece


def stored() -> int:
    """Objects in the store."""
    return sum(1 for path in (Path(live.DATA) / "media").glob("*/*") if path.is_file())


def plain(medium: Medium) -> bytes:
    return b"".join(files.read(Blob.objects.get(medium=medium, part=Part.UPLOAD), medium.vault))


def test_the_pieces_become_one_file_with_the_upload_s_id(home: Home) -> None:
    before, tus = stored(), Tus(home, "nurse")
    begun = tus.begin(len(LARGE), filename="talon.jpg", caption="Talon gauche", site="left_heel")
    assert (begun.status_code, begun.headers["Tus-Resumable"], begun.headers["Upload-Offset"]) == (201, "1.0.0", "0")
    for start in range(0, len(LARGE), 50_000):
        assert tus.piece(start, LARGE[start : start + 50_000]) == 204
    assert tus.offset == len(LARGE)
    medium = Medium.objects.select_related("circle__patient").get(pk=tus.where.rpartition("/")[2])
    assert plain(medium) == LARGE
    assert (medium.facts()["caption"], Blob.objects.count(), stored() - before) == ("Talon gauche", 1, 1)
    assert wrote(home, "nurse", [medium])["media"][0]["name"] == "talon.jpg"


def test_the_same_key_is_the_same_upload(home: Home) -> None:
    tus, key = Tus(home, "nurse"), str(uuid.uuid4())
    first = tus.begin(1000, key)
    again = Tus(home, "nurse")
    assert (again.begin(1000, key).status_code, again.where) == (200, tus.where)
    assert again.begin(1001, key).json()["code"] == "media.key_reused"
    assert first.json() == {"id": tus.where.rpartition("/")[2], "state": "uploading"}
    assert home.call("nurse", "GET", f"/media/{first.json()['id']}") == (200, first.json())


def test_a_piece_counts_once_and_in_its_place(home: Home) -> None:
    before, tus = stored(), Tus(home, "nurse")
    tus.begin(len(LARGE))
    assert tus.piece(0, LARGE[:70_000]) == 204
    assert tus.piece(0, LARGE[:70_000]) == 409
    assert tus.piece(90_000, LARGE[90_000:100_000]) == 409
    assert (tus.offset, stored() - before) == (70_000, 1)
    assert tus.piece(70_000, LARGE[70_000:] + b"more") == 413
    assert (tus.offset, stored() - before) == (70_000, 1)
    assert tus.piece(70_000, LARGE[70_000:]) == 204
    assert tus.piece(len(LARGE), b"x") == 409


def test_a_line_that_breaks_in_the_middle_of_a_piece_leaves_nothing_of_it(home: Home) -> None:
    before, tus = stored(), Tus(home, "nurse")
    tus.begin(len(LARGE))

    def breaks() -> Iterator[bytes]:
        yield LARGE[: HEAD_BYTES + 5]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        append_piece(home.inside("nurse"), upload=uuid.UUID(tus.where.rpartition("/")[2]), offset=0, body=breaks())
    assert (tus.offset, stored() - before, Blob.objects.count()) == (0, 0, 0)


def test_the_last_piece_sent_twice_at_the_same_moment_counts_once(home: Home) -> None:
    """The other one makes the file, and the pieces go, while this one is still coming."""
    before, tus = stored(), Tus(home, "nurse")
    tus.begin(len(LARGE))
    assert tus.piece(0, LARGE[:1000]) == 204

    def overtaken() -> Iterator[bytes]:
        assert tus.piece(1000, LARGE[1000:]) == 204
        yield LARGE[1000:]

    with pytest.raises(Conflict):
        append_piece(home.inside("nurse"), upload=uuid.UUID(tus.where.rpartition("/")[2]), offset=1000, body=overtaken())
    assert (tus.offset, stored() - before, Blob.objects.count()) == (len(LARGE), 1, 1)


def test_an_expired_upload_is_not_there_and_its_key_begins_anew(home: Home) -> None:
    tus, key = Tus(home, "nurse"), str(uuid.uuid4())
    tus.begin(len(LARGE), key)
    tus.piece(0, LARGE[:1000])
    gone = tus.where
    Upload.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    statuses = [tus.call(method, data=b"x", Upload_Offset="1000").status_code for method in ("HEAD", "PATCH", "GET", "DELETE")]
    assert statuses == [404] * 4
    assert (tus.begin(len(LARGE), key).status_code, tus.offset, Blob.objects.count()) == (201, 0, 0)
    assert tus.where != gone


def test_what_is_no_file_of_ours_is_dropped_as_soon_as_its_beginning_is_there(home: Home) -> None:
    before, tus, key = stored(), Tus(home, "nurse"), str(uuid.uuid4())
    film = b"\x00\x00\x00\x18ftypqt  " + bytes(HEAD_BYTES * 3)
    tus.begin(len(film), key)
    assert tus.piece(0, film[: HEAD_BYTES // 2]) == 204
    assert tus.piece(HEAD_BYTES // 2, film[HEAD_BYTES // 2 : HEAD_BYTES + 10]) == 415
    assert tus.call("HEAD").status_code == 404
    assert (stored() - before, Upload.objects.count(), MediaKey.objects.count(), Medium.objects.count()) == (0, 0, 0, 0)


REFUSED = [
    ({"Tus-Resumable": "0.2.2"}, 412), ({"Upload-Offset": "-1"}, 422), ({"Upload-Offset": "x"}, 422), ({"Upload-Offset": ""}, 422),
    ({"Content-Type": "application/octet-stream"}, 415),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "status"), REFUSED)
def test_what_is_said_wrongly_is_refused(home: Home, headers: dict[str, str], status: int) -> None:
    tus = Tus(home, "nurse")
    tus.begin(100)
    answer = tus.call("PATCH", data=b"x", **{"Upload-Offset": "0", **headers})
    assert (answer.status_code, answer.headers["Tus-Resumable"]) == (status, "1.0.0")


def test_an_upload_that_can_never_be_a_file_does_not_begin(home: Home) -> None:
    tus = Tus(home, "nurse")
    assert tus.begin(0).json()["code"] == "media.empty"
    assert tus.begin(live.MEDIA_MOST_BYTES + 1).json()["code"] == "media.too_large"
    assert tus.call("POST", f"/api/v1/circles/{home.circle}/media?resumable").json()["code"] == "media.bad_offset"
    many = tus.call("POST", f"/api/v1/circles/{home.circle}/media?resumable", Upload_Length="5", Upload_Metadata="filename ***")
    assert many.json()["code"] == "media.bad_metadata"


@pytest.mark.parametrize("who", ["gp", "relative", "stranger"])
def test_somebody_else_s_upload_is_not_there(home: Home, who: str) -> None:
    mine, theirs = Tus(home, "nurse"), Tus(home, who)
    mine.begin(len(LARGE))
    mine.piece(0, LARGE[:1000])
    for method in ("HEAD", "PATCH", "DELETE", "GET"):
        theirs.where = mine.where
        found = theirs.call(method, data=b"x", Upload_Offset="1000")
        theirs.where = mine.where.rpartition("/")[0] + f"/{uuid.uuid4()}"
        nothing = theirs.call(method, data=b"x", Upload_Offset="1000")
        assert (found.status_code, found.content) == (404, nothing.content)
    assert mine.offset == 1000


def test_an_upload_ends_by_its_owner_or_by_time(home: Home) -> None:
    tus, other = Tus(home, "nurse"), Tus(home, "nurse")
    tus.begin(len(LARGE))
    tus.piece(0, LARGE[:1000])
    other.begin(len(LARGE))
    other.piece(0, LARGE[:1000])
    assert tus.call("DELETE").status_code == 204
    assert tus.call("HEAD").status_code == 404
    collect_orphans(timezone.now() + dt.timedelta(hours=23))
    assert other.offset == 1000
    collect_orphans(timezone.now() + dt.timedelta(hours=25))
    assert (Upload.objects.count(), Blob.objects.count(), MediaKey.objects.count()) == (0, 0, 0)


def test_a_frozen_circle_takes_no_more_pieces(home: Home) -> None:
    tus = Tus(home, "nurse")
    tus.begin(len(LARGE))
    tus.piece(0, LARGE[:1000])
    home.call("coordinator", "PUT", "/state", state="frozen", reason="x")
    assert tus.piece(1000, LARGE[1000:]) == 403
    assert tus.offset == 1000
