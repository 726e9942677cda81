"""The oracle's judgement of a policy module, be it the real one or a mutant: what it says otherwise than the contract, if anything."""
from collections.abc import Iterator
from functools import cache
from itertools import product
from types import ModuleType
from typing import Any, NamedTuple

from messaging.feed.enums import Standing
from people.accounts.enums import Profession
from people.circles.enums import Audience, CircleState, Role
from tests.circles import oracle

_ABOUT_ANOTHER = {"admit", "end_membership", "keep_contacts", "print_code", "oppose"}


class Cell(NamedTuple):
    """One question to `decide`, and the contract's answer."""

    role: Role
    state: CircleState
    circumstances: dict[str, Any]
    expected: bool


_TURNS = range(3)


@cache
def cells(act: str, turn: int) -> tuple[Cell, ...]:
    """Role × state × circumstances of one act, in three turns: the plainest cells, where most untruths show, come first."""
    found = []
    for given, state, role in product(list(_circumstances(act)), CircleState, Role):
        if _turn(state, given) == turn:
            for standing in (None, Standing.WIDER_TEAM) if role in oracle.MAY_STAND_IN_THE_WIDER_TEAM else (None,):
                asked = {**given, "standing": standing}
                said = oracle.allowed(role, act, state, other=given["other_role"], **{k: v for k, v in asked.items() if k != "other_role"})
                found.append(Cell(role, state, asked, said))
    return tuple(found)


def _turn(state: CircleState, given: dict[str, Any]) -> int:
    if state is not CircleState.ACTIVE or given["audience"] is not None:
        return 2
    return 0 if given["own"] is given["owner"] and not (given["guardian"] or given["gives"] or given["day_over"] or given["glass"]) else 1


def all_cells(act: str) -> Iterator[Cell]:
    """Every cell of one act."""
    for turn in _TURNS:
        yield from cells(act, turn)


def _circumstances(act: str) -> Iterator[dict[str, Any]]:
    """Audience, whom, own, owner, and what belongs to the life of a circle.

    An act is about a post or about somebody, never about both; what it is not about changes nothing.
    """
    others = list(Role) if act in _ABOUT_ANOTHER else [Role.NURSE]
    about: list[tuple[Audience | None, Role | None]] = [(None, None)]
    about += [*((None, role) for role in others), *((audience, None) for audience in Audience)]
    for audience, other in about:
        for own, owner, guardian, gives, day_over, glass in product(*[(False, True)] * 6):
            of_life = guardian or gives or day_over
            if not (of_life and (audience or own or owner or glass)) and not (glass and own is not owner):
                yield {
                    "audience": audience, "other_role": other, "own": own, "owner": owner,
                    "guardian": guardian, "gives": gives, "day_over": day_over, "glass": glass,
                }  # fmt: skip


def differences(policy: ModuleType) -> Iterator[str]:
    """A sentence for each thing said otherwise; ask for the first one only where one is enough."""
    yield from _other_sets(policy)
    for turn, act in product(_TURNS, sorted(oracle.ACTS)):
        yield from _other_verdicts(policy, act, cells(act, turn))


def _other_verdicts(policy: ModuleType, act: str, asked: tuple[Cell, ...]) -> Iterator[str]:
    decide, meant = policy.decide, policy.Act(act)
    for role, state, circumstances, expected in asked:
        said = decide(role, meant, state, **circumstances)
        if said.allowed is not expected or not (said.allowed or said.reason):
            yield f"{act} by {role} in {state}: {said} ({circumstances})"


def _other_sets(policy: ModuleType) -> Iterator[str]:
    if set(policy.CARE_TEAM) != oracle.CARE or set(policy.TEAM_ROLES) != oracle.CARE | oracle.WIDER:
        yield "who is in the care team, or in a team at all"
    if set(policy.GUARDED) != oracle.GUARDED:
        yield "what a guardian does in the patient's place"
    if set(policy.WHOLE_TRAIL) != oracle.WHOLE_TRAIL:
        yield "who reads the whole trail"
    yield from _other_words_of_roles(policy)
    for reply, answered in product(Audience, Audience):
        if policy.widens(reply, answered) is oracle.READS[reply].issubset(oracle.READS[answered]):
            yield f"whether {reply} is too wide an answer to {answered}"


def _other_words_of_roles(policy: ModuleType) -> Iterator[str]:
    for role in Role:
        if set(policy.admissible(role)) != {other for other in oracle.ROLES if oracle.admits(role, other)}:
            yield f"whom {role} may admit"
        written = {audience for audience in oracle.READS if oracle.reads(role, audience)}
        if set(policy.writable_audiences(role.standing)) != written:
            yield f"for whom {role} may write"
        for profession, consent in product(["", *Profession], (True, False)):
            if policy.standing_of(role, profession, coordination_consent=consent) != oracle.standing_of(role, profession, consent):
                yield f"where {role} stands, being {profession}, consent {consent}"
