"""Keyed hashes by which a hospital's numbers are found: of a stay, a movement, a patient's identifier, an INS. None rests in the open."""
import hashlib
import re
from uuid import UUID

from django.db import connection

from foundation.vault.seal import keyed_hash
from hospital.stays.announcements import Identity, MovementNews, Number
from people.circles.traits import Traits, normalised

_BARE = 13  # an INS without its key


def stay_digest(structure: UUID, number: Number) -> bytes:
    """Of a stay's number (PV1-19): authority and value, within the hospital."""
    return keyed_hash("stays.stay", str(structure), *number)


def movement_digest(structure: UUID, news: MovementNews) -> bytes:
    """Of a movement's number (ZBE-1) within its stay: numbers repeat across stays. Without one, event and time are its number."""
    number = news.movement if news.movement[1] else ("", f"{news.event}\x1e{news.at.isoformat()}")
    return keyed_hash("stays.movement", str(structure), *news.stay, *number)


def identifier_digest(structure: UUID, number: Number) -> bytes:
    """Of a hospital's number for a patient (IPP): the same number of two hospitals is two."""
    return keyed_hash("stays.identifier", str(structure), *number)


def ins_digest(traits: Traits) -> bytes:
    """As `TraitHash` of purpose "ins"; b"" where there is no qualified INS. Takes it with and without its key."""
    number = full_ins(traits.ins)
    return keyed_hash("traits.ins", number) if number else b""


def full_ins(ins: str) -> str:
    """Fifteen signs: the key is made where a sender leaves it out (97 − number modulo 97, Corsica as 19 and 18)."""
    number = re.sub(r"\s", "", ins).upper()
    if len(number) != _BARE:
        return number
    digits = number.replace("2A", "19", 1) if number[5:7] == "2A" else number.replace("2B", "18", 1) if number[5:7] == "2B" else number
    return f"{number}{97 - int(digits) % 97:02d}" if digits.isdigit() else number


def birth_digest(traits: Traits) -> bytes:
    """Of INS and birth date together: who has the one and not the other is another."""
    return keyed_hash("stays.birth", full_ins(traits.ins), traits.birth_date) if traits.ins and traits.birth_date else b""


def likeness(structure: UUID, traits: Traits) -> bytes:
    """Of birth date and first given name, so that a number that was given to somebody else meanwhile finds nobody. b"" where one lacks."""
    given = normalised(traits.given_names[0]).split() if traits.given_names else []
    return keyed_hash("stays.likeness", str(structure), given[0], traits.birth_date) if given and traits.birth_date else b""


def traits_digest(traits: Traits) -> bytes:
    """Of an identity as a hospital writes it, so that a human's verdict about it holds for it and for no other."""
    families = sorted({normalised(traits.family_name), normalised(traits.birth_name)})
    given = normalised(traits.given_names[0]) if traits.given_names else ""
    return keyed_hash("stays.traits", *families, given, traits.birth_date, traits.sex, full_ins(traits.ins))


def about(structure: UUID, identity: Identity) -> bytes:
    """Of what an identity is known by: its main number at the hospital, or its INS."""
    return identifier_digest(structure, identity.identifiers[0]) if identity.identifiers else ins_digest(identity.traits)


def one_at_a_time(*digests: bytes) -> None:
    """Until the transaction ends, nobody else decides about the same person by these hashes.

    A message finds no circle while the circle is being opened, and the circle no stay while the message is being worked out: on
    PostgreSQL neither would see the other's rows, and both would commit. SQLite has one writer at a time anyway.
    """
    if connection.vendor != "postgresql":
        return
    keys = sorted({int.from_bytes(hashlib.sha256(digest).digest()[:8], "big", signed=True) for digest in digests if digest})
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
