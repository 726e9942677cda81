"""docs/access-matrix.md says what the policy says."""
import re

from people.circles.management.commands.access_matrix import PLACE
from people.circles.matrix import access_matrix
from tests.circles import oracle


def test_the_document_is_current() -> None:
    assert PLACE.read_text() == "\n".join(access_matrix()), "run: .venv/bin/python manage.py access_matrix --write"


def test_its_first_table_says_what_the_contract_says() -> None:
    table = PLACE.read_text().split("## In a circle that is active")[1].split("##")[0].strip().splitlines()
    acts = re.findall(r"`(\w+)`", table[0])
    for row in table[2:]:
        role, *cells = [cell.strip().strip("`") for cell in row.strip("|").split("|")]
        for act, cell in zip(acts, cells, strict=True):
            never = not any(
                oracle.allowed(role, act, "active", None, other, own, owner)
                for other in oracle.ROLES for own in (False, True) for owner in (False, True)
            )
            assert (cell == "-") is never, (role, act)
