"""Telephone numbers as people write them."""
import pytest

from foundation.errors import Invalid
from people.accounts.telephone import parsed_phone, shown_phone

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.mark.parametrize(
    ("written", "kept", "shown"),
    [
        ("05 36 49 12 34", "0536491234", "05 36 49 12 34"),
        ("05.36.49.12.34", "0536491234", "05 36 49 12 34"),
        (" 0536491234 ", "0536491234", "05 36 49 12 34"),
        ("+33 (0)6 39 98 12 34", "+33639981234", "+33 6 39 98 12 34"),
        ("+44 20 7946 0958", "+442079460958", "+442079460958"),
        ("15", "15", "15"),
    ],
)
def test_a_number_is_kept_as_figures_and_shown_in_groups(written: str, kept: str, shown: str) -> None:
    assert parsed_phone(written) == kept
    assert shown_phone(kept) == shown


@pytest.mark.parametrize("written", ["", "demain", "1", "+", "0612345678;ext=1", "06 12 34 56 78 ou 15", "0" * 16, "٠٦١٢٣٤٥٦", "12+34"])
def test_what_cannot_be_dialled_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsed_phone(written)
    assert refused.value.code == "accounts.bad_phone"
    assert refused.value.errors
    assert refused.value.errors.keys() == {"phone"}
