"""Codes, cookies and PINs: how they are made, and what of them is kept."""
import re
import secrets
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password

from foundation.vault.seal import keyed_hash

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like another on paper
_CODE_SIGNS = 16  # of 5 bits: 80 bits, which nobody guesses within a week
_SECRET_BYTES = 32
_PIN = re.compile(r"[0-9]{6}", re.ASCII)


def new_code() -> str:
    """A code as it is printed, in groups of four."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(_CODE_SIGNS))
    return "-".join(signs[at : at + 4] for at in range(0, _CODE_SIGNS, 4))


def new_secret() -> str:
    """What a device keeps in its cookie."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def code_digest(typed: str) -> bytes:
    """What is kept of a code; blanks, dashes and case do not matter."""
    return keyed_hash("printed code", re.sub(r"[\s-]", "", typed).upper())


def secret_digest(secret: str) -> bytes:
    """What is kept of a device's cookie."""
    return keyed_hash("bound device", secret)


def is_pin(typed: str) -> bool:
    """Six figures that are not the first ones anybody would try."""
    if not _PIN.fullmatch(typed):
        return False
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(typed)}
    return len(steps) > 1 or not steps <= {0, 1, 9}


def pin_hash(device: str, pin: str) -> str:
    """Argon2 over a keyed hash: six figures are soon tried out, but not without the site's key, which is in no database."""
    return make_password(_peppered(device, pin))


def is_right(device: str, pin: str, kept: str) -> bool:
    """Whether this is the PIN of this device."""
    return check_password(_peppered(device, pin), kept)


def _peppered(device: str, pin: str) -> str:
    return keyed_hash("device pin", device, pin).hex()
