"""The whole region into the database, in one transaction."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from hospital.gateway.models import Feed
from journal.bulk import store_journals
from messaging.live.bulk import store_marks
from people.accounts.appointments import appoint_administrator, appoint_operator
from people.accounts.models import Affiliation, DataProtectionOfficer, Person, Structure, Unit
from people.accounts.services import NewPerson, prepare_people, store_people
from people.audit.bulk import store_trails
from people.circles.bulk import CircleTraits, new_circles, store_circles
from people.circles.enums import IdentityStatus
from people.circles.traits import Traits
from people.contacts.models import Contact
from portal.demo.agenda import store_agenda
from portal.demo.building import Building
from portal.demo.calls import store_kinships, store_numbers
from portal.demo.cast import Cast, Patient
from portal.demo.fiction import INS_OID_DEMO
from portal.demo.filing import store_files
from portal.demo.plans import store_plan
from portal.demo.region import Region
from portal.demo.sheets import store_sheets
from portal.demo.shifts import store_hours, store_ladders
from portal.demo.stays import AUTHORITY, store_doubt
from portal.demo.tasks import store_tasks
from portal.models import Pin

Progress = Callable[[int], None]
PINNED = (("alice", "p-castagnet"), ("alice", "p-etcheverry"), ("castets", "p-durand"), ("bordenave", "p-lartigau"))
RECORDED_AS = "oral"
FEED = "chd"  # the structure whose hospital system is connected


def load_region(region: Region, progress: Progress) -> None:
    """Writes the whole region, or nothing. `progress` gets how many of `2 * region.post_count` steps are done."""
    cast = region.cast
    people = dict(zip(cast.people, prepare_people(_accounts(cast), share_hashes=True), strict=True))
    circles = dict(zip(cast.patients, new_circles(_circle_traits(region)), strict=True))
    structures = _structures(cast)
    units = _units(cast, structures)
    built, done = [], 0
    for story in region.journals():
        built.append(Building(story, region.now, people, circles[story.patient.key], cast, structures, units).build())
        done += len(story.posts)
        progress(done)
    with transaction.atomic():
        store_people(list(people.values()))
        _store_structures(cast, people, structures, units, region.now)
        store_numbers(cast, people)
        store_hours(cast, people)
        for each in built:
            store_circles([each.circle])
            store_journals([each.journal])
            store_files(each.filed)
            store_marks(each.marks)
            store_trails([each.trail])
            Contact.objects.bulk_create(each.contacts)
            store_kinships(cast, each.seated.items())
            for stay in each.stays:
                stay.store(each.journal)
            store_doubt(each.patient, each.journal, structures[FEED])
            for glass in each.glasses:
                glass.store()
            each.glance.store()
            done += sum(post.author_id is not None for post in each.journal.posts)
            progress(done)
        for each in built:
            store_tasks(each.patient.key, each.seated)
            store_sheets(each.patient.key, each.seated)
            store_plan(each.patient.key, each.seated, units)
        store_ladders(circles, region.now)
        store_agenda(people, circles, region.now)
        _store_feeds(structures, region.now)
        pins = [Pin(person=people[who], circle=circles[patient].circle.id) for who, patient in PINNED if patient in circles]
        Pin.objects.bulk_create(pins)


def _accounts(cast: Cast) -> list[NewPerson]:
    """Nobody has a password: people of the demo sign in by one click, which production refuses."""
    return [
        NewPerson(one.given, one.family, one.email, profession=one.profession or "", confirmed=one.profession is not None, gender=one.sex)
        for one in cast.people.values()
    ]


def _circle_traits(region: Region) -> list[CircleTraits]:
    return [
        CircleTraits(_traits(one), RECORDED_AS, region.now - dt.timedelta(days=one.days), IdentityStatus(one.status), one.zone)
        for one in region.cast.patients.values()
    ]


def _traits(patient: Patient) -> Traits:
    return Traits(
        family_name=patient.family,
        birth_name=patient.birth,
        given_names=list(patient.given),
        birth_date=patient.date.isoformat(),
        sex=patient.sex,
        birth_place_code=patient.place,
        ins=patient.ins or "",
        ins_oid=INS_OID_DEMO if patient.ins else "",
    )


def _structures(cast: Cast) -> dict[str, Structure]:
    return {each.key: Structure(name=each.name, kind=each.kind, finess=each.finess, phone=each.phone) for each in cast.structures.values()}


def _store_feeds(structures: dict[str, Structure], now: dt.datetime) -> None:
    """The hospital's line: what samples/hospital says comes in where CERCLE_MLLP_PORT is set."""
    Feed.objects.create(structure=structures[FEED], msh4=AUTHORITY, authorities=[AUTHORITY], made_at=now)


def _units(cast: Cast, structures: dict[str, Structure]) -> dict[str, Unit]:
    return {
        key: Unit(structure=structures[each.key], code=code, name=name)
        for each in cast.structures.values()
        for key, code, name in each.units
    }


def _store_structures(
    cast: Cast, people: dict[str, Person], structures: dict[str, Structure], units: dict[str, Unit], now: dt.datetime
) -> None:  # fmt: skip
    Structure.objects.bulk_create(structures.values())
    Unit.objects.bulk_create(units.values())
    since = now - dt.timedelta(days=1500)
    rows = [
        Affiliation(person=people[one.key], structure=structures[key], since=since)
        for one in cast.people.values()
        for key in one.structures
    ]
    for one in cast.people.values():
        rows += [Affiliation(person=people[one.key], structure=units[key].structure, unit=units[key], since=since) for key in one.units]
    Affiliation.objects.bulk_create(rows)
    for one in cast.people.values():
        for key in one.administers:
            appoint_administrator(None, person=people[one.key], structure=structures[key].pk)
        for key in one.protects:
            DataProtectionOfficer.objects.create(person=people[one.key], structure=structures[key], since=since)
        if one.operates:
            appoint_operator(person=people[one.key])
