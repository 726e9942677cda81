"""Numbers by which the French registers know a professional and a structure: their form only, no register is asked."""
import re

_RPPS = re.compile(r"[0-9]{11}")
_FINESS = re.compile(r"[0-9][0-9AB][0-9]{7}")


def is_rpps(text: str) -> bool:
    """Eleven figures of which the last is the Luhn key."""
    if not _RPPS.fullmatch(text):
        return False
    doubled = (int(figure) * (1 + place % 2) for place, figure in enumerate(reversed(text)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def is_finess(text: str) -> bool:
    """Nine signs: a department, 2A and 2B for Corsica, and seven figures."""
    return _FINESS.fullmatch(text) is not None
