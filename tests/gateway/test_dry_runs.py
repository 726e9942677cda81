"""A dry run and a feed in observation: the same decisions, and nothing stored."""
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from foundation import clock
from hospital.gateway.dry_runs import rehearse
from hospital.gateway.judging import Peer
from hospital.gateway.models import Feed, Message
from hospital.gateway.observing import MOST
from hospital.gateway.receiving import receive
from hospital.gateway.working_out import work_out
from hospital.stays.enums import Verdict
from hospital.stays.identities import decide_doubt
from hospital.stays.models import Doubt
from people.accounts.appointments import appoint_administrator
from people.circles.access import System
from tests.accounts.offices import person, signed_in
from tests.gateway.messages import Adt
from tests.stays.speaking import JEANNE, load_feed
from tests.stays.speaking import Feed as World

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


@pytest.fixture
def world(tmp_path: Path, site_vault: None) -> World:
    """A hospital that knows Jeanne Durand, whose circle is there."""
    return load_feed(tmp_path)


@pytest.fixture
def feed(world: World) -> Feed:
    """The hospital's feed, in use."""
    return Feed.objects.create(structure_id=world.hospital, msh4="CH-DAX", made_at=clock.now())


def now(**changes: Any) -> Adt:
    """Jeanne Durand is admitted at this moment, through the emergency room."""
    at = clock.now().strftime("%Y%m%d%H%M%S%z")
    return Adt(ins=JEANNE.ins, birth_name="PETIT", used_name="DURAND", at=at, sent=at, priority="U").but(**changes)


def everything(*, but: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Every row of every table, by its fields."""
    rows: dict[str, list[Any]] = {}
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy and model._meta.label not in but:
            found = model._default_manager.using(_database(model)).values_list()
            rows[model._meta.label] = sorted(repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in found)
    assert sum(map(len, rows.values())) > 50
    return rows


def _database(model: Any) -> str:
    return "keys" if model._meta.label == "vault.VaultKey" else "default"


def test_what_would_be_matched_shown_and_answered_is_said_and_nothing_is_stored(world: World, feed: Feed) -> None:
    before = everything()
    run = rehearse(feed, now().bytes())
    assert (run.answer, run.kind, run.matched, run.outcome) == ("AA", "ADT^A01", "yes", "done")
    (card,) = run.shown
    assert ("CH de Dax" in card.care, "CH de Dax" in card.others, card.urgency, card.quiet) == (True, False, "urgent", False)
    assert "MSA|AA|" in run.acknowledgment
    assert rehearse(feed, now(ins="", ipp="9").bytes()).matched == "no"
    assert rehearse(feed, now(born="19610309").bytes()).matched == "doubt"
    assert rehearse(feed, now(trigger="Q99").bytes()).answer == "AR"
    assert rehearse(feed, b"\x00rubbish").answer != "AA"
    assert everything() == before


def test_the_page_says_that_a_circle_would_hear_and_never_which_one(world: World, feed: Feed) -> None:
    inès = person("Inès")
    appoint_administrator(None, person=inès, structure=world.hospital)
    client: Client = signed_in(inès)
    client.get("/me")
    before = everything(but=("accounts.Session",))
    asked = {"feed": str(feed.pk), "message": now().text().replace("\r", "\r\n")}
    page = client.post(f"/structures/{world.hospital}/trial", asked).content.decode()
    assert "Un cercle en serait informé" in page
    assert "prévenue" in page
    assert str(world.circle()) not in page
    assert everything(but=("accounts.Session",)) == before


def test_a_feed_in_observation_answers_counts_and_keeps_codes_alone(world: World, feed: Feed) -> None:
    feed.mode = "observed"
    feed.save()
    before = everything(but=("gateway.Feed",))
    for message in (now(), now(ins="", ipp="9"), now(trigger="Q99"), *(now(control=f"C{n}") for n in range(MOST))):
        receive(feed, message.bytes(), Peer("127.0.0.1"))
    assert everything(but=("gateway.Feed",)) == before
    feed.refresh_from_db()
    assert feed.seen == {"AA": 2 + MOST, "AR": 1}
    assert len(feed.outcomes) == MOST
    assert set(feed.outcomes[0]) == {"at", "kind", "answer", "code", "outcome"}
    assert feed.outcomes[0]["outcome"] == "applied"


def test_what_waited_for_a_verdict_is_worked_out_after_it(world: World, feed: Feed) -> None:
    receive(feed, now(born="19610309").bytes(), Peer("127.0.0.1"))
    message = Message.objects.get()
    if message.state == "waiting":
        work_out(message.number)
    message.refresh_from_db()
    assert message.state == "doubted"
    decide_doubt(System("test"), doubt=Doubt.objects.get().pk, verdict=Verdict.SAME)
    message.refresh_from_db()
    assert (message.state, message.due_at is not None) == ("waiting", True)
    work_out(message.number)
    assert Message.objects.get().state == "done"
    assert world.whats("nurse") == ["admitted"]
