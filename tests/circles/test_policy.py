"""The policy against the contract's own table, every cell of it: role × act × state × audience × whom × own × owner."""
from itertools import product

import pytest

from people.circles import policy
from people.circles.enums import Audience, CircleState, Role
from people.circles.policy import Act
from tests.circles import oracle
from tests.circles.judge import all_cells


def test_the_words_are_the_contracts() -> None:
    assert set(Role) == oracle.ROLES
    assert set(CircleState) == oracle.STATES
    assert set(Audience) == set(oracle.READS)
    assert set(Act) == oracle.ACTS


@pytest.mark.parametrize("act", list(Act))
def test_every_cell_says_what_the_contract_says(act: Act) -> None:
    for role, state, circumstances, expected in all_cells(act):
        said = policy.decide(role, act, state, **circumstances)
        assert bool(said) is expected, (role, act, state, circumstances)
        assert said.allowed or said.reason


@pytest.mark.parametrize("role", list(Role))
def test_one_writes_for_the_audiences_that_one_reads(role: Role) -> None:
    written = {audience.value for audience in policy.writable_audiences(role.standing)}
    assert written == {name for name, who in oracle.READS.items() if role in who}


@pytest.mark.parametrize("role", list(Role))
def test_roles_that_may_be_admitted(role: Role) -> None:
    assert set(policy.admissible(role)) == {other for other in oracle.ROLES if oracle.admits(role, other)}


def test_the_whole_trail_is_read_by_those_whom_the_contract_names() -> None:
    assert set(policy.WHOLE_TRAIL) == oracle.WHOLE_TRAIL


@pytest.mark.parametrize(("reply", "answered"), list(product(Audience, Audience)))
def test_a_reply_is_too_wide_when_it_has_a_reader_more(reply: Audience, answered: Audience) -> None:
    assert policy.widens(reply, answered) is not oracle.READS[reply].issubset(oracle.READS[answered])


def test_an_act_that_the_policy_does_not_list_is_nobodys() -> None:
    policies = dict(policy._WHO)
    try:
        del policy._WHO[Act.READ]
        assert not any(policy.decide(role, Act.READ, CircleState.ACTIVE) for role in Role)
    finally:
        policy._WHO.update(policies)
