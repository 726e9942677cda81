"""Measures: what is kept, refused, asked about and withdrawn; what is usual; who sees what."""
import datetime as dt
import json
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from care.measures.models import Measure
from care.measures.queries import latest
from care.measures.usual import Band, compared, usual_band
from care.records.items import everything_of
from foundation import clock
from foundation.clock import rfc3339
from messaging.feed.models import FeedLine
from tests.circles.around import Around

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def note(house: Around, who: str = "alice", kind: str = "weight", days: float = 0, **said: Any) -> Any:
    values = said.pop("values", None) or {"value": said.pop("value", 62.1)}
    if days:
        said["taken_at"] = rfc3339(clock.now() - dt.timedelta(days=days))
    return house.of(who).post(f"circles/{house.circle}/measures", kind=kind, values=values, **said)


def measures(house: Around, who: str = "alice", rest: str = "") -> Any:
    answer = house.of(who).get(f"circles/{house.circle}/measures{rest}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_measure_is_kept_with_unit_time_and_author_and_its_numbers_are_sealed(house: Around) -> None:
    answer = note(house, value=64.25, note="en chaussettes")
    said = answer.json()
    assert answer.status_code == 201, said
    assert (said["kind"], said["unit"], said["values"], said["note"]) == ("weight", "kg", {"value": 64.2}, "en chaussettes")
    assert said["audience"] == "patient"
    assert said["author"]["member"] == str(house.member("alice").pk)
    assert b"64.2" not in bytes(Measure.objects.get().sealed_words)
    assert FeedLine.objects.filter(kind="measure.noted", subject=said["id"]).count() == 1


@pytest.mark.parametrize(("kind", "values", "code", "field"), [
    ("weight", {"value": 642}, "measures.impossible", "value"),
    ("pain", {"value": 11}, "measures.impossible", "value"),
    ("blood_pressure", {"systolic": 14, "diastolic": 8}, "measures.impossible", "systolic"),
    ("blood_pressure", {"systolic": 90, "diastolic": 120}, "measures.crossed", "diastolic"),
    ("blood_pressure", {"systolic": 140}, "measures.missing_value", "diastolic"),
    ("pulse", {"value": 70, "rhythm": 1}, "measures.missing_value", "rhythm"),
])  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(house: Around, kind: str, values: dict[str, float], code: str, field: str) -> None:
    answer = note(house, kind=kind, values=values, confirm=True)
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert field in answer.json()["errors"]
    assert not Measure.objects.exists()


def test_what_is_unlikely_is_asked_about_once_and_then_kept(house: Around) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    body = {"kind": "glucose", "values": {"value": 0.42}}
    asked = house.of("alice").call("POST", f"circles/{house.circle}/measures", body, **key)
    assert (asked.status_code, asked.json()["code"]) == (409, "measures.unlikely")
    kept = house.of("alice").call("POST", f"circles/{house.circle}/measures", {**body, "confirm": True}, **key)
    again = house.of("alice").call("POST", f"circles/{house.circle}/measures", {**body, "confirm": True}, **key)
    assert (kept.status_code, again.status_code) == (201, 200)
    assert kept.json()["id"] == again.json()["id"]
    other = house.of("alice").call("POST", f"circles/{house.circle}/measures", {"kind": "glucose", "values": {"value": 1}}, **key)
    assert (other.status_code, other.json()["code"]) == (422, "records.key_reused")


def test_a_measure_of_tomorrow_or_of_years_ago_is_refused(house: Around) -> None:
    for days in (-1, 400):
        assert note(house, days=days).json()["code"] == "measures.bad_time"


def test_the_newest_value_stands_against_the_band_of_the_days_before(house: Around) -> None:
    for days, value in [(9, 97), (6, 97), (5, 96), (4, 97), (3, 96), (2, 96.4), (0.1, 91)]:
        assert note(house, kind="saturation", value=value, days=days).status_code == 201
    series = measures(house)["series"]
    assert [one["kind"] for one in series] == ["saturation"]
    (one,) = series
    assert one["newest"]["values"] == {"value": 91}
    assert one["compared"] == "lower"
    assert one["usual"] == {"value": {"low": 96, "high": 97}}
    assert [point["values"]["value"] for point in one["points"]] == [97, 96, 97, 96, 96, 91]
    assert len(measures(house, rest="?days=30")["series"][0]["points"]) == 7


def test_two_kilograms_in_three_days_are_said(house: Around) -> None:
    for days, value in [(6, 62.4), (4, 62.2), (3, 62), (2, 62.3), (1, 62.9), (0, 64.2)]:
        note(house, value=value, days=days)
    assert measures(house)["series"][0]["change"]["amount"] == 2.2


def test_a_withdrawn_measure_leaves_every_answer_and_stays_in_the_record(house: Around) -> None:
    note(house, value=62, days=1)
    wrong = note(house, value=26, confirm=True, note="mal lu").json()["id"]
    path = f"circles/{house.circle}/measures/{wrong}/withdrawal"
    assert house.of("helene").post(path).status_code == 403  # of one's own, or a coordinator
    gone = house.of("alice").post(path, reason="chiffres inversés")
    assert gone.json()["values"] == {}
    assert gone.json()["note"] == ""
    assert gone.json()["withdrawn"]["reason"] == "chiffres inversés"
    said = measures(house)
    assert said["series"][0]["newest"]["values"] == {"value": 62}
    assert said["items"][0]["values"] == {}
    assert Measure.objects.get(pk=wrong).values() == {"value": Decimal("26.0")}
    assert house.of("nadia").call("DELETE", path).json()["values"] == {"value": 26}


def test_lists_go_on_where_they_ended(house: Around) -> None:
    for days in range(1, 6):
        note(house, value=60 + days, days=days)
    first = measures(house, rest="?limit=2")
    second = measures(house, rest=f"?limit=2&before={first['next'].replace('+', '%2B')}")
    third = measures(house, rest=f"?limit=2&before={second['next'].replace('+', '%2B')}")
    assert [item["values"]["value"] for page in (first, second, third) for item in page["items"]] == [61, 62, 63, 64, 65]
    assert third["next"] is None
    assert house.of("alice").get(f"circles/{house.circle}/measures?before=x").json()["code"] == "http.bad_cursor"


def test_each_standing_measures_for_those_who_fit(house: Around) -> None:
    assert note(house, "claire").json()["audience"] == "relatives"
    assert note(house, "jeanne", kind="pain", value=3).json()["audience"] == "patient"
    assert note(house, "claire", audience="care_team").status_code == 403
    assert house.of("lea").get(f"circles/{house.circle}/measures").status_code == 404


def test_two_worlds_of_measures(house: Around) -> None:
    """What a relative receives does not depend on what professionals and the patient measured between."""
    ours = [note(house, "claire", value=60 + day, days=9 - day).json()["id"] for day in range(6)]

    def world() -> str:
        member = house.member("claire")
        whole = [item for _family, _record, item in everything_of(member)]
        changes = house.of("claire").get(f"circles/{house.circle}/changes?after=0").json()
        return json.dumps([measures(house, "claire"), whole, changes], sort_keys=True)

    before = world()
    for audience in ("care_team", "wider_team", "patient"):
        hidden = note(house, value=120, audience=audience, note="secret").json()["id"]
        note(house, kind="glucose", value=1.1, audience=audience)
        house.of("alice").post(f"circles/{house.circle}/measures/{hidden}/withdrawal")
        path = f"circles/{house.circle}/measures/{hidden}/withdrawal"
        absent = house.of("claire").post(path.replace(hidden, str(uuid4())))
        assert house.of("claire").post(path).content == absent.content
    assert world() == before
    assert len(ours) == 6


def test_who_comes_from_now_on_sees_no_measure_from_before(house: Around) -> None:
    ids = [note(house, value=60 + day, days=9 - day).json()["id"] for day in range(6)]
    admitted = house.of("nadia").post(f"circles/{house.circle}/members", person=house.ids["lea"], role="nurse", history="from_now")
    assert admitted.status_code == 201
    assert measures(house, "lea")["series"] == measures(house, "lea")["items"] == []
    for method in ("POST", "DELETE"):  # what becomes of an old one later does not make it a new one
        assert house.of("alice").call(method, f"circles/{house.circle}/measures/{ids[0]}/withdrawal", {}).status_code == 200
        assert measures(house, "lea")["items"] == []
    note(house, value=64)
    (one,) = measures(house, "lea")["series"]
    assert one["usual"] is None
    assert len(one["points"]) == 1


def test_statements_do_not_grow_with_measures(house: Around) -> None:
    note(house, days=2)
    with CaptureQueriesContext(connection) as few:
        latest(house.member("alice"))
    for days in range(3, 9):
        for kind, value in (("weight", 62), ("pulse", 72), ("pain", 3)):
            note(house, "helene" if days % 2 else "alice", kind, days, value=value)
    with CaptureQueriesContext(connection) as many:
        assert len(latest(house.member("alice"))) == 3
    assert len(many) == len(few)


def test_a_band_needs_five_values_and_a_word_a_notable_difference() -> None:
    numbers = [Decimal(number) for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)]
    assert usual_band(numbers[:4]) is None
    assert usual_band(list(reversed(numbers))) == Band(Decimal(2), Decimal(10))
    band = Band(Decimal(2), Decimal(10))
    assert [compared(Decimal(value), band, Decimal(1)) for value in (1, 2, 10, "10.5", 11)] == ["lower", "", "", "", "higher"]
    assert compared(Decimal(99), None, Decimal(1)) == ""
