"""A code on the screen, tried by several phones in the same moment; and what the wire says of invitations."""

import pytest

from tests.contract.client import together
from tests.contract.world import Ring


def test_of_two_phones_at_the_same_code_one_gets_in(ring: Ring) -> None:
    people = [ring.world.person(who) for who in ("newcomer_0", "newcomer_1", "newcomer_2", "hermit")]
    for _ in range(5):
        token = ring["nurse"].post(ring.path("/invitations"), role="relative").body["link"].partition("#")[2]
        answers = together(*[lambda who=who, token=token: who.post("invitations/acceptance", token=token) for who in people])
        assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
        inside = [who for who in people if who.get(ring.path()).status == 200]
        assert len(inside) == 1
        [member] = [answer.body["member"] for answer in answers if answer.status == 200]
        assert ring["nurse"].delete(ring.path(f"/members/{member}")).status == 204


@pytest.mark.parametrize("email", ["newcomer_0@example.org", "no-such-one@example.org"])
def test_an_invitation_says_nothing_of_whom_it_is_for(ring: Ring, email: str) -> None:
    answer = ring["nurse"].post(ring.path("/members"), email=email, role="relative", history="all")
    assert answer.status == 201
    assert answer.body.keys() == {"invitation"}
    listed = ring["nurse"].get(ring.path("/invitations")).body
    assert [(item["id"], item["state"], item["email"]) for item in listed["items"]] == [(answer.body["invitation"], "pending", email)]
    assert ring["nurse"].delete(ring.path(f"/invitations/{answer.body['invitation']}")).status == 204
    assert ring["nurse"].get(ring.path("/invitations")).body == {"items": [], "next": None}
