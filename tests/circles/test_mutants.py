"""The proof of the proof: whatever one changes in a condition or a set of the policy, the contract's tables notice.

A mutant that nothing notices says as much as one that should be noticed: the policy can be written more simply.
"""


from people.circles import policy
from tests.circles.judge import differences
from tests.circles.mutants import Mutant, mutants

_ALL = list(mutants())


def survives(mutant: Mutant) -> bool:
    """Whether the contract's tables see nothing. One that cannot even be asked is caught too."""
    try:
        return next(differences(mutant.lived()), None) is None
    except (TypeError, AttributeError, ValueError, KeyError):
        return False


def test_the_policy_itself_passes() -> None:
    assert list(differences(policy)) == []


def test_every_mutant_is_caught() -> None:
    assert [mutant.name for mutant in _ALL if survives(mutant)] == []


def test_nothing_of_the_policy_was_left_alone() -> None:
    """At least one more and one less of every role in every row of the table, and of every act."""
    roles = sum("^ {Role." in mutant.name for mutant in _ALL)
    assert roles >= len(policy.Act) * 14
