"""How a contact is written for the API, and how the feed's lines about contacts are told."""
from collections.abc import Sequence
from typing import Any

from foundation.clock import rfc3339
from messaging.feed.enums import Standing
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine
from people.contacts.access import may_call
from people.contacts.models import Contact
from people.contacts.queries import contacts_by_id


def contact_item(contact: Contact, reader: Standing) -> Item:
    """A contact for one standing: `phone` is null where that standing is not told, `state` is `kept` or `removed`."""
    known = contact.details
    return {
        "id": str(contact.pk), "name": known.name if known else "", "role": contact.role, "standing": str(contact.stands),
        "words": known.words if known else "", "gender": (known.gender or None) if known else None,
        "phone": known.phone if known and may_call(reader, contact) else None,
        "state": "removed" if contact.removed_at else "kept", "since": rfc3339(contact.added_at),
    }  # fmt: skip


def _load(lines: Sequence[FeedLine]) -> dict[str, Any]:
    return {str(pk): contact for pk, contact in contacts_by_id(line.subject for line in lines).items()}


def _render(line: FeedLine, content: Any, reader: Reader) -> Item | None:
    contact = content.get(str(line.subject))
    return {"contact": contact_item(contact, reader.standing)} if contact else None


def tell() -> None:
    """Registers this room's lines."""
    register(["contact"], Teller(_load, _render))
