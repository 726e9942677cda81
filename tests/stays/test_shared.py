"""Which accounts are a ward's and no person's."""
import pytest

from people.accounts.shared import is_shared


@pytest.mark.parametrize(
    ("given", "family", "email"),
    [
        ("Service", "Cardiologie", "cardio@ch.example"),
        ("IDE", "4e étage", "quatre@ch.example"),
        ("", "Cardiologie", None),
        ("Unité", "4420", "u4420@ch.example"),
        ("Ward", "3", "third@ch.example"),
        ("Alice", "Martin", "ide2@ch.example"),
        ("Alice", "Martin", "secretariat-nord@ch.example"),
        ("Alice", "Martin", "equipe.cardio@ch.example"),
        ("Alice", "Martin", "ward.cardio@ch.example"),
    ],
)
def test_an_account_of_a_ward_is_refused(given: str, family: str, email: str | None) -> None:
    assert is_shared(given, family, email)


@pytest.mark.parametrize(
    ("given", "family", "email"),
    [
        ("Alice", "Martin", "alice.martin@ch.example"),
        ("Alice", "Martin", None),
        ("Anne", "Ward", "anne.ward@ch.example"),
        ("Jean-Noël", "Lagarde", "jn.lagarde2@ch.example"),
        ("Rosa", "Cadre", "cadre@ch.example"),
        ("Alice", "Martin", "ward_nurse@ch.example"),
    ],
)
def test_a_person_is_not(given: str, family: str, email: str | None) -> None:
    assert not is_shared(given, family, email)
