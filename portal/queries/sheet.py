"""The sheet for a hospital's integration engine: all that it must be set to, taken from the running configuration."""
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from foundation import clock
from hospital.gateway.enums import FeedMode
from hospital.gateway.listener import Limits
from hospital.gateway.models import Feed
from portal.templatetags.administration import day
from portal.templatetags.times import full_moment

MIB = 1024 * 1024


def sheet_of(feed: Feed) -> dict[str, Any]:
    """What `papers/sheet.typ` prints. No secret is in it, and nothing of a patient."""
    return {
        "title": _("Connecting %(hospital)s to Cercle") % {"hospital": feed.structure.name},
        "lead": _("For whoever sets up the integration engine. Nothing else has to be developed: a route for ADT, one for documents."),
        "parts": [
            {"head": _("Connection (MLLP)"), "rows": _connection(feed)},
            {"head": _("Header of each message (MSH)"), "rows": _header(feed)},
            {"head": _("What is listened to"), "rows": _events()},
            {"head": _("What is answered, and what to do"), "rows": _answers()},
            {"head": _("Over FHIR, where there is an API team"), "rows": _fhir()},
        ],
        "foot": [
            _("Send all stays: whoever has no circle is answered AA, and nothing of the message is kept."),
            _("Who is meant is decided by the qualified INS (PID-3 of type INS with PID-32 = VALI) or a number of yours that is known. "
              "Never by name and birth date."),
        ],
        "footer": _("Cercle, printed on %(when)s") % {"when": full_moment(clock.now())},
    }


def _connection(feed: Feed) -> list[list[str]]:
    most = Limits().message // MIB
    return [
        [_("Address"), f"{host()} : {settings.MLLP_PORT}" if settings.MLLP_PORT else _("not open yet: ask the contact below")],
        [_("Line"), _line()],
        [_("Certificate to present"), _certificate(feed)],
        [_("State of the feed"), _mode(feed)],
        [_("Message"), _("%(n)d MiB at most, one acknowledgment for each (original mode), before the next") % {"n": most}],
        [_("Contact"), settings.HOSPITAL_CONTACT or settings.PRIVACY_CONTACT or settings.DESK_PHONE],
    ]


def host() -> str:
    """The name by which the listener is reached: the one that is set, else that of the pages."""
    return settings.MLLP_NAME or urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def _line() -> str:
    if settings.PRODUCTION or settings.MLLP_CERT_FILE:
        return _("TLS 1.2 or 1.3 with a certificate on both sides")
    return _("plain TCP on this machine only: no production")


def _certificate(feed: Feed) -> str:
    if not feed.certificate:
        return _("none is bound yet: send yours, without its private key, to the contact")
    shown = {"start": feed.certificate[:16], "end": day(feed.certificate_ends)}
    return _("the one whose SHA-256 begins with %(start)s…, valid until %(end)s") % shown


def _mode(feed: Feed) -> str:
    return {
        FeedMode.LIVE: _("in use"), FeedMode.OBSERVED: _("in observation: answered, nothing stored"),
        FeedMode.STOPPED: _("stopped: every message is answered AR"),
    }[FeedMode(feed.mode)]  # fmt: skip


def _header(feed: Feed) -> list[list[str]]:
    return [
        ["MSH-4", _("%(msh4)s, exactly: the certificate may speak for no other") % {"msh4": feed.msh4}],
        ["MSH-11", "P" if settings.PRODUCTION else _("P, T or D")],
        ["MSH-12", _("2.5^FRA^2.11 (ADT), 2.6 (MDM), 2.5 (ORU); versions 2.1 to 2.8 are read")],
        ["MSH-18", _("8859/15, UNICODE UTF-8 or 8859/1; the answer repeats it")],
        ["MSH-21", "2.1^CISIS_CDA_HL7_V2, 1.1^CISIS_CDA_HL7_LPS"],
        ["PID-3.4", ", ".join(feed.authorities) or _("any authority is taken as that of your patient numbers")],
    ]


def _events() -> list[list[str]]:
    return [
        ["ADT", _("IHE PAM France 2.11: A01 A02 A03 A04 A05 A06 A07 A14 A16 A21 A22, their cancels A11 A12 A13 A25 A27 A38 A52 A53, Z99")],
        [_("Identity"), _("A28 A31 A40 A44 A47; a merge waits for your identity desk")],
        [_("Needed"), _("PID-3, PV1-19 with its authority, ZBE-1, ZBE-2, ZBE-4; ZBE-5 = Y for what is past: it alerts nobody")],
        [_("Documents"), _("MDM^T02, T10, T04 and ORU^R01 with a CDA-R2 in OBX-5 (base64); its marks of visibility are kept")],
        [_("Urgent"), _("A03, A04 of class E, and every A01 but those with PV1-4 = R, C or L, or announced by an A05")],
        [_("Protected"), _("PD1-12, PV1-16 = Y, PID-32 CACH or ANOM, NK1-7 = P: told to the care team only, or not at all")],
    ]


def _answers() -> list[list[str]]:
    return [
        ["AA", _("stored, for good: go on with the next")],
        ["AE", _("understood and refused (ERR-3 100 to 103, 207 with ERR-5 900 to 906): correct it, do not send it again as it is")],
        ["AR 200–204", _("not for us, or MSH-4 and certificate do not fit: check the route, do not repeat")],
        ["AR 207", _("not now: send the same message again after 30 seconds, as long as needed")],
        [_("no answer"), _("send the same bytes again: whatever came before is answered alike and done once")],
    ]


def _fhir() -> list[list[str]]:
    base = settings.PUBLIC_URL or f"http://{host()}"
    return [
        [_("Base"), f"{base}/fhir/"],
        [_("Token"), _("%(url)s, SMART Backend Services, ES384 or RS384, five minutes") % {"url": f"{base}/fhir/token"}],
        [_("To send us"), _("client_id and the public keys (JWKS): never a private key")],
    ]
