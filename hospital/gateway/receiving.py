"""Store, commit, then acknowledge. The listener prepares messages one by one and stores together what came in the meantime.

Most messages of a hospital are about nobody whom we know: those are settled at once and leave an id, a hash and a time. The others
wait, sealed, to be worked out in the order of their arrival. So does whatever follows them from the same feed: what they will teach
(a number, a link) may decide whom it is about.
"""
import datetime as dt
import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone

from foundation import clock, ids
from foundation.http import log_unexpected
from foundation.prepared import Prepared
from hospital.gateway.answers import answer_to, answer_to_unreadable
from hospital.gateway.applying import EMPTIED, apply_said
from hospital.gateway.documents import check_version, note
from hospital.gateway.enums import Answer, FeedMode, MessageState
from hospital.gateway.er7 import Er7, read_er7, trimmed
from hospital.gateway.errors import Fault, Refused
from hospital.gateway.judging import Peer, check_header, digest_of, speaks_for
from hospital.gateway.keeping import sealed_bytes
from hospital.gateway.models import Feed, Message
from hospital.gateway.observing import note_outcome
from hospital.gateway.translating import Said, translate
from hospital.stays.matching import match
from hospital.stays.numbers import ins_digest, one_at_a_time
from people.circles.models import Circle, Patient

log = logging.getLogger("cercle.hospital")
BROKEN = Fault(Answer.AR, "207", "Erreur interne : à renvoyer plus tard.")
TOO_LONG = Fault(Answer.AE, "207", "Message trop long : 32 Mio au plus.")
CUT = "cut"  # the reason of what rests in quarantine by its head alone
_HEAD = 4096  # bytes of it
UNFORESEEN = Fault(Answer.AE, "207", "Erreur interne : message mis de côté.")


_known = Prepared(lambda feed, digest: Message.objects.filter(feed=feed, digest=digest), feed=UUID, digest=bytes)
_waits = Prepared(lambda feed: Message.objects.filter(feed=feed, state=MessageState.WAITING)[:1], feed=UUID)


@dataclass
class Incoming:
    """A message under way from its bytes to its answer."""

    raw: bytes
    at: dt.datetime
    id: UUID = field(default_factory=ids.new)
    read: Er7 | None = None
    feed: Feed | None = None
    digest: bytes = b""
    said: Said | None = None
    fault: Fault | None = None
    reason: str = ""
    patient: Patient | None = None
    circles: list[Circle] = field(default_factory=list)  # of whom it is about
    concerns: bool = False  # somebody of a circle, as far as can be seen before the transaction
    outlook: str = "ignored"  # what it would do, as far as that can be seen: of a feed in observation nothing else is kept

    @property
    def answer(self) -> bytes:
        """The acknowledgment, once it is true."""
        if self.read is None:
            return answer_to_unreadable(self.raw, number=self.id, at=self.at, fault=self.fault or BROKEN)
        return answer_to(self.read, number=self.id, at=self.at, fault=self.fault)


def receive(feed: Feed | None, raw: bytes, peer: Peer) -> bytes:
    """One message, answered. `feed` where it is settled already who speaks."""
    incoming = prepare(raw, peer, feed)
    store([incoming])
    return incoming.answer


def refused(head: bytes, fault: Fault) -> bytes:
    """The answer to what is not even looked at, for the database is away. Nothing of it is stored."""
    incoming = Incoming(head, clock.now(), fault=fault)
    with suppress(Refused):
        incoming.read = read_er7(head)
    return incoming.answer


def prepare(raw: bytes, peer: Peer, feed: Feed | None = None) -> Incoming:
    """Reads and judges: all that needs no transaction. Raises DatabaseError where the database does not answer."""
    incoming = Incoming(raw, clock.now())
    try:
        incoming.read = read_er7(raw)
        incoming.feed = feed or speaks_for(incoming.read, peer)
        incoming.digest = digest_of(incoming.feed, incoming.read, raw)
        check_header(incoming.read)
        _understand(incoming, incoming.read, incoming.feed)
    except Refused as refused:
        if incoming.read is None and refused.fault.answer == Answer.AE:
            return prepare_head(raw, peer, refused.fault, feed)
        incoming.fault = refused.fault
    except DatabaseError:
        raise
    except Exception as error:
        log_unexpected(error)
        incoming.fault, incoming.reason = UNFORESEEN, "unforeseen"
    return incoming


def prepare_head(head: bytes, peer: Peer, fault: Fault = TOO_LONG, feed: Feed | None = None) -> Incoming:
    """What is too long to be read whole: its head is put aside, so that the hospital can be told. Raises DatabaseError."""
    head = trimmed(head)[:_HEAD]
    incoming = Incoming(head, clock.now(), fault=fault, reason=CUT)
    with suppress(Refused):
        incoming.read = read_er7(re.split(rb"[\r\n]", head, maxsplit=1)[0])
        incoming.feed = feed or speaks_for(incoming.read, peer)
        incoming.digest = digest_of(incoming.feed, incoming.read, head)
    return incoming


def _understand(incoming: Incoming, message: Er7, feed: Feed) -> None:
    """What it says, and whether it is about somebody here; that only so that the transaction is short, which looks again."""
    incoming.said = said = translate(message, authorities=feed.authorities, received_at=incoming.at)
    if said.idle:
        return
    matched = match(feed.structure_id, said.identity)
    incoming.concerns = bool(matched.circles or matched.doubts or said.merge)
    incoming.circles = matched.circles
    meant = {circle.patient_id: circle.patient for circle in matched.circles} or {one.patient.pk: one.patient for one in matched.doubts}
    incoming.patient = next(iter(meant.values())) if matched.circles or len(meant) == 1 else None
    if said.document:
        check_version(said.document, feed.structure_id, matched.circles)
    incoming.outlook = "applied" if matched.circles else "doubted" if matched.doubts or said.merge else "unmatched"
    if message.doubtful_charset:
        incoming.reason = "charset"


def store(arrived: Sequence[Incoming]) -> None:
    """Stores messages and settles those about nobody, in one transaction; their answers are true when this returns.

    Raises DatabaseError: then nothing is stored.
    """
    ours = [each for each in arrived if each.feed and each.feed.mode != FeedMode.OBSERVED]
    for each in arrived:
        if each.fault:
            log.warning("hospital.refused code=%s feed=%s", f"{each.fault.answer}/{each.fault.code}", each.feed.id if each.feed else "-")
    for each in arrived:
        if each.feed and each.feed.mode == FeedMode.OBSERVED:
            _observe(each, each.feed)
    if not ours:
        return
    with transaction.atomic():
        one_at_a_time(*(ins_digest(each.said.identity.traits) for each in ours if each.said))  # sorted, as whoever opens circles has them
        behind: set[UUID] = set()
        for each in ours:
            earlier = _known.first(feed=each.feed.pk, digest=each.digest) if each.feed else None
            if earlier is None or earlier.answer == Answer.AR:
                _store_one(each, earlier, behind)
            else:
                _answered_as(each, earlier)


def _observe(incoming: Incoming, feed: Feed) -> None:
    fault, kind = incoming.fault, "^".join(incoming.read.kind) if incoming.read else ""
    code = "/".join(part for part in (fault.code, fault.own) if part) if fault else ""
    answer = fault.answer if fault else Answer.AA
    note_outcome(feed, at=incoming.at, kind=kind, answer=answer, code=code, outcome="refused" if fault else incoming.outlook)


def _answered_as(incoming: Incoming, earlier: Message) -> None:
    """The same message again: the answer of the first time, to the byte."""
    incoming.id, incoming.at, incoming.fault = earlier.id, earlier.received_at, stored_fault(earlier)


def stored_fault(row: Message) -> Fault | None:
    """The fault that was answered, as the row keeps it; None of what was accepted."""
    if row.answer == Answer.AA:
        return None
    code, own, at, words = [*row.fault, "", "", "", ""][:4]
    return Fault(Answer(row.answer), code, words, at, own)


def _store_one(incoming: Incoming, earlier: Message | None, behind: set[UUID]) -> None:
    """`earlier`: the same one, which was not for us then."""
    feed, read, said = incoming.feed, incoming.read, incoming.said
    assert feed is not None
    assert read is not None
    row = _row(incoming, feed, read)
    if earlier is not None:
        earlier.delete()
    if incoming.fault or said is None:
        row.save(force_insert=True)
        return
    if said.document:
        for circle in incoming.circles:
            note(said.document, feed.structure_id, circle.pk, incoming.at)
    if incoming.concerns or _behind(feed, behind):
        _let_wait(row, incoming)
        row.save(force_insert=True)
        return
    row.state, row.settled_at = MessageState.IGNORED if said.idle else MessageState.UNMATCHED, timezone.now()
    row.save(force_insert=True)
    if not said.idle:
        _settle_now(row, incoming, feed, said)


def _row(incoming: Incoming, feed: Feed, message: Er7) -> Message:
    fault = incoming.fault
    row = Message(
        id=incoming.id, feed=feed, control=message.control, digest=incoming.digest, kind="^".join(message.kind)[:16],
        answer=fault.answer if fault else Answer.AA, state=MessageState.IGNORED, reason=incoming.reason, received_at=incoming.at,
    )  # fmt: skip
    if fault:
        row.code = "/".join(part for part in (fault.code, fault.own) if part)[:16]
        row.fault = [fault.code, fault.own, fault.at, fault.words]
        row.settled_at = timezone.now()
    if fault and fault.answer == Answer.AE:
        row.state, row.reason = MessageState.QUARANTINED, incoming.reason or row.code
        row.sealed = sealed_bytes(row.id, None, incoming.raw)
    return row


def _behind(feed: Feed, behind: set[UUID]) -> bool:
    """Whether something of this feed waits that this one came after."""
    if feed.id not in behind and _waits.first(feed=feed.pk):
        behind.add(feed.id)
    return feed.id in behind


def _let_wait(row: Message, incoming: Incoming) -> None:
    row.state, row.patient, row.due_at, row.settled_at = MessageState.WAITING, incoming.patient, timezone.now(), None
    row.sealed = sealed_bytes(row.id, incoming.patient, incoming.raw)


def _settle_now(row: Message, incoming: Incoming, feed: Feed, said: Said) -> None:
    """About nobody, it seems: done at once. What turns out otherwise under the locks is done as well; what fails waits."""
    try:
        with transaction.atomic():
            state = apply_said(said, structure=feed.structure_id, known_at=incoming.at, number=row.number, message=row.id)
            if state == row.state:
                return
            row.state = state
            if row.state not in EMPTIED:
                row.sealed = sealed_bytes(row.id, None, incoming.raw)
    except DatabaseError:
        raise
    except Exception as error:
        log_unexpected(error)
        row.state = MessageState.WAITING
    if row.state == MessageState.WAITING:
        _let_wait(row, incoming)
    row.save()
