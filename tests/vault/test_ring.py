"""The ring of master keys, as a file or a line of the environment gives it."""
import base64

import pytest

from foundation.vault import keyring


def line(name: str, size: int = 32) -> str:
    """A line of a ring."""
    return f"{name}:{base64.b64encode(bytes(size)).decode()}"


def test_the_first_key_is_active() -> None:
    ring = keyring.parse(f"{line('new')}\n{line('old')}\n")
    assert (ring.active, set(ring.keys)) == ("new", {"new", "old"})


def test_commas_separate_keys_in_the_environment() -> None:
    assert keyring.parse(f"{line('new')},{line('old')}").active == "new"


@pytest.mark.parametrize("text", ["", "\n", "nothing", line("short", 31), line("long", 33), f":{line('x')[2:]}", "k1:%%%", line("k1")[:-3]])
def test_a_malformed_ring_is_refused(text: str) -> None:
    with pytest.raises(keyring.KeyMissing):
        keyring.parse(text)
