"""Whether members can be reached, over HTTP and on the page of the circle: signs, words, and what only the care team is told."""
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from foundation import clock
from notifications.models import Device
from notifications.reach import Reach, Reached
from people.accounts.models import Person, Session
from people.circles.models import Grant, Membership
from people.duty.models import Absence
from portal.queries.reach import Sign, sign_of
from tests.circles.conftest import at
from tests.circles.home import Home, load_home
from tests.sealing import site_vault

__all__ = ["at", "site_vault"]
PARIS = "Europe/Paris"
DAY = dt.timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The doctor's only device has been silent for three days; the coordinator is away; the pharmacist has a device."""
    home = load_home(tmp_path)
    for key, silent in (("gp", timezone.now() - 3 * DAY), ("pharmacist", None)):
        session = Session.objects.create(session_key=key, expire_date=timezone.now() + DAY, person_id=home.people[key])
        Device.objects.create(
            person_id=home.people[key], session=session, sealed_address=b"", address_hash=key.encode(), name="", language="fr",
            made_at=timezone.now(), seen_at=timezone.now(), failing_since=silent,
        )  # fmt: skip
    Absence.objects.create(person_id=home.people["coordinator"], since=clock.now() - DAY, until=clock.now() + 30 * DAY)
    return home


def _members(home: Home, who: str) -> dict[str, Any]:
    return {member["role"]: member for member in home.call(who, "GET")[1]["members"]}


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.usefixtures("site_vault")
def test_the_care_team_is_told_how_devices_fare_and_nobody_else(home: Home) -> None:
    told = {who: _members(home, who) for who in ("nurse", "home_help", "patient", "relative")}
    assert [told[who]["gp"]["reachable"] for who in told] == [False, True, True, True]
    assert [told[who]["gp"]["reach"]["state"] for who in told] == ["failing", "reachable", "reachable", "reachable"]
    assert told["nurse"]["gp"]["reach"]["since"] is not None
    for members in told.values():
        assert [members[role]["reachable"] for role in ("pharmacist", "coordinator", "home_help")] == [True, False, None]
        assert members["coordinator"]["reach"]["until"] is not None
    pages = {who: home.client(who).get(f"/circles/{home.circle}/people", headers={"accept": "text/html"}).content.decode() for who in told}
    assert ["Device silent for 3 days" in page for page in pages.values()] == [True, False, False, False]
    assert all("Off duty until the" in page and "Reachable" in page for page in pages.values())


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.usefixtures("site_vault")
def test_a_circle_of_many_members_costs_as_many_statements_as_one_of_few(home: Home) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            _members(home, "nurse")
        return len(asked)

    statements()  # signs in, leaves a line in the trail
    statements()  # and after it nothing of the session is asked any more
    many = statements()
    assert Grant.objects.filter(membership__role__in=["home_help", "trusted_person"]).update(ended_at=clock.now()) == 2
    assert many == statements()


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.usefixtures("site_vault")
def test_words_and_signs_in_french(at: Callable[[str], None]) -> None:
    at("2026-11-23T08:00:00+00:00")  # a Monday, 9:00 in Paris
    noon, anne = dt.datetime(2026, 11, 23, 13, tzinfo=dt.UTC), Person(profession="physician")
    anne.set_names("Anne", "Roux")
    by = Membership(role="gp", person=anne)
    expected = {
        Reach(Reached.REACHABLE): Sign("on", "reachable", "Joignable"),
        Reach(Reached.OFF_DUTY, until=noon): Sign("off", "moon", "Hors service jusqu’à 14:00"),
        Reach(Reached.OFF_DUTY, until=noon + DAY): Sign("off", "moon", "Hors service jusqu’à demain 14:00"),
        Reach(Reached.OFF_DUTY, until=noon + 4 * DAY): Sign("off", "moon", "Hors service jusqu’à vendredi 14:00"),
        Reach(Reached.OFF_DUTY, until=noon + 30 * DAY): Sign("off", "moon", "Hors service jusqu’au 23 décembre"),
        Reach(Reached.OFF_DUTY): Sign("off", "moon", "Hors service"),
        Reach(Reached.REPLACED, by=by): Sign("off", "moon", "Remplacée par Dr Anne Roux"),
        Reach(Reached.FAILING, since=noon - 3 * DAY): Sign("mute", "alert", "Appareil muet depuis 3 jours"),
        Reach(Reached.FAILING, since=noon - DAY / 4): Sign("mute", "alert", "Appareil muet depuis aujourd’hui"),
        Reach(Reached.NOT_CONNECTED): Sign("absent", "absent", "Pas connectée, à appeler"),
    }
    with translation.override("fr"):
        assert {reach: sign_of(reach, gender="F", zone=PARIS) for reach in expected} == expected
        assert sign_of(Reach(Reached.NOT_CONNECTED), gender="M", zone=PARIS).words == "Pas connecté, à appeler"

