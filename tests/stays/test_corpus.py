"""A thousand identities of homonyms, twins, married names, provisional and fictive ones: nothing in a wrong circle (HF1)."""
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from hospital.stays.announcements import Identity
from hospital.stays.matching import match
from hospital.stays.models import HospitalIdentifier
from hospital.stays.recording import learn
from people.circles.models import Circle
from people.circles.traits import Traits
from tests.stays.speaking import ins_of, load_feed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FAMILIES = ("Durand", "Dupont-Moreau", "d’Arcy", "Lefèbvre", "Müller", "N’Guyen", "Dark", "Louis", "Œuvrard", "Le Goff")
GIVEN = ("Jeanne", "Marie", "Marie-Claire", "Anne", "Paulette", "Zoé", "Jean", "Jean-Pierre", "Rose", "Noëlle")
PATIENTS = 60
IDENTITIES = 1000


def patients() -> dict[str, Traits]:
    """With a circle each: same names with other birth dates, same birth dates with other given names, used and birth names crossed."""
    draw = random.Random(3)
    found = {}
    for number in range(PATIENTS):
        used, birth, given = draw.choice(FAMILIES), draw.choice(FAMILIES), draw.choice(GIVEN)
        born = f"19{draw.choice((38, 38, 41))}-0{draw.choice((1, 1, 2))}-0{draw.choice((1, 2))}"
        found[f"p{number}"] = Traits(used, birth, [given], born, "F", "40088", ins_of(100 + number))
    return found


@dataclass(frozen=True)
class Case:
    """A message's identity, the hospital that sends it, and the only circle that it may and must reach; "" for none."""

    kind: str
    identity: Identity
    hospital: str
    whose: str


def cases(known: dict[str, Traits]) -> Iterator[Case]:
    """What hospitals send about these people and about others who resemble them."""
    draw = random.Random(4)
    for number in range(IDENTITIES):
        key, kind = draw.choice(list(known)), KINDS[number % len(KINDS)]
        identity = sent(kind, known[key], ("1.2.3", key), number)
        yield Case(kind, identity, "other" if kind in _ELSEWHERE else "chd", key if kind in _MEANT else "")


_PROV = frozenset({"PROV"})
_MEANT = frozenset({"itself", "by ins alone", "by number alone", "crossed names", "capitals", "all given names in one"})
_ELSEWHERE = frozenset({"by ins alone", "same number elsewhere"})


def sent(kind: str, who: Traits, ipp: tuple[str, str], number: int) -> Identity:
    """What a hospital sends in each of the cases."""
    bare, valid, first = replace(who, ins="", ins_oid=""), frozenset({"VALI"}), who.given_names[0]
    twin = replace(who, given_names=["Yvonne"])
    return {
        "itself": lambda: Identity(who, (ipp,), valid),
        "by ins alone": lambda: Identity(who, (), valid),
        "by number alone": lambda: Identity(bare, (ipp,), _PROV),
        "crossed names": lambda: Identity(replace(who, family_name=who.birth_name, birth_name=who.family_name), (ipp,), valid),
        "capitals": lambda: Identity(replace(who, family_name=who.family_name.upper(), given_names=[first.upper()]), (ipp,), valid),
        "all given names in one": lambda: Identity(replace(who, given_names=[f"{first} Berthe Louise"]), (), valid),
        "namesake with another ins": lambda: Identity(replace(who, ins=ins_of(5000 + number)), (), valid),
        "namesake without ins": lambda: Identity(bare, (("1.2.3", f"x{number}"),), _PROV),
        "twin under the same number": lambda: Identity(replace(twin, ins=""), (ipp,), _PROV),
        "twin under the same ins": lambda: Identity(twin, (), valid),
        "same number elsewhere": lambda: Identity(bare, (ipp,), _PROV),
        "same number, other authority": lambda: Identity(bare, (("9.9", ipp[1]),), _PROV),
        "other birth date": lambda: Identity(replace(who, birth_date="1977-07-07"), (ipp,), valid),
        "other sex": lambda: Identity(replace(who, sex="M"), (ipp,), valid),
        "unknown given name": lambda: Identity(replace(who, given_names=["INCONNU"]), (ipp,), valid),
        "fictive": lambda: Identity(who, (ipp,), frozenset({"VALI", "FICT"})),
        "doubtful": lambda: Identity(who, (ipp,), frozenset({"DOUT"})),
        "anonymous": lambda: Identity(who, (ipp,), frozenset({"ANOM"})),
    }[kind]()


KINDS = (
    *sorted(_MEANT), "namesake with another ins", "namesake without ins", "twin under the same number", "twin under the same ins",
    "same number elsewhere", "same number, other authority", "other birth date", "other sex", "unknown given name", "fictive",
    "doubtful", "anonymous",
)  # fmt: skip


def test_nobody_lands_in_a_wrong_circle(tmp_path: Path) -> None:
    known = patients()
    feed = load_feed(tmp_path, known)
    keys = {UUID(feed.ids[key]): key for key in known}
    with transaction.atomic():
        for circle in Circle.objects.select_related("patient"):
            learn(feed.hospital, circle.patient, Identity(known[keys[circle.pk]], (("1.2.3", keys[circle.pk]),)))
    assert HospitalIdentifier.objects.count() == PATIENTS
    asked: Counter[str] = Counter()
    for case in cases(known):
        found = match(UUID(feed.ids[case.hospital]), case.identity)
        assert {keys[circle.pk] for circle in found.circles} == {case.whose} - {""}, case
        asked[case.kind] += len(found.doubts)
    waits = {"twin under the same number", "twin under the same ins", "other birth date", "other sex", "unknown given name"}
    assert {kind for kind, count in asked.items() if count} == waits
