"""TLS of the listener: its own certificate, and the authorities whose client certificates are let in."""
import ssl

from django.conf import settings


def wants_tls() -> bool:
    """Whether the listener has certificates. Without them it speaks plainly, on loopback and outside production only."""
    return bool(settings.MLLP_CERT_FILE)


def server_context() -> ssl.SSLContext:
    """TLS 1.2 or later; who shows no certificate of these authorities, or one that is over, gets no further than the handshake.

    Raises OSError or ssl.SSLError where a file is missing or malformed.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load_own(context)
    context.load_verify_locations(settings.MLLP_CA_FILE)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def load_own(context: ssl.SSLContext) -> None:
    """Reads the server's own certificate and key, as they are now: a renewed one holds for the next connection."""
    context.load_cert_chain(settings.MLLP_CERT_FILE, settings.MLLP_KEY_FILE or None)
