"""Who works in which unit: by the hospital's file, by its administrator; whoever falls off a list is out of its stays at once."""
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation import clock
from foundation.errors import Conflict, NotFound
from people.accounts.appointments import appoint_administrator
from people.accounts.models import AdministrationLine, Administrator, Affiliation
from people.accounts.services import disable_account, withdraw_confirmation
from people.accounts.teams import leave_team
from people.accounts.unit_files import read_rows
from people.accounts.units import follow_claims, import_units, keep_unit, place_in_unit, take_from_unit, unit_lists
from people.circles.delegations import delegate
from people.circles.enums import Role
from people.circles.models import Circle, TeamSeat
from tests.stays.ward import HOUR, Ward

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def chief(ward: Ward) -> Administrator:
    """Zoé administers the hospital."""
    return appoint_administrator(None, person=ward.person("dpo"), structure=ward.id("chd"))


def on(ward: Ward, unit: str) -> set[str]:
    """Who is on a unit's list."""
    lists = {place.pk: {row.person_id for row in rows} for place, rows in unit_lists(ward.id("chd"))}
    return {key for key in ("alice", "bruno", "both", "outsider", "declared", "ward") if ward.id(key) in lists[ward.id(unit)]}


FILE = """e-mail;unité;du;au
alice@example.org;4420;;
alice@example.org;4420;;
bruno@example.org;4420;01/02/2026;31/12/2099
Outsider@example.org;4510;;
nobody@example.org;4510;;
ide.cardio@example.org;4420;;
ward@example.org;4420;;
alice@example.org;9999;;
both@example.org;4510;45/01/2026;
;4510;;
""".encode("cp1252")


def test_a_file_is_reported_before_it_changes_anything(ward: Ward) -> None:
    stay = ward.stay()
    assert ward.call("both", "POST", f"stays/{stay.pk}/join")[0] == 201
    dry = import_units(None, structure=ward.id("chd"), file=FILE)
    assert [(one.line, one.code) for one in dry.refused] == [
        (3, "twice"), (6, "unknown_person"), (7, "shared"), (8, "shared"), (9, "unknown_unit"), (10, "bad_date"), (11, "bad_line"),
    ]  # fmt: skip
    changes = {(one.what, one.person.pk, one.unit.code) for one in dry.changes}
    assert changes == {("added", ward.id("bruno"), "4420"), ("added", ward.id("outsider"), "4510")}
    assert (dry.kept, on(ward, "cardio")) == (1, {"alice", "both", "declared", "ward"})

    done = import_units(None, structure=ward.id("chd"), file=FILE, dry=False)
    assert {(one.what, one.person.pk, one.unit.code) for one in done.changes} == changes
    assert ("ended", ward.id("both"), "4420") in {(one.what, one.person.pk, one.unit.code) for one in done.spared}
    assert ward.member("both")  # a line that was refused may be theirs

    mended = b"".join(FILE.splitlines(keepends=True)[place] for place in (0, 1, 3, 4))
    report = import_units(None, structure=ward.id("chd"), file=mended, dry=False)
    assert ({one.what for one in report.changes}, report.refused, report.spared) == ({"ended"}, [], [])
    assert (on(ward, "cardio"), on(ward, "geria")) == ({"alice", "bruno"}, {"outsider"})
    assert ward.member("both") is None
    assert AdministrationLine.objects.filter(act="unit_ended", about=ward.id("both")).count() == 2
    assert import_units(None, structure=ward.id("chd"), file=mended, dry=False).changes == []


def test_a_file_that_breaks_off_is_refused_from_there_and_ends_nobody(ward: Ward) -> None:
    broken = b'email;unite\nbruno@example.org;4420\n"' + b"x" * 200_000
    report = import_units(None, structure=ward.id("chd"), file=broken, dry=False)
    assert [one.code for one in report.refused] == ["bad_line"]
    assert on(ward, "cardio") == {"alice", "both", "bruno", "declared", "ward"}


def test_what_is_no_list_empties_nothing_and_only_add_takes_nobody_away(ward: Ward) -> None:
    for file in (b"", b"nom;prenom\nMartin;Alice\n"):
        report = import_units(None, structure=ward.id("chd"), file=file, dry=False)
        assert ([one.code for one in report.refused], report.changes) == (["no_columns"], [])
    added = import_units(None, structure=ward.id("chd"), file=b"email,uf\nbruno@example.org,4420\n", whole=False, dry=False)
    assert [one.what for one in added.changes] == ["added"]
    assert on(ward, "cardio") == {"alice", "both", "bruno", "declared", "ward"}


def test_days_are_the_hospitals_and_the_last_one_belongs_to_it() -> None:
    rows, refused = read_rows("RPPS\tUF\tdu\tau\n10001234567\t4420\t2026-07-01\t2026-07-02\n".encode("utf-8-sig"), "Europe/Paris")
    assert not refused
    assert [str(moment) for moment in (rows[0].since, rows[0].until)] == ["2026-06-30 22:00:00+00:00", "2026-07-02 22:00:00+00:00"]


def test_an_administrator_names_only_their_own_people_and_every_act_leaves_a_line(ward: Ward, chief: Administrator) -> None:
    report = import_units(chief, structure=ward.id("chd"), file=b"email;unite\noutsider@example.org;4420\n", whole=False, dry=False)
    assert [one.code for one in report.refused] == ["elsewhere"]
    place_in_unit(chief, person=ward.id("bruno"), unit=ward.id("cardio"))
    with pytest.raises(Conflict):
        place_in_unit(chief, person=ward.id("bruno"), unit=ward.id("cardio"))
    with pytest.raises(NotFound):
        place_in_unit(chief, person=ward.id("outsider"), unit=ward.id("cardio"))
    stay = ward.stay()
    assert ward.call("bruno", "POST", f"stays/{stay.pk}/join")[0] == 201
    take_from_unit(chief, person=ward.id("bruno"), unit=ward.id("cardio"))
    assert ward.member("bruno") is None
    with pytest.raises(NotFound):
        take_from_unit(chief, person=ward.id("bruno"), unit=ward.id("cardio"))
    assert list(AdministrationLine.objects.filter(about=ward.id("bruno")).values_list("act", flat=True)) == ["unit_added", "unit_ended"]
    assert keep_unit(chief, code="4700", name="Urgences").code == "4700"
    chief.until = chief.since
    chief.save()
    with pytest.raises(NotFound):
        keep_unit(chief, code="4701", name="Bloc")


def test_the_units_of_a_sign_in_are_those_of_the_person_and_no_others(ward: Ward) -> None:
    stay = ward.stay()
    assert ward.call("alice", "POST", f"stays/{stay.pk}/join")[0] == 201
    report = follow_claims(ward.person("alice"), structure=ward.id("chd"), codes=["4510", "0000", "4510"])
    assert {one.what for one in report.changes} == {"added", "ended"}
    assert on(ward, "cardio") == {"both", "declared", "ward"}
    assert "alice" in on(ward, "geria")
    assert ward.member("alice") is None
    follow_claims(ward.person("alice"), structure=ward.id("chd"), codes=[])
    assert "alice" not in on(ward, "geria")
    assert Affiliation.objects.filter(person=ward.id("alice"), unit=None, until=None).exists()  # of the hospital still


@pytest.mark.parametrize("way", ["leave", "withdraw", "disable"])
def test_what_opens_feeds_in_several_groups_locks_them_all_at_once_before(ward: Ward, way: str) -> None:
    """One order of locks for all acts: those of the team's seat, or of a replacement, and those of the stays."""
    ward.call("both", "POST", f"stays/{ward.stay().pk}/join")
    other = Circle.objects.get(pk=ward.id("other"))
    TeamSeat.objects.create(circle=other, structure_id=ward.id("chd"), role=Role.NURSE, since=clock.now())
    gp, colleague, ends = ward.person("gp"), ward.person("both"), clock.now() + HOUR
    delegate(gp, to=colleague.pk, circles=[other.pk], until=ends)
    acts: dict[str, Callable[[], object]] = {
        "leave": lambda: leave_team(person=colleague, structure=ward.id("chd")),
        "withdraw": lambda: withdraw_confirmation(person=colleague),
        "disable": lambda: disable_account(person=colleague),
    }
    with CaptureQueriesContext(connection) as statements:
        acts[way]()
    heads = [one["sql"] for one in statements.captured_queries if 'FROM "feed_feedhead"' in one["sql"]]
    assert all(ward.id(key).hex in heads[0] for key in ("circle", "other"))
    assert len(heads) > 2
    assert ward.member("both") is None


def test_the_command_says_what_would_change_and_does_it_only_then(ward: Ward, tmp_path: Path) -> None:
    file, out = tmp_path / "units.csv", io.StringIO()
    file.write_bytes(FILE)
    call_command("units", "400000001", str(file), stdout=out)
    assert "nothing is changed yet" in out.getvalue()
    assert "line 8: refused, shared" in out.getvalue()
    assert "Martin" not in out.getvalue()
    assert "bruno" not in on(ward, "cardio")
    call_command("units", "400000001", str(file), "--apply", stdout=out)
    assert "are missing in the file and stay" in out.getvalue()
    assert on(ward, "cardio") == {"alice", "both", "bruno", "declared", "ward"}
    file.write_bytes(b"".join(FILE.splitlines(keepends=True)[:2]))
    call_command("units", "400000001", str(file), "--apply", stdout=out)
    assert on(ward, "cardio") == {"alice"}
