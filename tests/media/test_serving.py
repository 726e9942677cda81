"""What an answer with a file says of itself: ranges, headers that keep it harmless, and names that lead nobody astray."""
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from media import files
from media.enums import Part
from media.errors import Lost, OutOfRange
from media.models import Blob
from media.serving import clean_name, delivered, wanted_range
from tests.media.kept import at_rest, new_vault, noise, put_instead, use_folder

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SIZE = 200_000
HOSTILE = ["", "..", "../../etc/passwd", "a\r\nSet-Cookie: x=1.pdf", "invoice\u202efdp.exe", "nul\x00.pdf", "x" * 300 + ".pdf",
           "\ud800.pdf", 'quo"te.pdf', "C:\\evil.pdf", "   .pdf", "été 🩹 compte rendu.pdf", ".htaccess", "a.b" * 200]


@pytest.fixture
def stored(settings: Settings, tmp_path: Path) -> tuple[Blob, UUID, bytes]:
    """A file, its vault and its bytes."""
    use_folder(settings, tmp_path)
    vault, plain = new_vault(), noise(SIZE)
    return files.write(vault, Part.CONTENT, [plain]), vault, plain


def answer(stored: tuple[Blob, UUID, bytes], range_: str = "", method: str = "GET", name: str = "a.pdf") -> Any:
    """The response."""
    request = RequestFactory().generic(method, "/", headers={"Range": range_} if range_ else {})
    return delivered(request, stored[0], stored[1], media_type="application/pdf", name=name, attached=True)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None), ("bytes=0-0", (0, 1)), ("bytes=5-", (5, 100)), ("bytes=-7", (93, 100)), ("bytes=-500", (0, 100)),
        ("bytes=90-500", (90, 100)), ("bytes=0-1,5-6", None), ("bytes=-", None), ("bytes=9-3", None), ("bytes=a-b", None),
        ("lines=1-2", None), ("bytes=٣-٤", None), ("bytes=" + "9" * 40 + "-", None), ("bytes=100-", OutOfRange),
        ("bytes=100-200", OutOfRange), ("bytes=-0", OutOfRange),
    ],
)  # fmt: skip
def test_a_range_is_what_the_standard_says(header: str, expected: Any) -> None:
    if expected is OutOfRange:
        with pytest.raises(OutOfRange):
            wanted_range(header, 100)
    else:
        assert wanted_range(header, 100) == expected


def test_whole_part_head_and_a_range_behind_the_end(stored: tuple[Blob, UUID, bytes]) -> None:
    plain = stored[2]
    whole = answer(stored)
    assert (whole.status_code, whole["Content-Length"], b"".join(whole)) == (200, str(SIZE), plain)
    assert (answer(stored, "bytes=0-9", "HEAD").status_code, answer(stored, "bytes=0-9", "HEAD")["Content-Length"]) == (200, str(SIZE))
    part = answer(stored, "bytes=70000-139999")
    assert (part.status_code, part["Content-Length"], part["Content-Range"]) == (206, "70000", f"bytes 70000-139999/{SIZE}")
    assert b"".join(part) == plain[70_000:140_000]
    head = answer(stored, method="HEAD")
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(SIZE), b"")
    with pytest.raises(OutOfRange) as behind:
        answer(stored, f"bytes={SIZE}-")
    assert (behind.value.status, behind.value.size) == (416, SIZE)


@pytest.mark.parametrize(("method", "range_"), [("GET", ""), ("GET", "bytes=1-2"), ("HEAD", "")])
def test_every_answer_is_kept_by_nobody_and_runs_nothing(stored: tuple[Blob, UUID, bytes], method: str, range_: str) -> None:
    given = answer(stored, range_, method)
    assert given["Cache-Control"] == "no-store"
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert given["Cross-Origin-Resource-Policy"] == "same-origin"
    assert given["Content-Type"] == "application/pdf"
    assert given["Content-Disposition"] == 'attachment; filename="a.pdf"'


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_becomes_a_harmless_one(stored: tuple[Blob, UUID, bytes], name: str) -> None:
    header = answer(stored, name=name)["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert header.isascii()
    assert header.isprintable()
    shown = unquote(header.partition("''")[2]) or header.partition('"')[2].rstrip('"')
    assert 0 < len(shown) <= 150
    assert not set(shown) & set('/\\:"\r\n\x00\u202e')
    assert shown == clean_name(shown)
    assert not shown.startswith(".")
    assert not name.isprintable() or name != "été 🩹 compte rendu.pdf" or shown == name


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("x" * 300 + ".pdf").endswith("x.pdf")


def test_what_was_tampered_with_answers_with_an_error_and_no_byte(stored: tuple[Blob, UUID, bytes]) -> None:
    sealed = at_rest(stored[0])
    put_instead(stored[0], sealed[:100] + bytes((sealed[100] ^ 1,)) + sealed[101:])
    with pytest.raises(Lost) as told:
        answer(stored)
    assert (told.value.status, told.value.code) == (500, "media.lost")
    put_instead(stored[0], sealed[:-1])
    with pytest.raises(Lost):
        answer(stored, "bytes=0-9")
