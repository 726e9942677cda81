"""What a hospital may bring and ask for, all its feeds and programs together, so that none slows another one or a circle (ADR 33)."""
import asyncio
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest

from foundation.clock import Seconds
from foundation.limits import Bucket, Budget, limit, require_room
from hospital.gateway.models import FhirClient

_MESSAGES = Bucket(per_minute=24_000, burst=4000)  # over MLLP: 400 a second, twice the 200 that a listener must bear
_PROGRAM, _HOSPITAL = Budget.of(2), Budget.of(4)  # a program speaks for a ward or a whole house
_KNOCKS = Budget.of(1)  # for tokens, by address
_LOOK_S: Seconds = 1.0
_URGENT = Bucket(per_minute=150, burst=1000)  # notes that ring; a transaction of the most entries still passes, once


async def wait_for_room(hospital: UUID) -> None:
    """Ends when a hospital's next message may be kept. Its sender waits as long for the answer: nothing is refused, nothing is lost."""
    while settings.LIMITS and (over := _MESSAGES.take(hospital)):  # noqa: ASYNC110  -- it is time that makes room
        await asyncio.sleep(min(over, _LOOK_S))


def limit_program(request: HttpRequest, client: FhirClient) -> None:
    """Counts a program's request against it and its hospital. Raises TooFast."""
    limit(request, (_HOSPITAL, client.structure_id), (_PROGRAM, client.pk))


def limit_knocks(request: HttpRequest) -> None:
    """Counts who asks for a token, behind a proxy by the address that it tells. Raises TooFast."""
    limit(request, (_KNOCKS, get_adapter().get_client_ip(request)))


def require_urgent(hospital: UUID) -> None:
    """Counts an urgent note, so that a program that has run wild does not ring for ever. Raises TooFast."""
    require_room(_URGENT.take(hospital) if settings.LIMITS else 0.0)
