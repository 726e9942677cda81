"""What is done at its time: a row that can't be done keeps no other waiting."""
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError

from care.records.rounds import each, resting


def test_a_broken_row_rests_and_the_others_go_on() -> None:
    name, rows = f"round {uuid4()}", [(uuid4(), uuid4()) for _ in range(3)]
    seen: list[UUID] = []

    def do(row: UUID, circle: UUID) -> bool:
        seen.append(row)
        if row == rows[0][0]:
            raise ValueError("no such zone")
        return True

    assert each(name, rows, do) == 2
    assert resting(name) == {rows[0][0]}
    assert each(name, rows, do) == 2
    assert seen.count(rows[0][0]) == 1


def test_a_broken_database_is_no_row_s_fault() -> None:
    name, row = f"round {uuid4()}", (uuid4(), uuid4())

    def do(row: UUID, circle: UUID) -> bool:
        raise DatabaseError

    with pytest.raises(DatabaseError):
        each(name, [row], do)
    assert resting(name) == set()
