"""How a message's bytes rest: sealed under the key of the patient whom they are about, or the site's where that is not known."""
from uuid import UUID

from foundation.vault.seal import SITE, seal, unseal
from hospital.gateway.models import Message
from people.circles.models import Patient


def sealed_bytes(message: UUID, patient: Patient | None, raw: bytes) -> bytes:
    """The bytes as they came, for the row of this id. Raises SealBroken where the patient's key is gone."""
    return seal(patient.vault if patient else SITE, _place(message), raw.decode("latin-1"))


def bytes_of(message: Message) -> bytes:
    """The bytes again. Raises SealBroken where the patient was erased, or nothing is kept any more."""
    return unseal(message.patient.vault if message.patient else SITE, _place(message.id), message.sealed).encode("latin-1")


def _place(message: UUID) -> str:
    return f"gateway.message:{message}"
