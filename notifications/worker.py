"""The sending: one thread and one event loop for each lane, so that whatever the ordinary ones do, urgent ones leave.

Many are in flight at a time. What came of them is recorded together, as soon as the last write is over.
"""
import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from foundation.clock import Seconds
from foundation.http import log_unexpected
from foundation.vault.seal import SealBroken
from foundation.watching import Watch
from notifications.climbing import reconsider
from notifications.devices import address_of
from notifications.enums import Channel, DeliveryState, Lane, News
from notifications.models import Delivery, Notice
from notifications.outbox import TTL_S, Claim, Sent, claim_due, due_rows, record, renew, tried, wanted
from notifications.transports import Address, Outcome, close, payload_of, ready, send
from notifications.transports.letters import Letter, letter_of, send_letter

log = logging.getLogger("cercle.alerts")
T = TypeVar("T")
_RENEW_S: Seconds = 2.0
_DRAIN_S: Seconds = 6.0  # for what is in flight when the end comes; the rest is left to its lease
_LOOK_S: dict[Lane, Seconds] = {Lane.URGENT: 0.05, Lane.HOSPITAL: 0.1, Lane.ORDINARY: 0.25}  # at least, between two looks
_IN_FLIGHT = {Lane.URGENT: 100, Lane.HOSPITAL: 40, Lane.ORDINARY: 40}
_AT_ONCE = 25  # claimed together: each is decided anew before it leaves
_LETTERS = 4
_CLIMBS = frozenset({News.URGENT, News.HOSPITAL_ALERT})
_HIGH = frozenset({News.HOSPITAL, News.TEST})  # nobody's alert, so in the ordinary lane; a telephone is woken for them all the same


@dataclass(frozen=True)
class Parcel:
    """A delivery with where it goes, read beforehand: while a service is waited for, no database is. Neither: it can't be opened."""

    delivery: Delivery
    address: Address | None = None
    letter: Letter | None = None


def packed(claims: list[Claim]) -> list[Parcel]:
    """Those of these claims that are still to be sent. One that can't be packed is put off, and keeps none of the others here."""
    return [parcel for delivery in wanted(claims) if (parcel := tried(delivery, _packed)) is not None]


def _packed(delivery: Delivery) -> Parcel:
    if delivery.channel != Channel.PUSH or delivery.device is None:
        return Parcel(delivery, letter=letter_of(delivery.pk))
    try:
        return Parcel(delivery, address=address_of(delivery.device))
    except SealBroken:
        return Parcel(delivery)


def settled(results: list[Sent]) -> None:
    """Records what came of some sendings. An alert that has no living device left to ring is looked at now, not at its next rung: after
    the commit, since whoever takes an alert locks its climb before its deliveries. Killed in between, the next rung tells."""
    record(results)
    for sent in results:
        notice = sent.delivery.notice
        if notice.news in _CLIMBS and notice.subject and sent.outcome.kind in {"gone", "refused"} and not _rings(notice):
            reconsider(notice.subject)


def _rings(notice: Notice) -> bool:
    alive = [DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.SHOWN]
    return Delivery.objects.filter(notice__step=notice.step_id, channel=Channel.PUSH, state__in=alive).exists()


class LaneSender:
    """Sends what is due in one lane."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._rows = ThreadPoolExecutor(1, f"{lane.name.lower()}-rows")  # the lane's one database connection
        self._letters = ThreadPoolExecutor(_LETTERS, f"{lane.name.lower()}-letters")
        self._flying: dict[asyncio.Task[None], Claim] = {}
        self._posted: set[asyncio.Task[None]] = set()  # those of them that wait for a mail server or a gateway: a few at most
        self._done: list[Sent] = []
        self._more = True  # there may be some that were due and have not been claimed

    def run(self, end: threading.Event) -> None:
        """Until `end`, in the calling thread."""
        asyncio.run(self._rounds(end))
        self._letters.shutdown(wait=False, cancel_futures=True)
        self._rows.submit(connections.close_all)
        self._rows.shutdown()

    async def _rounds(self, end: threading.Event) -> None:
        loop, watch = asyncio.get_running_loop(), Watch(due_rows(self._lane))
        await ready()
        renewed = loop.time()
        while not end.is_set():
            try:
                await self._round(watch)
                if self._flying and loop.time() - renewed > _RENEW_S:
                    renewed = loop.time()
                    await self._ask(lambda: renew(list(self._flying.values())))
            except DatabaseError as error:
                log.error("alerts.unsent error=%s", type(error).__name__)
                await asyncio.sleep(1.0)
            except Exception as error:
                log_unexpected(error)
                await asyncio.sleep(1.0)
            await self._pause(max(watch.pause_s, _LOOK_S[self._lane]))
        watch.close()
        await self._drain()

    async def _round(self, watch: Watch) -> None:
        await self._record()
        if not watch.stirred() and not self._more:
            return
        free = min(_IN_FLIGHT[self._lane] - len(self._flying), _AT_ONCE)
        letters = 2 * _LETTERS - len(self._posted)
        inhand = {claim.delivery for claim in self._flying.values()} | {sent.delivery.pk for sent in self._done}
        claims = await self._ask(lambda: claim_due(self._lane, free, letters=letters, but=inhand)) if free > 0 else []
        self._more = free <= 0 or letters <= 0 or bool(claims)
        if not claims:
            return
        attempts = {claim.delivery: claim for claim in claims}
        for parcel in await self._ask(lambda: packed(claims)):
            task = asyncio.create_task(self._send(parcel))
            self._flying[task] = attempts[parcel.delivery.pk]
            if parcel.letter is not None:
                self._posted.add(task)
            task.add_done_callback(self._landed)

    async def _send(self, parcel: Parcel) -> None:
        asked_at = timezone.now()
        try:
            outcome = await self._outcome(parcel)
        except Exception as error:  # a fault of ours: seen, and tried again
            log_unexpected(error)
            outcome = Outcome("fault", "later")
        self._done.append(Sent(parcel.delivery, outcome, asked_at, parcel.address))

    async def _outcome(self, parcel: Parcel) -> Outcome:
        if parcel.address is not None:
            urgency = "high" if self._lane is not Lane.ORDINARY or parcel.delivery.notice.news in _HIGH else "normal"
            return await send(parcel.address, payload_of(parcel.delivery.pk), ttl_s=TTL_S, urgency=urgency)
        if parcel.letter is not None:
            return await asyncio.get_running_loop().run_in_executor(self._letters, send_letter, parcel.letter)
        return Outcome("sealed", "refused")

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._flying.pop(task, None)
        self._posted.discard(task)

    async def _record(self) -> None:
        """What has come back; kept for the next round where the database does not answer."""
        done, self._done = self._done, []
        if not done:
            return
        try:
            await self._ask(lambda: settled(done))
        except DatabaseError:
            self._done = done + self._done
            raise

    async def _pause(self, seconds: Seconds) -> None:
        """Shorter where something comes back."""
        if self._flying and not self._done:
            await asyncio.wait(list(self._flying), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        elif not self._done:
            await asyncio.sleep(seconds)

    async def _drain(self) -> None:
        if self._flying:
            await asyncio.wait(list(self._flying), timeout=_DRAIN_S)
        try:
            await self._record()
        finally:
            await close()

    async def _ask(self, question: Callable[[], T]) -> T:
        """Something of the database, in the lane's own thread."""

        def asked() -> T:
            close_old_connections()
            return question()

        return await asyncio.get_running_loop().run_in_executor(self._rows, asked)
