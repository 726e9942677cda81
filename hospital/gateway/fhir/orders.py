"""Orders, from one request or one bundle: all are checked, then all are done, or none (one transaction)."""
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import override

from foundation import clock, ids
from hospital.gateway.fhir.asking import Reply
from hospital.gateway.fhir.documents_in import Sent, posts_of, read_reference
from hospital.gateway.fhir.door import Caller
from hospital.gateway.fhir.events import Declared, apply_event, circles_meant, read_event
from hospital.gateway.fhir.note_writing import update_note, write_note
from hospital.gateway.fhir.notes import Note, is_note, read_note, targets
from hospital.gateway.fhir.outcomes import Issue, Resource, not_found, outcome, refused
from hospital.gateway.fhir.references import Around
from hospital.gateway.fhir.told import is_the_same, posts_known_by, token_of, tokens_of
from hospital.gateway.filing import filing_into
from hospital.gateway.scopes import RESOURCES
from hospital.stays.numbers import ins_digest, one_at_a_time
from media.arriving import Landed, landing
from messaging.feed.models import FeedHead

_EFFECTIVE = {"DocumentReference", "CommunicationRequest"}
_LETTERS = {"POST": "c", "PUT": "u"}


@dataclass
class Order:
    """One thing to be done. `names`: how others refer to it; `condition`: the query of If-None-Exist or of a conditional update."""

    place: str
    method: str
    body: Resource
    id: str = ""
    condition: str | None = None
    names: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The resource's name."""
        return str(self.body["resourceType"])


@dataclass
class _Work:
    """An order that was checked: what it means, and its answer once there is one."""

    order: Order
    note: Note | None = None
    event: Declared | None = None
    document: Sent | None = None
    file: list[Callable[[], list[UUID]]] = field(default_factory=list)  # what files the document, a circle each
    update: UUID | None = None  # the post that it changes
    reply: Reply | None = None
    landed: dict[UUID, list[Landed]] = field(default_factory=dict)


def carry_out(caller: Caller, orders: Sequence[Order], around: Around) -> list[Reply]:
    """The answers, in the orders' order. Raises FhirRefused, and then nothing was done."""
    works = [_checked(caller, order, around) for order in orders]
    try:
        with ExitStack() as stack:
            for work in works:
                if work.note is not None and work.reply is None and work.update is None:
                    files = work.note.carried.files
                    work.landed = {one.pk: stack.enter_context(landing(one, files)) for one in work.note.circles if files}
                if work.document is not None:
                    sent, hospital = work.document, caller.structure
                    work.file = [stack.enter_context(filing_into(hospital, one, sent.news, clock.now())) for one in sent.circles]
            with transaction.atomic():
                _do(caller, works, around)
    except IntegrityError:
        raise refused(409, "duplicate", "The same identifier was told at the same moment. Send it again.") from None
    return [work.reply or Reply(None) for work in works]


def _checked(caller: Caller, order: Order, around: Around) -> _Work:
    if order.kind not in _EFFECTIVE:
        return _Work(order, reply=_used(order))
    caller.require(order.kind, _LETTERS[order.method])
    if order.kind == "CommunicationRequest":
        return _Work(order, event=read_event(order.body, caller.structure, around, order.place))
    if not is_note(order.body):
        if order.method == "PUT" or order.condition is not None:
            text = "A document is known by its masterIdentifier: POST it again, or one that replaces it."
            raise refused(422, "not-supported", text, order.place)
        return _Work(order, document=read_reference(order.body, caller.structure, around, order.place))
    return _note_work(caller, order, around)


def _used(order: Order) -> Reply:
    """Patients, practitioners and their like come along to be read: they are not kept as such."""
    if order.kind in RESOURCES and order.kind not in {"Patient", "Binary"}:
        raise refused(422, "not-supported", f"{order.kind} is not taken in a transaction.", order.place)
    note = Issue("informational", "Read for what refers to it; not kept as a resource of its own.")
    return Reply(outcome([note], severity="information"))


def _note_work(caller: Caller, order: Order, around: Around) -> _Work:
    note = read_note(order.body, caller.structure, around, order.place)
    if order.method == "PUT" and order.condition is None:
        post = ids.parse(order.id)
        if post is None:
            raise not_found()
        return _Work(order, note, update=post)
    tokens = [_condition(order)] if order.condition is not None else tokens_of(order.body)
    known = posts_known_by(caller.structure, tokens)
    if len(known) > 1:
        raise refused(412, "multiple-matches", "More than one resource has this identifier.", order.place)
    if not known:
        return _Work(order, note)
    if order.method == "PUT":
        return _Work(order, note, update=known[0].subject)
    if order.condition is None and not is_the_same(known[0], order.body):
        raise refused(409, "duplicate", "Another resource was told under this identifier: update it (PUT).", f"{order.place}.identifier")
    around.made |= dict.fromkeys(order.names, known[0].subject)
    return _Work(order, note, reply=_reply(caller, order, known[0].subject, 200))


def _condition(order: Order) -> tuple[str, str]:
    name, equals, value = (order.condition or "").lstrip("?").partition("=")
    if not equals or name not in {"identifier", "masterIdentifier"} or "&" in value:
        raise refused(400, "invalid", "A condition is identifier=SYSTEM|VALUE.", order.place)
    token = token_of(value, order.place)
    if token not in tokens_of(order.body):
        raise refused(422, "business-rule", "The resource does not bear the identifier of its condition.", f"{order.place}.identifier")
    return token


def _do(caller: Caller, works: Sequence[_Work], around: Around) -> None:
    """Events first, then documents, then notes, those that others answer before the answers."""
    _lock(caller, works)
    for work in works:
        if work.event is not None:
            apply_event(caller.structure, work.event)
            work.reply = _reply(caller, work.order, ids.new(), 201)
    for work in works:
        if work.document is not None:
            with override(settings.LANGUAGE_CODE):
                posts = [post for file in work.file for post in file()]
            known = posts or posts_of(caller.structure, work.document)
            work.reply = _reply(caller, work.order, known[0] if known else ids.new(), 201 if posts or not known else 200)
    notes = [work for work in works if work.note is not None and work.reply is None]
    for work in _in_turn(notes, around):
        assert work.note is not None
        if work.update is not None:
            post = update_note(caller, work.note, work.update, work.order.place)
        else:
            post = write_note(caller, work.note, work.landed, around, work.order.place)
        around.made |= dict.fromkeys(work.order.names, post.pk)
        work.reply = _reply(caller, work.order, post.pk, 200 if work.update else 201, version=post.versions.count() + 1)


def _lock(caller: Caller, works: Sequence[_Work]) -> None:
    """All that the bundle needs, in one order, whatever the bundle's: else two of them wait for each other."""
    events = [work.event for work in works if work.event is not None]
    one_at_a_time(*(ins_digest(event.identity.traits) for event in events))
    heads = {circle.pk for event in events for circle in circles_meant(caller.structure, event)}
    for work in works:
        told = work.note or work.document
        heads |= {circle.pk for circle in told.circles} if told else set()
    list(FeedHead.objects.select_for_update().filter(feed__in=heads).order_by("feed"))


def _in_turn(works: Iterable[_Work], around: Around) -> Iterator[_Work]:
    """Each after those of the same bundle that it refers to. Two that answer each other are done in their order, and refused there."""
    waiting = list(works)
    while waiting:
        names = {name for work in waiting for name in work.order.names}
        ready = [work for work in waiting if not (_named(work, around) & (names - set(work.order.names)))]
        for work in ready or waiting[:1]:
            waiting.remove(work)
            yield work


def _named(work: _Work, around: Around) -> set[str]:
    return {named for code in ("appends", "replaces") for _index, _post, named in targets(work.order.body, code, around)}


def _reply(caller: Caller, order: Order, found: UUID, status: int, *, version: int = 1) -> Reply:
    """The resource as it was sent, with the id and version that it has here."""
    meta: dict[str, Any] = {**order.body.get("meta", {}), "versionId": str(version), "lastUpdated": clock.rfc3339(clock.now())}
    place = f"{caller.base}/{order.kind}/{found}/_history/{version}"
    headers: Mapping[str, str] = {"Location": place, "ETag": f'W/"{version}"'}
    return Reply({**order.body, "id": str(found), "meta": meta}, status, headers)

