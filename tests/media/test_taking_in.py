"""Files taken in by a form: sealed, answered once per key, refused by what they are, settled under the lock."""

import datetime as dt
import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from media import files
from media.enums import MediaState, Part
from media.models import Blob, MediaKey, Medium
from media.protocol import file_name
from media.services import refuse_medium, settle_medium
from tests.circles.home import Home
from tests.media.sending import Became, photo, send, sent
from tests.media.shelf import wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
ROOT = Path(__file__).resolve().parents[2]


def plain(medium: Medium, part: Part) -> bytes:
    return b"".join(files.read(Blob.objects.get(medium=medium, part=part), medium.vault))


def test_a_file_is_told_as_it_was_sent(home: Home) -> None:
    taken = photo()
    status, answer = send(home, "nurse", taken, caption="Talon", site="left_heel", taken_at="2026-11-20T10:00:00+01:00")
    assert (status, answer) == (
        201,
        {
            "id": answer["id"], "kind": "photo", "state": "processing", "name": "plaie.jpg", "media_type": "image/jpeg",
            "bytes": len(taken), "taken_at": "2026-11-20T09:00:00.000Z", "caption": "Talon", "site": "left_heel",
        },
    )  # fmt: skip
    assert plain(Medium.objects.select_related("circle__patient").get(pk=answer["id"]), Part.UPLOAD) == taken


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
    taken = photo()
    first = send(home, "nurse", taken, key=key)
    assert send(home, "nurse", taken, key=key) == (200, first[1])
    assert send(home, "nurse", photo("blue"), key=key)[1]["code"] == "media.key_reused"
    assert (Medium.objects.count(), Blob.objects.count()) == (1, 1)


def test_an_answered_key_is_answered_also_where_nobody_writes_any_more(home: Home) -> None:
    key = str(uuid.uuid4())
    taken = photo()
    first = send(home, "nurse", taken, key=key)
    home.call("coordinator", "PUT", "/state", state="frozen", reason="x")
    assert send(home, "nurse", taken, key=key) == (200, first[1])
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


NAMES = {
    "../../etc/passwd.jpg": "passwd.jpg",
    "a\u202egpj.exe": "agpj.exe",
    "a\r\nSet-Cookie: x=1.jpg": "aSet-Cookie: x=1.jpg",
    "a\x00b.jpg": "ab.jpg",
    "C:\\Users\\x\\plaie.jpg": "plaie.jpg",
    "é" * 300 + ".jpeg": "é" * 115 + ".jpeg",
    "...": "",
}


@pytest.mark.parametrize(("given", "kept"), NAMES.items(), ids=range(len(NAMES)))
def test_a_name_leads_nobody_astray(given: str, kept: str) -> None:
    assert file_name(given) == kept


def test_nobody_fills_the_store_with_what_they_never_send(home: Home, settings: Any) -> None:
    settings.MEDIA_MOST_UNPOSTED = 3 * len(photo())
    first, _ = sent(home), sent(home)
    assert send(home, "nurse", photo() + photo())[1]["code"] == "media.too_much_unposted"
    assert send(home, "gp", photo())[0] == 201
    wrote(home, "nurse", [first])
    assert send(home, "nurse", photo())[0] == 201
    assert Blob.objects.count() == 4


def test_posting_and_taking_back_makes_no_room(home: Home, settings: Any) -> None:
    settings.MEDIA_MOST_UNPOSTED = 3 * len(photo()) // 2
    post = wrote(home, "nurse", [sent(home)])
    retraction = f"/api/v1/posts/{post['id']}/retraction"
    assert home.client("nurse").post(retraction, {"reason": "x"}, content_type="application/json").status_code == 200
    assert send(home, "nurse", photo())[1]["code"] == "media.too_much_unposted"
    Medium.objects.update(created_at=timezone.now() - dt.timedelta(hours=49))
    assert send(home, "nurse", photo())[0] == 201


def test_a_file_of_one_s_own_is_thrown_away_until_it_is_posted(home: Home) -> None:
    medium = sent(home)
    assert home.call("gp", "DELETE", f"/media/{medium.pk}")[0] == 404
    assert home.call("nurse", "DELETE", f"/media/{medium.pk}") == (204, None)
    assert (Blob.objects.count(), MediaKey.objects.count()) == (0, 0)
    posted = sent(home)
    wrote(home, "nurse", [posted])
    assert home.said("nurse", "DELETE", f"/media/{posted.pk}") == (409, "media.posted")
    assert not settle_medium(medium.pk, 0, Became())


def test_a_file_is_written_as_the_protocol_shows_it(home: Home) -> None:
    shown = re.search(r"<!-- medium -->\n```json\n(.*?)```", (ROOT / "docs/protocol.md").read_text(), re.S)
    assert shown
    example = json.loads(shown[1])
    medium = sent(home, **{name: example[name] for name in ("caption", "site", "taken_at")})
    assert settle_medium(medium.pk, 0, Became(facts={name: example[name] for name in ("width", "height", "placeholder")}))
    _, item = home.call("nurse", "GET", f"/media/{medium.pk}")
    assert item.keys() == example.keys()
    assert {name for name in example if item[name] != example[name]} <= {"id", "name", "bytes"}
