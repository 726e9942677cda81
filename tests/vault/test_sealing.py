"""What is sealed opens in its own place, under its own patient's key, and nowhere else."""
from uuid import UUID

import pytest

from foundation import ids
from foundation.vault import keyring, seal
from foundation.vault.models import VaultKey

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PLACE = "journal.post.text:1"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """No key of the test before is left in memory."""
    seal.forget()


def new_vault() -> UUID:
    """A vault with a key."""
    vault = ids.new()
    seal.create_vault(vault)
    return vault


def test_a_text_comes_back_as_it_was() -> None:
    vault, text = new_vault(), "Plaie propre 🩹, douleur 2/10.\n\x0b"
    assert seal.unseal(vault, PLACE, seal.seal(vault, PLACE, text)) == text


def test_the_same_text_sealed_twice_looks_different_and_holds_no_word_of_it() -> None:
    vault = new_vault()
    one, two = seal.seal(vault, PLACE, "Durand"), seal.seal(vault, PLACE, "Durand")
    assert one != two
    assert b"Durand" not in one


def test_a_value_moved_to_another_patient_does_not_open() -> None:
    vault, other = new_vault(), new_vault()
    sealed = seal.seal(vault, PLACE, "text")
    with pytest.raises(seal.SealBroken):
        seal.unseal(other, PLACE, sealed)


def test_a_value_moved_to_another_record_of_the_same_patient_does_not_open() -> None:
    vault = new_vault()
    sealed = seal.seal(vault, PLACE, "text")
    with pytest.raises(seal.SealBroken):
        seal.unseal(vault, "journal.post.text:2", sealed)


def test_every_single_flipped_bit_is_noticed() -> None:
    vault = new_vault()
    sealed = seal.seal(vault, PLACE, "ok")
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(seal.SealBroken):
            seal.unseal(vault, PLACE, bytes(changed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(11), b"\x02" + bytes(40)])
def test_what_is_no_sealed_value_is_refused_by_name(sealed: bytes) -> None:
    vault = new_vault()
    with pytest.raises(seal.SealBroken):
        seal.unseal(vault, PLACE, sealed)


def test_without_the_patients_key_what_was_sealed_is_noise() -> None:
    vault = new_vault()
    sealed = seal.seal(vault, PLACE, "text")
    VaultKey.objects.filter(vault=vault).delete()
    seal.forget()
    with pytest.raises(seal.SealBroken):
        seal.unseal(vault, PLACE, sealed)


def test_a_key_row_moved_to_another_patient_does_not_open() -> None:
    vault, other = new_vault(), new_vault()
    VaultKey.objects.filter(vault=other).update(wrapped=VaultKey.objects.get(vault=vault).wrapped)
    seal.forget()
    with pytest.raises(keyring.KeyMissing):
        seal.seal(other, PLACE, "text")


def test_a_second_key_for_a_vault_is_never_made() -> None:
    vault = new_vault()
    sealed = seal.seal(vault, PLACE, "text")
    seal.create_vault(vault)
    seal.create_vaults([vault])
    seal.forget()
    assert seal.unseal(vault, PLACE, sealed) == "text"


def test_keyed_hashes_differ_by_purpose_and_by_where_parts_begin() -> None:
    seal.create_vault(seal.SITE)
    hashes = {seal.keyed_hash("a", "x", "yz"), seal.keyed_hash("a", "xy", "z"), seal.keyed_hash("b", "x", "yz")}
    assert len(hashes) == 3
