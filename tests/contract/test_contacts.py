"""People who are not connected: who keeps them, who sees them and their numbers, and that nobody counts them as readers."""

import uuid
from typing import Any

import pytest

from tests.contract.cast import ROLES, STANDING
from tests.contract.client import Answer
from tests.contract.test_members import may_admit
from tests.contract.world import Ring, World

NADINE = {"name": "Nadine Poyanne", "phone": "05 36 49 12 34", "words": "podologue", "gender": "F"}
GINETTE = {"name": "Ginette Barrère", "phone": "+33 (0)6 39 98 12 34", "words": "voisine, a les clés"}


def keep(ring: Ring, by: str = "nurse", role: str = "other_health", **known: Any) -> Answer:
    """Somebody keeps somebody to call."""
    return ring[by].post(ring.path("/contacts"), role=role, **{**NADINE, **known})


def kept(ring: Ring, **known: Any) -> Any:
    """The same, done."""
    answer = keep(ring, **known)
    assert answer.status == 201, answer.raw
    return answer.body


@pytest.mark.parametrize("by", ROLES)
def test_who_may_admit_a_role_keeps_its_contacts(ring: Ring, by: str) -> None:
    theirs = {role: kept(ring, role=role)["id"] for role in ("relative", "home_help", "other_health")}
    for role, contact in theirs.items():
        expected = may_admit(by, role)
        assert keep(ring, by, role).status == (201 if expected else 403), role
        where = ring.path(f"/contacts/{contact}")
        assert ring[by].put(where, **GINETTE).status == (200 if expected else 403), role
        assert ring[by].delete(where).status == (204 if expected else 403), role


@pytest.mark.parametrize("by", ROLES)
def test_everybody_sees_who_they_are_and_the_family_its_own_numbers(ring: Ring, by: str) -> None:
    kept(ring)
    kept(ring, **GINETTE, role="relative")
    listed = ring[by].get(ring.path("/contacts")).body["items"]
    assert [one["name"] for one in listed] == ["Nadine Poyanne", "Ginette Barrère"]
    family = STANDING[by] == "relatives"
    assert [one["phone"] for one in listed] == [None if family else "0536491234", "+33639981234"]
    assert ring[by].get(ring.path()).body["contacts"] == listed
    told = [item["contact"] for item in ring[by].changes(ring.id)["items"] if item["kind"] == "contact.added"]
    assert told == listed


def test_each_change_is_a_line_of_every_standing(ring: Ring) -> None:
    before = {role: ring.head(role) for role in ("gp", "home_help", "patient", "relative")}
    with ring["relative"].wire(ring.id) as wire:
        contact = kept(ring)["id"]
        ring["gp"].put(ring.path(f"/contacts/{contact}"), **GINETTE)
        ring["nurse"].delete(ring.path(f"/contacts/{contact}"))
        for kind in ("added", "changed", "removed"):
            wire.item(ring.id, f"contact.{kind}")
    for role, head in before.items():
        items = ring[role].changes(ring.id, after=head)["items"]
        assert [item["kind"] for item in items] == ["contact.added", "contact.changed", "contact.removed"]
        assert {(item["contact"]["state"], item["contact"]["name"], item["contact"]["phone"]) for item in items} == {("removed", "", None)}


def test_nobody_counts_a_contact_as_a_member_or_reader(ring: Ring) -> None:
    contact = kept(ring)["id"]
    post = ring["nurse"].wrote(ring.id)
    for role in ROLES:
        ring[role].put(ring.path("/read"), seq=ring.head(role))
    whole = ring["nurse"].get(ring.path()).body
    assert contact not in {member["id"] for member in whole["members"]}
    assert len(whole["members"]) == len(ROLES)
    receipts = ring["nurse"].get(f"posts/{post['id']}").body["receipts"]
    assert {receipt["member"] for receipt in receipts} <= set(ring.seats.values())
    assert ring["nurse"].write(ring.id, to=[contact]).said == (422, "journal.bad_addressee")
    assert ring["nurse"].delete(ring.path(f"/members/{contact}")).status == 404


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"phone": "demain"}, "accounts.bad_phone"), ({"phone": "1"}, "accounts.bad_phone"), ({"phone": "+"}, "accounts.bad_phone"),
     ({"phone": "٠٦١٢٣٤٥٦٧٨"}, "accounts.bad_phone"), ({"name": " ' "}, "contacts.no_name"), ({"name": "x" * 101}, "http.invalid"),
     ({"role": "friend"}, "http.invalid")],
)  # fmt: skip
def test_what_is_wrong_is_said(shared: Ring, wrong: dict[str, str], code: str) -> None:
    answer = keep(shared, **wrong)
    assert answer.said == (422, code)
    assert answer.body["errors"].keys() == wrong.keys()


def test_the_act_is_asked_about_before_the_details(shared: Ring) -> None:
    assert keep(shared, "patient", "nurse", phone="demain").said == (403, "circles.not_allowed.role")


@pytest.mark.parametrize("state", ["frozen", "closed", "deceased"])
def test_only_an_active_circle_changes_them(ring: Ring, state: str) -> None:
    contact = kept(ring)["id"]
    ring.turn(state)
    assert keep(ring).said == (403, f"circles.circle_{state}")
    assert ring["coordinator"].delete(ring.path(f"/contacts/{contact}")).status == 403
    assert len(ring["patient"].get(ring.path("/contacts")).body["items"]) == 1


def test_a_contact_of_another_circle_is_not_there(world: World) -> None:
    here, there = world.fresh(), world.fresh()
    contact = kept(there)["id"]
    for wanted in (contact, str(uuid.uuid4()), "nonsense"):
        assert here["nurse"].delete(here.path(f"/contacts/{wanted}")).said == (404, "http.not_found")
        assert here["nurse"].put(here.path(f"/contacts/{wanted}"), **GINETTE).status == 404
    assert world.person("stranger").get(there.path("/contacts")).said == (404, "http.not_found")
    assert keep(there, "stranger").said == (404, "http.not_found")


def test_a_removed_one_is_gone_for_good(ring: Ring) -> None:
    contact = kept(ring)["id"]
    where = ring.path(f"/contacts/{contact}")
    assert ring["nurse"].delete(where).status == 204
    assert (ring["nurse"].delete(where).status, ring["nurse"].put(where, **GINETTE).status) == (404, 404)
    assert ring["nurse"].get(ring.path("/contacts")).body["items"] == []


def test_who_left_keeps_nobody(ring: Ring) -> None:
    ring.end("nurse")
    assert keep(ring).said == (404, "http.not_found")


def test_the_trail_knows_it(ring: Ring) -> None:
    kept(ring)
    assert "contact.added" in {line["what"] for line in ring["gp"].get(ring.path("/accesses")).body["items"]}
