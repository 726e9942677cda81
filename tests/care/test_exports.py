"""Copies of a record: made by the reader's rights, complete by count, one at a time, fetched by their maker alone, gone after a day."""
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone
from PIL import Image

from care.exports import making
from care.exports.enums import ExportState
from care.exports.making import work
from care.exports.models import Export
from media import files
from media.enums import Part
from media.models import Blob, Medium
from people.audit.models import TrailLine
from tests.circles.home import Home
from tests.media.kept import use_folder
from tests.media.shelf import shelved, wrote

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    """The store of this test."""
    use_folder(settings, tmp_path / "store")


def picture(form: str, shade: int = 90, size: tuple[int, int] = (120, 90)) -> bytes:
    """A grey picture."""
    out = BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(out, form)
    return out.getvalue()


def photo(home: Home, who: str, shade: int = 90) -> Medium:
    """A photo that is there with its bytes."""
    medium = shelved(home, who, width=120, height=90, caption=f"teinte {shade}")
    for part, data in ((Part.CONTENT, picture("JPEG", shade)), (Part.THUMBNAIL, picture("WEBP", shade))):
        files.write(medium.vault, part, [data], medium=medium.pk).save(force_insert=True)
    return medium


def week(home: Home) -> None:
    """What is said to whom, with a correction, a retraction, an alert and photos."""
    wrote(home, "nurse", [photo(home, "nurse", 40)], "à tous, la plaie")
    wrote(home, "nurse", [photo(home, "nurse", 200)], "entre nous, la plaie vue de près", "care_team")
    corrected = wrote(home, "gp", [], "à tous, dose de dix", urgency="urgent")
    assert home.client("gp").post(f"/api/v1/posts/{corrected['id']}/corrections", {"text": "à tous, dose de cinq", "reason": "faute"},
                                  content_type="application/json").status_code == 200  # fmt: skip
    taken_back = wrote(home, "nurse", [], "à tous, parole retirée")
    assert home.client("nurse").post(f"/api/v1/posts/{taken_back['id']}/retraction", {"reason": "erreur"},
                                     content_type="application/json").status_code == 200  # fmt: skip
    wrote(home, "patient", [], "de Jeanne à ses soignants", "patient")


def asked(home: Home, who: str, format: str = "pdf") -> dict[str, Any]:
    """A copy that was asked for and made."""
    status, item = home.call(who, "POST", "/exports", format=format)
    assert status == 202, item
    assert work() == 1
    status, item = home.call(who, "GET", f"/exports/{item['id']}")
    assert (status, item["state"]) == (200, "ready"), item
    return dict(item)


def fetched(home: Home, who: str, item: dict[str, Any]) -> bytes:
    """Its bytes, as they were announced."""
    answer = home.client(who).get(f"/api/v1/circles/{home.circle}/exports/{item['id']}/content")
    data = b"".join(answer)
    assert answer.status_code == 200
    assert (len(data), hashlib.sha256(data).hexdigest()) == (item["bytes"], item["sha256"])
    return data


def read(pdf: bytes) -> str:
    """Every word of every page; each page is drawn."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        page.render(scale=0.3)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)


def test_each_reader_gets_what_they_read(home: Home) -> None:
    week(home)
    care, family = (read(fetched(home, who, asked(home, who))) for who in ("nurse", "relative"))
    assert "entre nous" in care
    assert "dose de dix" in care
    assert "dose de cinq" in family
    for hidden in ("entre nous", "de Jeanne à ses soignants", "teinte 200"):
        assert hidden not in family
    for text in (care, family):
        assert "parole retirée" not in text
        assert "DURAND Jeanne" in text
    assert b"StructTreeRoot" in fetched(home, "nurse", asked(home, "nurse"))


def test_the_archive_is_complete_and_says_so(home: Home) -> None:
    week(home)
    item = asked(home, "nurse", "zip")
    assert item["done"] == item["total"]
    archive = zipfile.ZipFile(io.BytesIO(fetched(home, "nurse", item)))
    assert archive.testzip() is None
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["counts"] == item["counts"] == {"people": 8, "posts": 5, "versions": 1, "media": 2}
    assert {one["path"] for one in manifest["files"]} == set(archive.namelist()) - {"manifest.json"}
    for one in manifest["files"]:
        data = archive.read(one["path"])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (one["bytes"], one["sha256"])
    told = json.loads(archive.read("record.json"))
    assert [post["text"] for post in told["posts"]][:2] == ["à tous, la plaie", "entre nous, la plaie vue de près"]
    bundle = json.loads(archive.read("fhir.json"))
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds.count("Communication") == 5
    assert kinds.count("DocumentReference") == 2
    assert {"Patient", "CareTeam"} <= set(kinds)
    read(archive.read("record.pdf"))


def test_the_family_s_archive_holds_no_file_of_the_professionals(home: Home) -> None:
    week(home)
    archive = zipfile.ZipFile(io.BytesIO(fetched(home, "relative", asked(home, "relative", "zip"))))
    assert len([name for name in archive.namelist() if name.startswith("media/")]) == 1
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"entre nous" not in whole
    assert picture("JPEG", 200) not in whole
    assert picture("JPEG", 40) in whole


def test_one_at_a_time_and_the_older_one_goes(home: Home) -> None:
    first = home.call("nurse", "POST", "/exports", format="pdf")[1]
    assert home.call("nurse", "POST", "/exports", format="pdf")[1]["id"] == first["id"]
    assert home.said("nurse", "POST", "/exports", format="zip") == (409, "exports.under_way")
    assert home.said("nurse", "GET", f"/exports/{first['id']}/content") == (409, "exports.not_ready")
    assert work() == 1
    second = asked(home, "nurse")
    assert home.call("nurse", "GET", f"/exports/{first['id']}")[0] == 404
    assert home.call("nurse", "POST", "/exports", format="doc")[0] == 422
    assert [one["id"] for one in home.call("nurse", "GET", "/exports")[1]["items"]] == [second["id"]]
    assert Blob.objects.filter(part=Part.EXPORT).count() == 1


def test_only_its_maker_fetches_it_and_only_while_inside(home: Home) -> None:
    item = asked(home, "nurse")
    path = f"/api/v1/circles/{home.circle}/exports/{item['id']}"
    for who in ("gp", "relative", "stranger"):
        for rest in ("", "/content"):
            assert home.client(who).get(path + rest).status_code == 404
    assert home.call("coordinator", "DELETE", f"/members/{home.seat('nurse')}")[0] == 204
    assert home.client("nurse").get(path + "/content").status_code == 404
    home.call("coordinator", "POST", "/members", person=home.people["nurse"], role="nurse", history="from_now")
    assert home.client("nurse").get(path + "/content").status_code == 404
    assert {line.what for line in TrailLine.objects.filter(about=item["id"])} == {"record.exported.pdf"}


def test_who_leaves_meanwhile_gets_nothing(home: Home) -> None:
    item = home.call("nurse", "POST", "/exports", format="zip")[1]
    home.call("coordinator", "DELETE", f"/members/{home.seat('nurse')}")
    assert work() == 1
    export = Export.objects.get(pk=item["id"])
    assert (export.state, export.code) == ("failed", "exports.no_right")
    assert not Blob.objects.filter(part=Part.EXPORT).exists()


def test_killed_in_the_middle_it_begins_anew(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    week(home)
    item = home.call("nurse", "POST", "/exports", format="zip")[1]

    def dies(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(making.Making, "_settle", dies)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert (Export.objects.get(pk=item["id"]).state, work()) == ("making", 0)  # its lease still runs
    Export.objects.update(due_at=timezone.now())
    assert work() == 1
    assert home.call("nurse", "GET", f"/exports/{item['id']}")[1]["counts"]["posts"] == 5
    assert Blob.objects.filter(part=Part.EXPORT).count() == len(list(files.store().names())) - 4


def test_what_changed_meanwhile_is_found_by_counting(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    week(home)
    item = home.call("nurse", "POST", "/exports", format="pdf")[1]
    settle = making.Making._settle

    def withdrawn_first(self: making.Making, contents: Any, blob: Blob, digest: str) -> None:
        contents.counted["posts"] -= 1
        settle(self, contents, blob, digest)

    monkeypatch.setattr(making.Making, "_settle", withdrawn_first)
    for _attempt in range(3):
        assert work() == 1
    told = home.call("nurse", "GET", f"/exports/{item['id']}")[1]
    assert (told["state"], told["code"]) == ("failed", "exports.incomplete")
    assert not Blob.objects.filter(part=Part.EXPORT).exists()


def test_from_now_on_is_from_now_on(home: Home) -> None:
    week(home)
    home.call("coordinator", "POST", "/members", person=home.people["newcomer"], role="nurse", history="from_now")
    wrote(home, "nurse", [], "depuis son arrivée")
    item = asked(home, "newcomer")
    assert item["counts"]["posts"] == 1
    text = read(fetched(home, "newcomer", item))
    assert "depuis son arrivée" in text
    assert "la plaie" not in text


def test_after_a_day_it_is_gone(home: Home) -> None:
    item = asked(home, "nurse")
    before = len(list(files.store().names()))
    Export.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert home.call("nurse", "GET", f"/exports/{item['id']}/content")[0] == 404
    assert work() == 1
    assert home.call("nurse", "GET", f"/exports/{item['id']}")[0] == 404
    assert len(list(files.store().names())) == before - 1
    assert not Export.objects.filter(state=ExportState.READY).exists()


def test_the_page_asks_shows_and_gives(home: Home) -> None:
    week(home)
    client, path = home.client("nurse"), f"/circles/{home.circle}/export"
    assert client.post(path, {"format": "zip"}).status_code == 302
    assert b"data-cercle-making" in client.get(path).content
    assert work() == 1
    state = client.get(path + "?part=state").content.decode()
    assert "/content" in state
    assert "data-cercle-making" not in state
    assert "5 messages" in state
    assert client.get(f"/circles/{home.circle}/people").status_code == 200
    assert home.client("stranger").get(path).status_code == 404
