"""A hospital's word becomes a card for each reader, once, in the right circle, whatever came before."""
import pytest

from foundation.errors import Conflict
from hospital.stays import recording
from hospital.stays.enums import Action, Event, StayState
from hospital.stays.models import Stay
from tests.stays.speaking import Feed, moment

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_an_admission_is_a_card_for_each_reader(feed: Feed) -> None:
    applied = feed.say(Event.ADMITTED, moment(1), planned=False)
    assert (applied.outcome, applied.circles) == ("applied", [feed.circle()])
    care = feed.posts("nurse")[0]
    assert care["event"]["what"] == "admitted"
    assert care["event"]["unit"] == {"code": "4420", "name": "Cardiologie"}
    assert (care["urgency"], care["audience"]) == ("urgent", "care_team")
    assert "CH de Dax" in care["text"]
    assert "Cardiologie" in care["text"]
    for who in ("help", "patient", "daughter"):
        others = feed.posts(who)[0]
        assert others["event"]["what"] == "in_hospital"
        assert set(others["event"]) == {"what", "since"}
        assert "Dax" not in str(others)
        assert "Cardio" not in str(others)
        assert others["urgency"] == "info"
    assert feed.posts("nurse", "p2") == []
    assert feed.stay().state == StayState.IN_HOSPITAL


def test_the_same_word_again_changes_nothing(feed: Feed) -> None:
    at = moment(1)
    feed.say(Event.ADMITTED, at)
    assert feed.say(Event.ADMITTED, at).outcome == "ignored"
    assert len(feed.posts("nurse")) == 1
    assert Stay.objects.count() == 1


def test_one_movement_is_not_corrected_for_ever(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "_MOST_VERSIONS", 2)
    at = moment(1)
    feed.say(Event.ADMITTED, at)
    feed.say(Event.ADMITTED, at, action=Action.UPDATE, unit="4430")
    with pytest.raises(Conflict):
        feed.say(Event.ADMITTED, at, action=Action.UPDATE, unit="9100")
    feed.say(Event.ADMITTED, at, action=Action.CANCEL)
    assert feed.stay().state == StayState.CANCELLED
