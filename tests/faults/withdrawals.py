"""A confirmation is withdrawn while its owner comes into a circle by some way, or is put out of one.

Run as `python -m tests.faults.withdrawals IDS ROUNDS`, on a database that holds `SCENARIO`; another process withdraws. Whoever is
first: in the end a nurse whom nobody confirms is in no circle, and went once from each. Prints how the ways ended and what was wrong.
"""
import json
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from uuid import UUID

import django

django.setup(set_prefix=False)

from django.db import connections  # noqa: E402

from foundation import clock  # noqa: E402
from foundation.errors import Conflict, Invalid, NotFound  # noqa: E402
from messaging.feed.enums import Kind  # noqa: E402
from messaging.feed.models import FeedLine  # noqa: E402
from people.accounts.models import Affiliation, Person  # noqa: E402
from people.accounts.services import confirm_profession, withdraw_confirmation  # noqa: E402
from people.accounts.teams import join_team, leave_team  # noqa: E402
from people.circles.access import enter  # noqa: E402
from people.circles.enums import Role  # noqa: E402
from people.circles.invitations import accept_invitation, secret_digest, show_code  # noqa: E402
from people.circles.joining import admit_asker  # noqa: E402
from people.circles.models import JoinRequest, Membership, Union  # noqa: E402
from people.circles.services import Admission, admit_member, end_membership  # noqa: E402
from people.circles.teams import seat_structure  # noqa: E402
from people.circles.unions import accept_union, propose_union, refuse_union, undo_union  # noqa: E402
from tests.contract.cast import patient, person  # noqa: E402

Act = Callable[[], object]
NURSE = Admission(Role.NURSE)
# Two circles of one patient: `gp` steers both, `other_gp` the second; `nurse` comes and goes.
SCENARIO = {
    "structures": [{"key": "practice", "name": "Cabinet", "kind": "practice", "units": []}],
    "people": [person("gp", "physician"), person("other_gp", "physician"), person("nurse", "nurse")],
    "patients": [patient("kept", "aa", [("gp", "gp")]), patient("joined", "aa", [("gp", "gp"), ("other_gp", "gp")])],
}


class Ways:
    """How the nurse comes in or goes: each prepares, and gives what is raced against the withdrawal."""

    def __init__(self, ids: dict[str, UUID]) -> None:
        self.ids = ids
        seat_structure(enter(self.person("gp"), ids["kept"]), structure=ids["practice"], admission=NURSE)

    def person(self, key: str) -> Person:
        """Somebody, read anew."""
        return Person.objects.get(pk=self.ids[key])

    def admitted(self) -> Act:
        """By a member."""
        actor = enter(self.person("gp"), self.ids["joined"])
        return lambda: admit_member(actor, person=self.ids["nurse"], admission=NURSE)

    def asked(self) -> Act:
        """By a member, after having asked."""
        actor = enter(self.person("gp"), self.ids["joined"])
        request = JoinRequest.objects.create(circle=actor.circle, person=self.person("nurse"), role=Role.NURSE, at=clock.now())
        return lambda: admit_asker(actor, request=request.pk, admission=NURSE)

    def invited(self) -> Act:
        """By a code that somebody shows."""
        nurse = self.person("nurse")
        _invitation, secret = show_code(enter(self.person("gp"), self.ids["joined"]), admission=NURSE)
        return lambda: accept_invitation(nurse, token=secret_digest(secret))

    def team(self) -> Act:
        """By the list of a structure."""
        nurse = self.person("nurse")
        return lambda: join_team(person=nurse, structure=self.ids["practice"])

    def united(self) -> Act:
        """With the whole circle."""
        self.admitted()()
        union = propose_union(enter(self.person("gp"), self.ids["kept"]), other=self.ids["joined"])
        actor = enter(self.person("other_gp"), self.ids["joined"])
        return lambda: accept_union(actor, union=union.pk)

    def put_out(self) -> Act:
        """Out, by a member."""
        self.admitted()()
        actor, member = enter(self.person("gp"), self.ids["joined"]), Membership.objects.get(person=self.ids["nurse"], ended_at=None)
        return lambda: end_membership(actor, member=member.pk)

    def clear(self) -> None:
        """As before the race."""
        gp, other_gp, nurse = (self.person(key) for key in ("gp", "other_gp", "nurse"))
        for union in Union.objects.filter(answered_at=None):
            refuse_union(enter(other_gp, self.ids["joined"]), union=union.pk)
        for union in Union.objects.filter(accepted=True, undone_at=None):
            undo_union(enter(gp, self.ids["kept"]), union=union.pk)
        if Affiliation.objects.filter(person=nurse, until=None).exists():
            leave_team(person=nurse, structure=self.ids["practice"])
        for member in Membership.objects.filter(person=nurse, ended_at=None):
            end_membership(enter(gp, member.circle_id), member=member.pk)
        JoinRequest.objects.filter(person=nurse).delete()
        confirm_profession(person=nurse, profession="nurse")


def withdraw(orders: Connection, nurse: UUID) -> None:
    """The other process: withdraws when it is told to, and says how that went."""
    chance = random.Random(1)
    while orders.recv():
        time.sleep(chance.random() * 0.004)
        try:
            withdraw_confirmation(person=Person.objects.get(pk=nurse))
            orders.send("")
        except Exception as error:
            orders.send(repr(error))
    connections.close_all()


def race(ways: Ways, name: str, turn: int, other: Connection) -> tuple[str, list[str]]:
    """(how the act ended, what was wrong). In the first turn the act is first, in the second the withdrawal; then nobody knows."""
    act: Act = getattr(ways, name)()
    went = ""
    if turn != 0:
        other.send(True)
    if turn == 1:
        went = other.recv()
    try:
        time.sleep(random.random() * 0.004)
        act()
        ended = "done"
    except (Conflict, Invalid, NotFound) as refused:
        ended = refused.code
    if turn == 0:
        other.send(True)
    went = went if turn == 1 else other.recv()
    faults = [f"{name}: the withdrawal failed with {went}"] if went else []
    faults += [f"{name}, {ended}: still inside" for _ in Membership.objects.filter(person=ways.ids["nurse"], ended_at=None)]
    return ended, faults


def ended_twice(nurse: UUID) -> list[str]:
    """Memberships of which the feed does not tell one end."""
    mine = Membership.objects.filter(person=nurse).values_list("pk", flat=True)
    told = Counter(FeedLine.objects.filter(kind=Kind.MEMBER_LEFT, subject__in=list(mine)).values_list("subject", flat=True))
    return [f"a membership ended {told[member]} times" for member in mine if told[member] != 1]


def main(ids: dict[str, UUID], rounds: int) -> None:
    """Races every way so many times."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=withdraw, args=(there, ids["nurse"]), daemon=True)
    process.start()  # before anything rings: a fork in the middle of the bell's thread leaves its locks shut in the child
    ways = Ways(ids)
    ended: dict[str, Counter[str]] = {}
    faults: list[str] = []
    for name in ("admitted", "asked", "invited", "team", "united", "put_out"):
        for turn in range(rounds):
            how, wrong = race(ways, name, turn, here)
            ended.setdefault(name, Counter())[how] += 1
            faults += wrong
            ways.clear()
    here.send(False)
    process.join()
    print(json.dumps({"ended": ended, "faults": faults + ended_twice(ids["nurse"])}))


if __name__ == "__main__":
    main({key: UUID(value) for key, value in json.loads(sys.argv[1]).items()}, int(sys.argv[2]))
