"""What a backup says of itself: which files, how many rows, which version; no names. Authenticated under the site's own key."""
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from foundation.vault import keyring
from foundation.vault.seal import derived_key
from portal.backups.disk import digest
from portal.backups.errors import Refused

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """`counts`: rows by table. `files`: name → (bytes, SHA-256). `lost`: files that the service had lost before. `secrets`: sealed."""

    name: str
    vendor: str
    migrations: list[str]
    counts: dict[str, int]
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    media: int = 0
    lost: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    masters: list[str] = field(default_factory=list)
    format: int = FORMAT

    def write(self, folder: Path, names: list[str]) -> None:
        """The last file of a backup, with the hashes of the others."""
        body = asdict(replace(self, files={name: digest(folder / name) for name in names}))
        keyring.write_private(folder / NAME, json.dumps({**body, "mac": _mac(body)}, indent=1, sort_keys=True) + "\n")


def read(folder: Path) -> tuple[Manifest, str]:
    """The manifest in a backup's folder and its seal, not yet verified. Raises Refused."""
    try:
        body: dict[str, Any] = json.loads((folder / NAME).read_text())
        mac = str(body.pop("mac"))
        if int(body["format"]) > FORMAT:
            raise Refused(f"{folder} was made by a newer version of Cercle: restore it with that one.")
        body["files"] = {str(name): (int(size), str(known)) for name, (size, known) in body["files"].items()}
        return Manifest(**body), mac
    except FileNotFoundError:
        raise Refused(f"There is no whole backup in {folder}: its manifest is missing.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"The manifest in {folder} is not as it was written.") from None


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises Refused where a file of the backup is missing, shorter or not as it was written."""
    for name, (size, known) in manifest.files.items():
        path = folder / Path(name).name
        if not path.is_file():
            raise Refused(f"{path} is missing in the backup.")
        if path.stat().st_size != size:
            raise Refused(f"{path} has {path.stat().st_size} bytes and was written with {size}: the backup is truncated or was altered.")
        if digest(path)[1] != known:
            raise Refused(f"{path} is not as it was written: the backup was altered, or its disk is failing.")


def check_seal(folder: Path, manifest: Manifest, mac: str) -> None:
    """With the backup's keys at hand. Raises Refused where the manifest was altered, or belongs to another site's keys."""
    if not hmac.compare_digest(_mac(asdict(manifest)), mac):
        raise Refused(f"The manifest in {folder} is not as this site wrote it: it was altered, or these keys are another site's.")


def _mac(body: dict[str, Any]) -> str:
    return hmac.new(derived_key("backup"), json.dumps(body, sort_keys=True).encode(), hashlib.sha256).hexdigest()
