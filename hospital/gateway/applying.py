"""What a message says, done: the one way from the gateway to stays, at reception and afterwards. Inside the caller's transaction."""
import datetime as dt
from uuid import UUID

from hospital.gateway.documents import DocumentNews
from hospital.gateway.enums import MessageState
from hospital.gateway.filing import file_document
from hospital.gateway.translating import Said
from hospital.stays.applying import apply_identity, apply_movement
from hospital.stays.merging import apply_merge
from people.accounts.models import Structure
from people.circles.access import System

SOURCE = System("hospital")
STATES = {
    "applied": MessageState.DONE,
    "unmatched": MessageState.UNMATCHED,
    "doubted": MessageState.DOUBTED,
    "ignored": MessageState.IGNORED,
}
EMPTIED = {MessageState.UNMATCHED, MessageState.IGNORED}  # states in which no content is kept


def apply_said(said: Said, *, structure: UUID, known_at: dt.datetime, number: int, message: UUID) -> MessageState:
    """The state that the message has then; waiting where a document is yet to be filed (`file_said`). Twice changes nothing."""
    if said.idle:
        return MessageState.IGNORED
    if said.merge is not None:
        done = apply_merge(SOURCE, structure=structure, merge=said.merge, known_at=known_at, number=number, message=message)
    elif said.news:
        done = apply_movement(
            SOURCE, structure=structure, identity=said.identity, news=said.news, known_at=known_at, number=number, message=message
        )
    else:
        done = apply_identity(
            SOURCE, structure=structure, identity=said.identity, known_at=known_at, number=number, message=message,
            protected=said.protected, relatives_untold=said.relatives_untold,
        )  # fmt: skip
    if said.document and done.circles:
        return MessageState.WAITING
    return MessageState.DOUBTED if done.doubts else STATES[done.outcome]


def file_said(document: DocumentNews, *, structure: Structure, known_at: dt.datetime) -> MessageState:
    """Files a document, once `apply_said` has left its message waiting. Outside of a transaction. Twice changes nothing."""
    filed = file_document(SOURCE, structure=structure, news=document, known_at=known_at)
    return MessageState.DOUBTED if filed.matched.doubts else STATES[filed.outcome]
