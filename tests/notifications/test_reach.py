"""Who can be reached: hours, replacements and devices together, in as many statements for three members as for one."""
import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation import clock
from messaging.feed.enums import Standing
from notifications.models import Device
from notifications.reach import Reach, Reached, best_of, reach_of, seen_by
from people.accounts.models import Session
from people.circles.enums import Source
from people.circles.models import Delegation, Grant
from people.duty.models import Absence, Hours
from tests.circles.team import Town, load_town
from tests.sealing import site_vault

__all__ = ["site_vault"]
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("site_vault")]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Jeanne, her doctor and her daughter."""
    return load_town(tmp_path)


def _device(town: Town, key: str, **health: dt.datetime) -> Device:
    now = timezone.now()
    session = Session.objects.create(session_key=f"{key}{len(health)}", expire_date=now + HOUR, person=town.person(key))
    return Device.objects.create(
        person=town.person(key), session=session, sealed_address=b"", address_hash=session.session_key.encode(), name="Chrome",
        language="fr", made_at=now, seen_at=now, **health,
    )  # fmt: skip


def _reach(town: Town, key: str = "gp") -> Reach:
    member = town.member(key)
    return reach_of([member], clock.now())[member.pk]


def test_devices_say_whether_somebody_can_be_reached(town: Town) -> None:
    assert _reach(town) == Reach(Reached.NOT_CONNECTED)
    silent = timezone.now() - HOUR
    _device(town, "gp", failing_since=silent)
    assert _reach(town) == Reach(Reached.FAILING, since=silent)
    well = _device(town, "gp")
    assert _reach(town).reachable is True
    Session.objects.filter(pk=well.session_id).update(expire_date=timezone.now() - HOUR)
    assert _reach(town).reachable is False
    Session.objects.all().delete()
    assert _reach(town).reachable is None


def test_hours_and_absences_go_before_devices(town: Town) -> None:
    _device(town, "gp")
    until = clock.now() + HOUR
    Absence.objects.create(person=town.person("gp"), since=clock.now() - HOUR, until=until)
    assert _reach(town) == Reach(Reached.OFF_DUTY, until=until)
    Hours.objects.create(person=town.person("gp"), structure=None, zone="Europe/Paris", weekly={})
    assert _reach(town) == Reach(Reached.OFF_DUTY, until=None)


def test_who_is_replaced_is_so_in_the_circle_of_the_replacement_only(tmp_path: Path) -> None:
    town = load_town(tmp_path, circles=2)
    now, gp = clock.now(), town.person("gp")
    by = town.member("daughter")
    made = Delegation.objects.create(by=gp, to=by.person, since=now, until=now + HOUR, made_at=now)
    grant = Grant.objects.create(membership=by, source=Source.DELEGATION, delegation=made, since=now, until=now + HOUR)
    assert _reach(town) == Reach(Reached.REPLACED, until=grant.until, by=by)
    elsewhere = town.member("gp", "circle1")
    assert reach_of([elsewhere], clock.now())[elsewhere.pk].state is Reached.NOT_CONNECTED
    assert reach_of([town.member("gp")], now + 2 * HOUR)[town.member("gp").pk].state is Reached.NOT_CONNECTED


def test_how_a_device_fares_is_for_the_care_team() -> None:
    failing = Reach(Reached.FAILING, since=timezone.now())
    assert seen_by(failing, Standing.CARE_TEAM) == failing
    for standing in (Standing.WIDER_TEAM, Standing.PATIENT, Standing.RELATIVES):
        assert seen_by(failing, standing) == Reach(Reached.REACHABLE)


def test_a_team_is_reached_as_the_best_of_its_people() -> None:
    soon, later = timezone.now(), timezone.now() + HOUR
    off = [Reach(Reached.OFF_DUTY, until=until) for until in (None, later, soon)]
    assert best_of([*off, Reach(Reached.REACHABLE)]).reachable is True
    assert best_of(off).until == soon
    assert best_of([]).reachable is None


def test_many_members_cost_as_many_statements_as_one(town: Town) -> None:
    members = [town.member(key) for key in ("gp", "daughter", "jeanne")]
    counts = []
    for some in (members[:1], members):
        with CaptureQueriesContext(connection) as asked:
            assert len(reach_of(some, clock.now())) == len(some)
        counts.append(len(asked))
    assert counts == [4, 4]
