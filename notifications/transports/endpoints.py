"""Which addresses a push may be sent to: those of the known push services and nothing else (security.md, P4, R24)."""
from django.conf import settings

from foundation.origins import ForbiddenPlace, Origin, origin_of

KNOWN = (
    "fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.services.mozilla.com", "web.push.apple.com", "*.push.apple.com",
    "*.notify.windows.com",
)  # fmt: skip


def checked(endpoint: str) -> Origin:
    """The origin of an endpoint that a push may go to, asked when somebody subscribes and at every sending. Raises ForbiddenPlace."""
    origin = origin_of(endpoint)
    if not origin.allowed and not any(_matches(origin.host, known) for known in (*KNOWN, *settings.PUSH_SERVICES)):
        raise ForbiddenPlace("unknown")
    return origin


def _matches(host: str, known: str) -> bool:
    if known.startswith("*."):
        return host.endswith(known[1:]) and len(host) > len(known) - 1
    return host == known
