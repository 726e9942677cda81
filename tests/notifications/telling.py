"""What the tests of this room tell people of: devices of theirs, posts, and the deliveries that come of them."""
import datetime as dt
import uuid
from typing import Any
from uuid import UUID

from django.utils import timezone

from notifications.deciding import WITH_ALL, still_wanted
from notifications.models import Delivery, Device
from people.accounts.models import Session
from people.accounts.sessions import SessionStore
from tests.circles.home import Home


def device_of(home: Home, who: str) -> Device:
    """One more device of somebody, of the session of their browser in these tests."""
    key = home.client(who).session.session_key
    now = timezone.now()
    return Device.objects.create(
        person_id=UUID(home.people[who]), session=Session.objects.get(pk=key), sealed_address=b"", address_hash=uuid.uuid4().bytes * 2,
        name="essai", language="fr", made_at=now, seen_at=now,
    )  # fmt: skip


def sign_out(home: Home, who: str) -> None:
    """Ends the session of somebody's browser."""
    SessionStore().delete(home.clients.pop(who).session.session_key)


def write(home: Home, who: str = "nurse", **body: Any) -> UUID:
    """A post; its id."""
    answer = home.client(who).post(
        f"/api/v1/circles/{home.circle}/posts", {"text": "essai", "audience": "care_team", "urgency": "info", **body},
        content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())},
    )  # fmt: skip
    assert answer.status_code == 201, answer.json()
    return UUID(answer.json()["id"])


def wanted_now() -> set[str]:
    """Whose deliveries would leave now: e-mail addresses' first parts, with the channel where that is no push."""
    rows = Delivery.objects.select_related(*WITH_ALL).filter(due_at__lte=timezone.now() + dt.timedelta(hours=1))
    return {str(row.notice.person.email).split("@", maxsplit=1)[0] for row in rows if still_wanted(row)}
