"""What of a document is shown: its card in the thread, and its content in place. Plain values, nothing of the XML."""
import datetime as dt
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation.clock import rfc3339
from hospital.gateway.cda import Document
from hospital.gateway.models import HospitalDocument
from hospital.gateway.suggestions import suggestions_of
from hospital.stays.models import Stay
from journal.cards import EventCard, EventCards
from people.accounts.models import Structure

_PICTURES = {"image/png": "png", "image/jpeg": "jpg"}


def title_of(document: Document) -> str:
    """What readers see it called."""
    with override(settings.LANGUAGE_CODE):
        return document.title or _("Document without a title")


def cards_of(
    document: Document, *, row: HospitalDocument, structure: Structure, stay: Stay | None, known_at: dt.datetime, files: int
) -> EventCards:  # fmt: skip
    """One card, for the audience alone: nobody else sees that there is a document. `event.what` is "document"."""
    title = title_of(document)
    with override(settings.LANGUAGE_CODE):
        text = _("Document from the hospital: %(title)s") % {"title": title}
    unit = stay.unit if stay else None
    return EventCards(EventCard(text, {
        "what": "document", "stay": str(stay.pk) if stay else None, "hospital": structure.name,
        "unit": {"code": unit.code, "name": unit.name} if unit else None,
        "at": rfc3339(document.date or known_at), "known_at": rfc3339(known_at), "historic": False,
        "document": {
            "id": str(row.pk), "title": title, "code": document.code, "author": document.author or None,
            "organisation": document.organisation or None, "date": rfc3339(document.date), "version": document.version,
            "sections": len(document.sections), "files": files, "todos": len(suggestions_of(document)),
        },
    }), None)  # fmt: skip


def content_of(document: Document) -> dict[str, Any]:
    """What `GET posts/{id}/document` answers: title, date, author, sections with their blocks, suggested to-dos."""
    return {
        "title": title_of(document), "code": document.code, "date": rfc3339(document.date), "author": document.author or None,
        "organisation": document.organisation or None, "version": document.version,
        "sections": [asdict(section) for section in document.sections], "todos": suggestions_of(document),
    }


def file_name(document: Document, place: int, media_type: str) -> str:
    """Of the copy in PDF the document's title; of a picture beside it the same with its number."""
    bare = "".join(sign if sign.isalnum() or sign in " '’-" else " " for sign in title_of(document))
    name = " ".join(bare.split())[:100] or "document"
    return f"{name}.pdf" if media_type == "application/pdf" else f"{name} {place + 1}.{_PICTURES.get(media_type, 'jpg')}"
