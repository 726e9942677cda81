"""One post of a hospital, a card for each reader: by the journal, the changes, search, quotes, versions, receipts, counts."""
import datetime as dt
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from foundation import clock
from foundation.clock import rfc3339
from journal.enums import Urgency
from journal.events import EventCards
from journal.models import Post
from messaging.feed.calls import calls_of
from messaging.feed.enums import EVERYONE, Standing
from people.accounts.models import Person
from portal.queries.away import happened
from portal.queries.mine import my_patients
from tests.circles.home import Home, load_home
from tests.house.test_protocol import NAMED, shape
from tests.portal.hospital import CARE, NAME, Telling, card, plain

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SECRETS = (NAME, "Cardiologie", '"4420"', "Hospitalisation", "urgent")  # the code in quotes: ids may hold the digits
OTHERS = ("relative", "patient", "home_help")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Jeanne Durand's circle."""
    return load_home(tmp_path)


@pytest.fixture
def hospital(home: Home) -> Telling:
    """A hospital that tells this circle."""
    return Telling.of(home.circle)


def _post(home: Home, who: str, post: UUID) -> Any:
    answer = home.client(who).get(f"/api/v1/posts/{post}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def _write(home: Home, who: str, **body: Any) -> tuple[int, Any]:
    path = f"/api/v1/circles/{home.circle}/posts"
    answer = home.client(who).post(path, body, content_type="application/json", headers={"idempotency-key": str(uuid4())})
    return answer.status_code, answer.json()


def test_the_care_team_reads_the_post_itself(home: Home, hospital: Telling) -> None:
    """Hospital, unit, alert, by whom it was told."""
    post = hospital.tell(urgency=Urgency.URGENT)
    shown = _post(home, "nurse", post)
    assert shown["author"] == {
        "member": None, "name": NAME, "profession": None, "source": {"id": str(hospital.source.pk), "name": NAME},
    }
    assert (shown["kind"], shown["audience"], shown["urgency"]) == ("hospital_event", "care_team", "urgent")
    assert shown["alert"]["state"] == "open"
    assert shown["event"]["unit"] == {"code": "4420", "name": "Cardiologie"}
    assert shown["alert"]["steps"][0]["member"] == {"member": None, "name": NAME}
    assert _counts(home, "nurse") == (1, 1)


def test_the_others_have_a_card_of_their_own_everywhere(home: Home, hospital: Telling) -> None:
    """The journal, the changes, one post: the same card, the same id, a number of their own, and nothing of the other one."""
    post = hospital.tell(urgency=Urgency.URGENT)
    for who in OTHERS:
        one = _post(home, who, post)
        listed = home.call(who, "GET", "/posts")[1]["items"][0]
        told = next(item for item in home.items(who) if item["kind"] == "post.written")
        assert listed == told["post"] == {key: value for key, value in one.items() if key not in {"versions", "receipts"}}
        assert one["author"] == {"member": None, "name": "Hôpital", "profession": None}
        assert (one["text"], one["event"]) == (plain().text, plain().data)
        assert (one["audience"], one["urgency"], one["to"], one["media"]) == ("circle", "info", [], [])
        assert "alert" not in one
        assert one["seq"] == told["seq"]
        assert not [secret for secret in SECRETS if secret in json.dumps([one, listed, told], ensure_ascii=False)]
        assert _counts(home, who) == (1, 0)


def _counts(home: Home, who: str) -> tuple[int, int]:
    mine = next(one for one in home.client(who).get("/api/v1/circles").json()["items"] if one["id"] == str(home.circle))
    return mine["unread"], mine["open_alerts"]


def test_search_finds_what_the_reader_reads(home: Home, hospital: Telling) -> None:
    """A unit's name finds nothing where it was not shown."""
    hospital.tell()
    found = {who: [len(home.call(who, "POST", "/search", q=q)[1]["items"]) for q in ("cardio", "hopital")] for who in ("nurse", *OTHERS)}
    assert found["nurse"] == [1, 0]
    assert all(found[who] == [0, 1] for who in OTHERS)


def test_a_reply_quotes_the_card_of_whoever_reads_it(home: Home, hospital: Telling) -> None:
    """And may go where that card goes: the daughter answers to the circle, the nurse only to the care team."""
    post = hospital.tell()
    status, reply = _write(home, "relative", text="J'arrive demain.", audience="circle", reply_to=str(post))
    assert (status, reply["reply_to"]["excerpt"], reply["reply_to"]["author"]["name"]) == (201, plain().text, "Hôpital")
    quoted = _post(home, "nurse", UUID(reply["id"]))["reply_to"]
    assert (quoted["excerpt"], quoted["author"]["name"]) == (card().text, NAME)
    refused = _write(home, "nurse", text="Elle est entrée.", audience="circle", reply_to=str(post))
    assert (refused[0], refused[1]["code"]) == (422, "journal.reply_too_wide")
    assert _write(home, "nurse", text="Vu.", audience="care_team", reply_to=str(post))[0] == 201


def test_only_who_reads_the_post_itself_can_take_it(home: Home, hospital: Telling) -> None:
    """The home help takes what asks them; their card asks nobody."""
    post = hospital.tell(urgency=Urgency.URGENT)
    path = f"/api/v1/posts/{post}/acknowledgement"
    refused = home.client("home_help").post(path)
    assert (refused.status_code, refused.json()["code"]) == (409, "journal.not_takable")
    before = len(home.items("relative"))
    assert home.client("nurse").post(path).json()["alert"]["owner"]["member"] == home.seat("nurse")
    assert len(home.items("relative")) == before


def test_a_correction_is_heard_by_those_whose_card_has_changed(home: Home, hospital: Telling) -> None:
    """Another unit is the care team's news alone, another time everybody's; each reader has versions of their own card."""
    post = hospital.tell()
    before = len(home.items("relative"))
    hospital.correct(post, EventCards(card(unit="Pneumologie"), plain()))
    nurse, daughter = _post(home, "nurse", post), _post(home, "relative", post)
    assert [version["event"]["unit"]["name"] for version in nurse["versions"]] == ["Cardiologie", "Pneumologie"]
    assert (nurse["event"]["unit"]["name"], nurse["versions"][1]["reason"]) == ("Pneumologie", "Mouvement corrigé : Cardiologie.")
    assert (len(home.items("relative")), len(daughter["versions"]), daughter["corrected_at"]) == (before, 1, None)
    hospital.correct(post, EventCards(card(unit="Pneumologie"), plain("left")))
    daughter = _post(home, "relative", post)
    assert [version["event"]["what"] for version in daughter["versions"]] == ["in_hospital", "left"]
    assert daughter["corrected_at"]
    assert [version["reason"] for version in daughter["versions"]] == ["", ""]
    assert home.items("relative")[-1]["kind"] == "post.corrected"


def test_what_is_said_again_is_not_written_again(home: Home, hospital: Telling) -> None:
    """The same cards, the same withdrawal: no line."""
    cards = EventCards(card(), plain())
    post = hospital.tell(cards=cards)
    hospital.correct(post, cards)
    assert home.items("nurse")[-1]["kind"] == "post.written"
    hospital.withdraw(post)
    lines = len(home.items("nurse"))
    hospital.withdraw(post)
    assert len(home.items("nurse")) == lines


def test_what_the_hospital_takes_back_stays_and_says_so(home: Home, hospital: Telling) -> None:
    """Its alert is over, withdrawn; nothing vanishes for anybody."""
    post = hospital.tell(urgency=Urgency.URGENT)
    hospital.withdraw(post)
    for who in ("nurse", *OTHERS):
        shown = _post(home, who, post)
        assert shown["event"]["cancelled_at"]
        assert "Annulé" in shown["text"]
        assert (shown["retracted_at"], len(shown["versions"])) == (None, 2)
    alert = _post(home, "nurse", post)["alert"]
    assert (alert["state"], [step["step"] for step in alert["steps"]]) == ("done", ["opened", "withdrawn"])
    assert _counts(home, "nurse")[1] == 0


def test_a_coordinator_retracts_it_for_everybody(home: Home, hospital: Telling) -> None:
    """No word of either card is left, nor the reason where it was said to the care team."""
    post = hospital.tell(urgency=Urgency.URGENT)
    body = {"reason": "Cardiologie : mauvais patient."}
    for who, status in (("nurse", 403), ("relative", 403), ("coordinator", 200)):
        assert home.client(who).post(f"/api/v1/posts/{post}/retraction", body, content_type="application/json").status_code == status
    for who in ("nurse", *OTHERS):
        shown = _post(home, who, post)
        assert (shown["text"], shown["event"], shown["versions"]) == ("", None, [])
        assert (shown["retraction"]["reason"] != "") is (who == "nurse")
    hospital.correct(post, EventCards(card(unit="Pneumologie"), plain("left")))
    assert _post(home, "nurse", post)["text"] == ""


def test_a_stay_that_the_others_are_not_told_of_leaves_no_trace(home: Home, hospital: Telling) -> None:
    """Two worlds: what the others are answered before and after an event for the care team alone is the same, byte for byte."""
    hospital.tell()
    before = {who: _everything(home, who) for who in OTHERS}
    post = hospital.tell(readers=CARE, urgency=Urgency.URGENT)
    hospital.correct(post, EventCards(card(unit="Psychiatrie"), None))
    hospital.withdraw(post)
    assert {who: _everything(home, who) for who in OTHERS} == before
    assert all(home.client(who).get(f"/api/v1/posts/{post}").status_code == 404 for who in OTHERS)


def _everything(home: Home, who: str) -> list[bytes]:
    client, path = home.client(who), f"/api/v1/circles/{home.circle}"
    answers = [client.get(f"{path}{rest}").content for rest in ("", "/posts", "/changes?after=0&limit=500")]
    found = client.post(f"{path}/search", {"q": "a"}, content_type="application/json")
    return [*answers, client.get("/api/v1/circles").content, found.content]


def test_readers_beyond_the_audience_need_a_card(home: Home, hospital: Telling) -> None:
    """Forgetting it is a mistake of the caller's that fails at once."""
    with pytest.raises(ValueError, match="card of their own"):
        hospital.tell(cards=EventCards(card(), None))
    assert not Post.objects.filter(circle=home.circle).exists()


def test_an_alert_is_the_care_team_s(home: Home, hospital: Telling) -> None:
    """Who has a card of their own reads the post, and is not asked."""
    post = hospital.tell(urgency=Urgency.URGENT)
    call = calls_of([post])[post]
    assert (call.readers, frozenset(call.numbers), call.quiet, call.author) == (CARE, EVERYONE, False, None)
    assert call.others == EVERYONE - {Standing.CARE_TEAM}
    quiet = calls_of([before := hospital.tell(urgency=Urgency.URGENT, quiet=True)])[before]
    assert (quiet.quiet, quiet.urgency, quiet.state) == (True, "info", "")
    assert rfc3339(call.at) == _post(home, "nurse", post)["received_at"]


def test_pages_show_the_card_of_their_reader(home: Home, hospital: Telling) -> None:
    """What is new, the list of patients, the patient's own page: the others' words, as ordinary news."""
    hospital.tell(urgency=Urgency.URGENT)
    for who, path in (("relative", "/new"), ("home_help", "/new"), ("home_help", "/"), ("patient", f"/circles/{home.circle}/own")):
        page = home.client(who).get(path, headers={"accept": "text/html"})
        words = page.content.decode().replace("&#x27;", "'")
        assert (page.status_code, plain().text in words) == (200, True), path
        assert not [secret for secret in (NAME, "Cardiologie", "Hospitalisation") if secret in words]


def test_what_happened_while_away_is_the_reader_s_card(home: Home, hospital: Telling) -> None:
    """An alert for the nurse, a word for the home help."""
    since = clock.now() - dt.timedelta(hours=1)
    hospital.tell(urgency=Urgency.URGENT)
    told = {
        who: happened(my_patients(Person.objects.get(pk=home.people[who])), since, clock.now() + dt.timedelta(hours=1))[0]
        for who in ("nurse", "home_help")
    }
    assert [(one.author, one.urgent, one.state) for one in told["nurse"].alerts] == [(NAME, True, "open")]
    assert not told["home_help"].alerts
    last = told["home_help"].last
    assert last is not None
    assert (last.excerpt, last.urgent, last.state) == (plain().text, False, "")


def test_the_protocol_s_examples_are_as_it_is_answered(home: Home, hospital: Telling) -> None:
    """Both cards, member for member."""
    hospital.tell()
    for who, name in (("nurse", "event"), ("relative", "event_of_others")):
        assert shape(home.call(who, "GET", "/posts")[1]["items"][0]) == shape(NAMED[name])
