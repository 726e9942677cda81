"""Who may speak, and what can be understood: judged before anything is stored. Reads only."""
import hashlib
import re
from dataclasses import dataclass

from django.conf import settings

from foundation.prepared import Prepared
from foundation.vault.seal import keyed_hash
from hospital.gateway.enums import FeedMode
from hospital.gateway.er7 import Er7, trimmed
from hospital.gateway.errors import not_for_us, unfit
from hospital.gateway.models import Feed

_named = Prepared(lambda msh4: Feed.objects.select_related("structure").filter(msh4=msh4), msh4=str)
_VERSION = re.compile(r"2\.[1-8](\.\d)?")


@dataclass(frozen=True)
class Peer:
    """The other end of a connection. `certificate`: SHA-256 of the client's, hexadecimal; "" of a plain one on loopback."""

    address: str
    certificate: str = ""


def speaks_for(message: Er7, peer: Peer) -> Feed:
    """The feed of MSH-4, if this peer may speak for it. Raises Refused AR 204: unknown and foreign facilities look the same."""
    whole = message.msh.raw(4).strip()
    names = [name for name in dict.fromkeys([whole, message.msh.text(4)]) if name]
    feed = next((found for name in names if (found := _named.first(msh4=name))), None)
    bound = feed is not None and feed.certificate == peer.certificate
    on_loopback = feed is not None and not settings.PRODUCTION and not feed.certificate
    if feed is None or not (on_loopback or (bound and feed.certificate)):
        raise not_for_us("204", "Établissement émetteur (MSH-4) inconnu pour ce certificat.", "MSH^1^4")
    if feed.mode == FeedMode.STOPPED:
        raise not_for_us("207", "Flux suspendu par l'exploitant.", "MSH^1^4")
    return feed


def check_header(message: Er7) -> None:
    """MSH-9 to MSH-12. Raises Refused: AR 200, 202 or 203, AE 101 without MSH-10."""
    msh = message.msh
    if not message.control:
        raise unfit("101", "MSH-10 est requis.", "MSH^1^10")
    if message.names.count("MSH") > 1:
        raise unfit("100", "Plusieurs segments MSH dans un même bloc.", "MSH^2")
    if message.kind[0] not in {"ADT", "MDM", "ORU"}:
        raise not_for_us("200", "Type de message non pris en charge.", "MSH^1^9")
    if settings.PRODUCTION and msh.text(11) != "P":
        raise not_for_us("202", "Seul l'identifiant de traitement P est accepté en production.", "MSH^1^11")
    if not settings.PRODUCTION and msh.text(11) not in {"P", "T", "D"}:
        raise not_for_us("202", "MSH-11 doit valoir P, T ou D.", "MSH^1^11")
    if not _VERSION.fullmatch(msh.text(12)):
        raise not_for_us("203", "Version HL7 non prise en charge.", "MSH^1^12")


def digest_of(feed: Feed, message: Er7, raw: bytes) -> bytes:
    """A keyed hash of sender, MSH-10 and content: MSH-10 alone is not unique in what hospitals send."""
    content = hashlib.sha256(trimmed(raw)).hexdigest()
    return keyed_hash("gateway.message", feed.id.hex, message.msh.raw(3), message.msh.raw(4), message.msh.raw(10), content)
