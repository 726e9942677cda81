"""The worker: claims that exclude each other, files that come to their end once, whatever dies, and those that wait for the scanner."""
import datetime as dt
import errno
import os
import signal
import threading
import time
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from media import files, processing, worker
from media.enums import MediaState, Part
from media.management.commands import media_worker
from media.management.commands.media_worker import Rounds
from media.models import Blob, Medium
from media.sandbox.child_process import Child
from media.services import settle_medium
from messaging.feed.models import FeedLine
from people.circles.enums import Cause
from people.circles.erasure import erase
from tests.circles.home import Home
from tests.media.clamd import clamd
from tests.media.corpus import photo, voice
from tests.media.sending import Became

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def sent(home: Home, data: bytes, name: str = "plaie.jpg") -> Medium:
    """A nurse's upload that was taken in."""
    answer = home.client("nurse").post(
        f"/api/v1/circles/{home.circle}/media", {"file": SimpleUploadedFile(name, data)}, headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    assert answer.status_code == 201, answer.json()
    return Medium.objects.select_related("circle__patient").get(pk=answer.json()["id"])


def told(home: Home, medium: Medium) -> dict[str, Any]:
    """The file as its uploader sees it."""
    answer: dict[str, Any] = home.client("nurse").get(f"/api/v1/circles/{home.circle}/media/{medium.pk}").json()
    return answer


def claim() -> worker.Claim:
    """The one file that is due."""
    [claimed] = worker.claim_due(5)
    return claimed


def make_due(medium: Medium) -> None:
    """As if its time had come."""
    Medium.objects.filter(pk=medium.pk).update(due_at=timezone.now())


def test_a_photo_is_claimed_once_and_becomes_ready(home: Home) -> None:
    medium = sent(home, photo((60, 40), orientation=6))
    claimed = claim()
    assert worker.claim_due(5) == []
    worker.work_on(claimed)
    item = told(home, medium)
    assert (item["state"], item["width"], item["height"], item["media_type"]) == ("ready", 40, 60, "image/jpeg")
    assert set(Blob.objects.values_list("part", flat=True)) == {Part.CONTENT, Part.THUMBNAIL}
    assert worker.claim_due(5) == []


def test_a_worker_whose_lease_ran_out_settles_nothing(home: Home) -> None:
    medium = sent(home, photo())
    late = claim()
    make_due(medium)
    worker.work_on(claim())
    first = Blob.objects.get(part=Part.CONTENT).pk
    worker.work_on(late)
    worker.renew(late)
    medium.refresh_from_db()
    assert (medium.state, medium.attempts, medium.due_at) == (MediaState.READY, 2, None)
    assert Blob.objects.get(part=Part.CONTENT).pk == first


def test_a_lease_is_renewed_and_else_runs_out(home: Home) -> None:
    medium = sent(home, photo())
    claimed = claim()
    Medium.objects.update(due_at=timezone.now() + dt.timedelta(seconds=1))
    worker.renew(claimed)
    medium.refresh_from_db()
    assert medium.due_at is not None
    assert medium.due_at > timezone.now() + dt.timedelta(seconds=5)


class DyingChild(Child):
    """A decoder that is killed, as a fault of its library would, as soon as it has the file."""

    deaths = 0
    most = 99

    def _give(self, piece: bytes, deadline: float) -> None:
        super()._give(piece, deadline)
        if piece.startswith(b"\xff\xd8") and DyingChild.deaths < self.most:
            DyingChild.deaths += 1
            os.kill(self.pid, signal.SIGSEGV)


@pytest.mark.parametrize(("deaths", "state", "code"), [(1, "ready", ""), (99, "refused", "media.unreadable")])
def test_a_decoder_that_dies_costs_its_file_at_the_second_time(
    home: Home, monkeypatch: pytest.MonkeyPatch, deaths: int, state: str, code: str
) -> None:
    medium = sent(home, photo())
    monkeypatch.setattr(processing, "Child", DyingChild)
    monkeypatch.setattr(DyingChild, "deaths", 0)
    monkeypatch.setattr(DyingChild, "most", deaths)
    worker.work_on(claim())
    item = told(home, medium)
    assert (item["state"], item.get("code", "")) == (state, code)
    assert DyingChild.deaths == min(deaths, 2)
    monkeypatch.undo()
    other = sent(home, photo())
    worker.work_on(claim())
    assert told(home, other)["state"] == "ready"


def test_without_the_scanner_files_wait_visibly_and_never_pass(home: Home, settings: Settings) -> None:
    medium = sent(home, photo())
    settings.CLAMD = "127.0.0.1:1"
    for _night in range(3):
        make_due(medium)
        worker.work_on(claim())
    item = told(home, medium)
    assert (item["state"], item["waits_for"]) == ("processing", "scanner")
    medium.refresh_from_db()
    assert (medium.attempts, medium.lost_claims) == (3, 0)
    make_due(medium)
    with clamd() as settings.CLAMD:
        worker.work_on(claim())
    item = told(home, medium)
    assert (item["state"], item.get("waits_for")) == ("ready", None)


def test_a_full_disk_postpones_what_was_opened_and_refuses_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **kwargs: Any) -> Blob:
        raise OSError(errno.ENOSPC, "No space left on device")

    medium = sent(home, photo())
    with monkeypatch.context() as patched:
        patched.setattr(files, "write", full)
        worker.work_on(claim())
    medium.refresh_from_db()
    assert medium.state == MediaState.PROCESSING
    assert medium.due_at is not None
    assert medium.due_at > timezone.now() + dt.timedelta(seconds=5)
    make_due(medium)
    worker.work_on(claim())
    assert told(home, medium)["state"] == "ready"


def test_a_store_that_fails_a_sweep_stops_no_file(home: Home, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()

    def broken(now: dt.datetime) -> int:
        asked.set()
        raise OSError("GenericError")

    monkeypatch.setattr(media_worker, "collect_orphans", broken)
    monkeypatch.setattr(media_worker, "_COLLECT_S", 0.0)
    medium = sent(home, photo())
    settings.MEDIA_DECODERS = 1
    rounds, end = Rounds(), threading.Event()
    while told(home, medium)["state"] == "processing" or not asked.is_set():
        rounds.look()
        time.sleep(0.05)  # as the command does: a sweep in every turn would keep the table locked
    end.set()
    rounds.run(end)
    assert told(home, medium)["state"] == "ready"


def test_what_the_scanner_finds_is_refused_and_its_bytes_go(home: Home, settings: Settings) -> None:
    medium = sent(home, photo())
    with clamd(answer=b"stream: Something FOUND\0") as settings.CLAMD:
        worker.work_on(claim())
    item = told(home, medium)
    assert (item["state"], item["code"]) == ("refused", "media.infected")
    assert item["reason"].startswith(("L’antivirus a trouvé quelque chose", "The virus scanner found something"))
    assert not Blob.objects.exists()


def test_bytes_that_were_tampered_with_are_refused_before_anything_opens_them(home: Home) -> None:
    medium = sent(home, photo())
    blob = Blob.objects.get()
    sealed = bytearray(files.store().read(blob.id.hex, 0, files.store().size(blob.id.hex)))
    sealed[-1] ^= 1
    files.store().put(blob.id.hex, [bytes(sealed)])
    worker.work_on(claim())
    assert told(home, medium)["code"] == "media.unreadable"


def test_what_comes_to_no_end_is_given_up_also_where_its_facts_do_not_open(home: Home, settings: Settings) -> None:
    medium = sent(home, photo())
    Medium.objects.filter(pk=medium.pk).update(sealed_facts=b"tampered with")
    for _death in range(10):
        claim()
        make_due(medium)
    worker.work_on(claim())
    medium.refresh_from_db()
    assert (medium.state, medium.code, medium.due_at) == (MediaState.REFUSED, "media.unreadable", None)
    broken = sent(home, photo())
    Medium.objects.filter(pk=broken.pk).update(sealed_facts=b"tampered with")
    worker.work_on(claim())
    broken.refresh_from_db()
    assert (broken.state, broken.code, Blob.objects.count()) == (MediaState.REFUSED, "media.unreadable", 0)


def test_an_erasure_takes_the_file_out_of_a_worker_s_hands(home: Home) -> None:
    medium = sent(home, photo())
    claimed = claim()
    vault = medium.vault
    erase(vault, cause=Cause.REQUEST)
    lines = FeedLine.objects.count()
    assert not settle_medium(medium.pk, claimed.attempt, Became())
    worker.work_on(claimed)
    worker.renew(claimed)
    medium.refresh_from_db()
    assert (medium.state, medium.code, medium.due_at) == (MediaState.REFUSED, "media.unreadable", None)
    assert (Blob.objects.count(), FeedLine.objects.count()) == (0, lines)


def test_a_speech_engine_writes_what_nobody_has_reviewed(home: Home, settings: Settings) -> None:
    medium = sent(home, voice(2.0), "note.webm")
    settings.SPEECH_COMMAND = "/bin/sh -c 'test \"$(head -c 4)\" = RIFF && echo Le pansement est propre.'"
    later = worker.work_on(claim())
    assert later is not None
    assert told(home, medium)["state"] == "ready"
    later()
    assert told(home, medium)["transcript"] == {"text": "Le pansement est propre.", "reviewed": False, "by": None}


def test_an_engine_that_fails_costs_the_transcript_alone(home: Home, settings: Settings) -> None:
    medium = sent(home, voice(1.0), "note.webm")
    settings.SPEECH_COMMAND = "/bin/false"
    later = worker.work_on(claim())
    assert later is not None
    later()
    item = told(home, medium)
    assert (item["state"], item.get("transcript")) == ("ready", None)


def test_the_process_takes_up_what_comes_and_ends_in_order(home: Home, settings: Settings) -> None:
    end = threading.Event()
    medium = sent(home, photo())
    rounds = Rounds()
    settings.MEDIA_DECODERS = 1
    while told(home, medium)["state"] == "processing":
        rounds.look()
        while rounds.busy():  # two threads at once lock each other's tables in the tests' database in memory
            time.sleep(0.02)
    end.set()
    rounds.run(end)
    assert told(home, medium)["state"] == "ready"
