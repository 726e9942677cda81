"""What a file is called, whoever sends it."""
import pytest

from media.protocol import file_name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plaie.jpg", "plaie.jpg"),
        ("../../été\u202egpj.exe", "étégpj.exe"),
        ("C:\\scan\\lettre.pdf", "lettre.pdf"),
        ("Lettre%20de%20sortie%20%C3%A9t%C3%A9.pdf", "Lettre de sortie été.pdf"),  # as aiohttp writes the name in a form
        ("%2e%2e%2fetc%2fpasswd", "passwd"),
        ("100% coton.jpg", "100% coton.jpg"),
        ("30%E9tiage.jpg", "30%E9tiage.jpg"),  # no UTF-8
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_shown_without_folders_directions_and_escapes(given: str, shown: str) -> None:
    assert file_name(given) == shown
