"""What a client certificate says that is of use here: by which digest it is known, and when it ends."""
import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from django.utils.translation import gettext_lazy as _

from foundation.errors import Invalid

LONGEST = 64 * 1024  # bytes of a PEM file; a chain of three has six thousand


@dataclass(frozen=True)
class Certificate:
    """The SHA-256 of a certificate's DER form (64 hexadecimal figures), and the end of its validity."""

    digest: str
    ends: dt.datetime


def read_certificate(pem: str) -> Certificate:
    """The first certificate of a PEM text (RFC 7468). A private key beside it is refused and kept nowhere.

    Raises Invalid `gateway.bad_certificate` or `gateway.private_key`.
    """
    if "PRIVATE KEY-----" in pem:
        raise Invalid("gateway.private_key", _("This holds a private key. Send the certificate alone, and have the key replaced."))
    try:
        first = x509.load_pem_x509_certificates(pem.encode()[:LONGEST])[0]
    except (ValueError, IndexError):
        raise _unreadable() from None
    return Certificate(first.fingerprint(SHA256()).hex(), first.not_valid_after_utc)


def _unreadable() -> Invalid:
    words = _("This is not a certificate in PEM form: it begins with “-----BEGIN CERTIFICATE-----”.")
    return Invalid("gateway.bad_certificate", words, errors={"certificate": words})
