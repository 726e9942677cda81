"""Who sends, as push services want it said (VAPID, RFC 8292): the site's key, and a token signed anew for each sending."""
import base64
import re
import time
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid

from foundation.vault import keyring

_LASTS_S = 12 * 3600  # RFC 8292 allows a day; services' clocks differ
_UNREAL = ("localhost", ".local", ".localhost", ".invalid", ".test", ".example", "example.com", "example.net", "example.org")


class NoVapidKey(Exception):
    """The key is absent or malformed."""


def create(path: Path) -> None:
    """A new key, for its owner's eyes only; never over another one. Raises FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    vapid = Vapid()
    vapid.generate_keys()
    number = vapid.private_key.private_numbers().private_value.to_bytes(32, "big")
    keyring.write_private(path, base64.urlsafe_b64encode(number).decode().rstrip("=") + "\n", exclusive=True)


def public_key() -> str:
    """What browsers subscribe with: the point, uncompressed, in unpadded base64url. Raises NoVapidKey."""
    point = _vapid().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def authorization(audience: str) -> str:
    """The header for one sending to an origin, with claims of its own. Raises NoVapidKey."""
    claims = {"aud": audience, "exp": int(time.time()) + _LASTS_S, "sub": subject()}
    signed: dict[str, str] = _vapid().sign(claims)
    return signed["Authorization"]


def subject() -> str:
    """Whom a push service asks about us: `CERCLE_VAPID_SUB`, else the privacy contact where that is an address."""
    said = (settings.VAPID_SUB or settings.PRIVACY_CONTACT).strip()
    if re.fullmatch(r"[^\s@:]+@[^\s@:]+", said):
        return f"mailto:{said}"
    return said if re.match(r"(mailto|https):", said) else "mailto:cercle@localhost"


def is_real(subject: str) -> bool:
    """Whether push services take it: a `mailto:` or `https:` under a name that can exist. Apple refuses all else."""
    match = re.fullmatch(r"(?:mailto:[^\s@]+@|https://)([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:/\S*)?", subject, re.IGNORECASE)
    return match is not None and not match[1].lower().endswith(_UNREAL)


def check() -> None:
    """Raises NoVapidKey where there is no key that can be used."""
    _vapid()


def _vapid() -> Vapid:
    text = settings.VAPID_KEY or _text(Path(settings.VAPID_KEY_FILE))
    return _parsed(text)


def _text(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError:
        raise NoVapidKey("absent") from None
    return _from_file(path, (stat.st_mtime_ns, stat.st_ino, stat.st_size))


@lru_cache(maxsize=2)
def _from_file(path: Path, _version: tuple[int, int, int]) -> str:
    return path.read_text()


@lru_cache(maxsize=2)
def _parsed(text: str) -> Vapid:
    """A raw number in base64url, as `create` writes it, or PKCS8 as PEM or base64url."""
    try:
        pem = "-----BEGIN" in text
        return Vapid.from_pem(text.strip().encode()) if pem else Vapid.from_string(text.strip())
    except Exception:  # the library lets its parsers' errors through, of many classes
        raise NoVapidKey("malformed") from None
