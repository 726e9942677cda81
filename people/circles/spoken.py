"""How something was said and why: anybody's words, so they are sealed under the patient's key."""
import json
from dataclasses import asdict, dataclass
from uuid import UUID

from foundation.vault.seal import seal, unseal

MOST = 64  # signs of `recorded_as`


@dataclass(frozen=True)
class Words:
    """`recorded_as`: how it was recorded (`screen`, `paper`, `oral`, `written`, `representative`, or words); `reason`: why."""

    recorded_as: str = ""
    reason: str = ""

    def sealed(self, vault: UUID, place: str) -> bytes:
        """Both as one sealed value."""
        return seal(vault, place, json.dumps(asdict(self)))

    @classmethod
    def unsealed(cls, vault: UUID, place: str, blob: bytes | memoryview) -> "Words":
        """Words from their sealed value; none from an empty one. Raises SealBroken."""
        return cls(**json.loads(unseal(vault, place, blob))) if blob else cls()
