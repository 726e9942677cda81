"""Numbers and addresses that belong to nobody."""

import unicodedata
from datetime import date

INS_OID_DEMO = "1.2.250.1.213.1.4.11"  # the range that the ANS keeps for demonstrations
PHONE_RANGES = ("05 36 49", "06 39 98")  # two of the six that the French regulator keeps for fiction: fixed and mobile


def plain(word: str) -> str:
    """The word as it stands in an address: no accents, no blanks, lower case."""
    letters = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return letters.lower().replace(" ", "-").replace("'", "-")


def fictive_phone(number: int) -> str:
    """The number-th telephone number out of the ranges reserved for fiction in France."""
    prefix = PHONE_RANGES[number % 2]
    return f"{prefix} {number // 100 % 100:02d} {number % 100:02d}"


def fictive_ins(sex: str, born: date, place: str, rank: int) -> str:
    """Fifteen figures built like an INS number, its key right; order numbers from 900 on, which small towns never reach."""
    body = f"{1 if sex == 'M' else 2}{born:%y%m}{place}{900 + rank:03d}"
    return f"{body}{97 - int(body) % 97:02d}"
