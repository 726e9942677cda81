"""One hub per process: a ring makes it read the new lines once, encode each frame once per kind of reader, and hand the same
bytes to every local socket that stands at the line before. Whoever lags or joins catches up, together with those who stand
at the same place (house.md, 4).
"""
import asyncio
import datetime as dt
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import Any
from uuid import UUID

from django.conf import settings

from foundation import clock, metrics
from foundation.vault import seal
from messaging.feed.enums import Kind, Standing, Standings
from messaging.feed.items import Reader
from messaging.feed.models import SITE_FEED, FeedLine
from messaging.feed.queries import heads, site_position, touched_within
from messaging.live.marks import Marks
from messaging.live.news import MOST_FRAME, CircleNews, Missed, News, frames_of, read_inbox, read_missed, read_news
from messaging.live.protocol import NOT_SIGNED_IN, TOO_SLOW, event, heads_event
from messaging.live.threads import in_thread
from messaging.live.watch import Socket, Watch
from people.circles.queries import lapsed_between

log = logging.getLogger("cercle.live")
_TICK_S = 0.1
_INBOX_S = 1.0
_INBOX_TICK_S = 0.25
_SETTLE_S = 1.0  # between reading the heads and telling them
_CLOSE_S, _FEWEST_CLOSED = 0.05, 20  # 400 a second: about what one process signs in
_LONGEST_CLOSING_S = 8.0
_GATHER_S = 0.01  # a crowd that lags falls behind within milliseconds of each other
_AT_ONCE = 200
_COUNT_S = 30.0
_MOST_POSITIONS = 200_000
_SITE_MEMORY = 1000


class Hub:
    """Local sockets by person, watches by circle and reader, and how far this process has told each feed."""

    def __init__(self) -> None:
        self.sockets: dict[UUID, set[Socket]] = {}
        self.rooms: dict[UUID, dict[Reader, set[Watch]]] = {}
        self.site_position = 0
        self.site_lines: list[FeedLine] = []  # the last ones, for a socket that was signing in while one was told
        self.marks = Marks(self)
        self._positions: dict[UUID, int] = {}
        self._dirty: set[UUID] = set()
        self._rung_at: dict[UUID, float] = {}  # of what is dirty: when it was rung first, on the monotonic clock
        self._frames_gone = 0  # handed to sockets that are gone
        self._inbox: set[tuple[UUID, Standing]] = set()  # each standing has its own pace: what it may not see delays nothing
        self._inbox_at: dict[tuple[UUID, Standing], float] = {}
        self._began = self._lapsed_to = clock.now()
        self._told_over: set[tuple[Socket, UUID]] = set()  # watches that were ended since terms were last looked for
        self._tasks: set[asyncio.Task[Any]] = set()
        self._draining = False
        self._behind: list[Watch] = []
        self._ready: asyncio.Task[None] | None = None
        self.loop: asyncio.AbstractEventLoop | None = None

    async def ready(self) -> None:
        """Starts with our server, or under another one with the first socket; everybody waits for the start to be done."""
        if self._ready is None or (self._ready.done() and self._ready.exception() is not None):  # the database may have been away
            self.loop = asyncio.get_running_loop()
            self._ready = self.loop.create_task(self._start())
        await asyncio.shield(self._ready)

    async def _start(self) -> None:
        self._began = self._lapsed_to = clock.now() - dt.timedelta(seconds=1)
        self.site_position = await in_thread(site_position)
        beats = (
            (_TICK_S, self.marks.flush), (_INBOX_TICK_S, self._flush_inbox),
            (5 * _TICK_S, self._end_terms), (20 * _TICK_S, self._close_stuck),
            (settings.HEARTBEAT_S - _SETTLE_S, self._tell_heads), (settings.HEAL_S, self.heal),
        )  # fmt: skip
        for every, work in beats:
            self.spawn(self.beat(every, work))

    async def beat(self, every: float, work: Callable[[], Awaitable[None]]) -> None:
        """Does something again and again; one failure, a database that is away, ends no beat."""
        while True:
            await asyncio.sleep(every)
            try:
                await work()
            except Exception as error:
                log.error("live.beat_failed error=%s", type(error).__name__)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs something beside, and keeps it from being collected."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("live.task_failed error=%s", type(task.exception()).__name__)

    # Sockets and watches ------------------------------------------------------------------------------------------

    def add(self, socket: Socket) -> None:
        """A socket is signed in; what the site feed said while it was signing in is applied."""
        self.sockets.setdefault(socket.person, set()).add(socket)
        for line in self.site_lines:
            if line.care > socket.site_seen:
                self._apply(line)

    def remove(self, socket: Socket) -> None:
        """A socket is gone."""
        for watch in list(socket.watches.values()):
            self.unwatch(watch)
        mine = self.sockets.get(socket.person, set())
        mine.discard(socket)
        self._frames_gone += socket.outlet.n
        if not mine:
            self.sockets.pop(socket.person, None)

    def watch(self, watch: Watch, position: int, *, at_head: bool = False) -> None:
        """Takes a watch in, which reads by itself from its cursor up to where this process stands.

        `at_head`: its cursor was the head when the circle stood at `position`. If this process stands there too, nothing is missed.
        """
        before = watch.socket.watches.get(watch.circle)
        if before is not None:
            self.unwatch(before)
        watch.socket.watches[watch.circle] = watch
        self.rooms.setdefault(watch.circle, {}).setdefault(watch.reader, set()).add(watch)
        self.marks.begin(watch.circle)
        if watch.circle not in self._dirty:  # else the drain is about to find out where the feed stands
            self._positions.setdefault(watch.circle, position)
        if at_head and self._positions.get(watch.circle) == position:
            watch.position, watch.live = position, True
        else:
            self.catch_up(watch)

    def unwatch(self, watch: Watch) -> None:
        """Lets a watch go."""
        watch.over = True
        if watch.socket.watches.get(watch.circle) is watch:
            del watch.socket.watches[watch.circle]
        room = self.rooms.get(watch.circle, {})
        room.get(watch.reader, set()).discard(watch)
        if not room.get(watch.reader):
            room.pop(watch.reader, None)
        if not room and self.rooms.pop(watch.circle, None) is not None:
            self.marks.forget(watch.circle)

    def end(self, watch: Watch) -> None:
        """The membership ended: the socket is told, and nothing more comes from this circle."""
        self.unwatch(watch)
        self._told_over.add((watch.socket, watch.circle))
        self._say_ended(watch.socket, watch.circle)

    def _say_ended(self, socket: Socket, circle: UUID) -> None:
        socket.outlet.drop_circle(circle)
        if not socket.outlet.send(event("ended", circle=str(circle))):
            socket.close_with(TOO_SLOW)

    # Rings --------------------------------------------------------------------------------------------------------

    def rung(self, feed: UUID) -> None:
        """A feed has moved. Only its newest state matters, so rings coalesce and nothing queues up."""
        if not self.sockets and feed != SITE_FEED:
            return  # whoever comes reads from the database; destroyed keys concern a process without sockets as well
        self._dirty.add(feed)
        self._rung_at.setdefault(feed, time.monotonic())
        if not self._draining:
            self._draining = True
            self.spawn(self._drain())

    async def _drain(self) -> None:
        try:
            while self._dirty:
                feeds = [self._dirty.pop() for _ in range(min(_AT_ONCE, len(self._dirty)))]
                try:
                    news = await self._read(feeds)
                except Exception as error:  # the database is away: what was rung stays rung
                    log.error("live.reading_failed error=%s", type(error).__name__)
                    self._dirty.update(feeds)
                    await asyncio.sleep(1)
                    continue
                self._tell(news)
                self._note_delays(feeds, news)
                if news.more:
                    self._dirty.update(feeds)
        finally:
            self._draining = False

    def _note_delays(self, feeds: list[UUID], news: News) -> None:
        now = time.monotonic()
        for feed in feeds:
            rung_at = self._rung_at.pop(feed, now)
            if feed in news.circles:
                metrics.ring_to_screen.observe(now - rung_at)

    async def _read(self, feeds: list[UUID]) -> News:
        circles = [feed for feed in feeds if feed != SITE_FEED]
        positions = {feed: self._positions[feed] for feed in circles if feed in self._positions}
        fresh = [feed for feed in circles if feed not in self._positions]
        readers = {feed: list(self.rooms.get(feed, ())) for feed in circles}
        return await in_thread(read_news, {SITE_FEED: self.site_position, **positions}, fresh, self._began, readers)

    def _tell(self, news: News) -> None:
        """Rights first: ended sessions and accounts close their sockets before anything of this snapshot is sent."""
        self._apply_site(news.site)
        for circle, told in news.circles.items():
            self._tell_circle(circle, told, news.leavers)
        if len(self._positions) > _MOST_POSITIONS:
            self._positions = {feed: place for feed, place in self._positions.items() if feed in self.rooms}

    def _tell_circle(self, circle: UUID, news: CircleNews, leavers: dict[UUID, UUID]) -> None:
        start = 0
        for index, line in enumerate(news.lines):
            self._inbox.update((circle, standing) for standing in line.seen_by)
            if line.kind == Kind.MEMBER_JOINED:
                self._set_term(circle, line)
            if line.kind == Kind.MEMBER_LEFT:
                self._deliver(circle, news, start, index)
                start = index
                self._end_member(circle, line.subject, leavers.get(line.subject))
        self._deliver(circle, news, start, len(news.lines))

    def _set_term(self, circle: UUID, line: FeedLine) -> None:
        """A membership told once more has a new term: a team list or another right that holds it open has changed."""
        for watches in self.rooms.get(circle, {}).values():
            for watch in watches:
                if watch.membership == line.subject:
                    watch.until = line.until

    def _end_member(self, circle: UUID, member: UUID, person: UUID | None) -> None:
        for socket in list(self.sockets.get(person, ())) if person else []:
            watch = socket.watches.get(circle)
            if watch is None:
                self._say_ended(socket, circle)
            elif watch.membership == member:
                self.end(watch)

    def _deliver(self, circle: UUID, news: CircleNews, start: int, stop: int) -> None:
        """Lines [start, stop) to every watch that stands at the line before; the others catch up by themselves."""
        if start == stop:
            return
        before, after = news.lines[start].care - 1, news.lines[stop - 1].care
        newest = news.lines[stop - 1].at
        for reader, watches in list(self.rooms.get(circle, {}).items()):
            items = news.items.get(reader)
            frames = frames_of(items[start:stop], circle) if items is not None else None
            for watch in list(watches):
                if watch.until is not None and newest >= watch.until:
                    self.end(watch)
                elif watch.live and watch.position < after:
                    self._hand(watch, frames, before, after)
        self._positions[circle] = after

    def _hand(self, watch: Watch, frames: list[tuple[int, bytes]] | None, before: int, after: int) -> None:
        if frames is None or watch.position != before:
            self.catch_up(watch)
            return
        for cursor, rest in frames:
            if not watch.socket.outlet.send(rest):
                watch.live = False  # items wait in the database until there is room again
                return
            watch.number = cursor
        watch.position = after

    # Catching up --------------------------------------------------------------------------------------------------

    def catch_up(self, watch: Watch) -> None:
        """Lets a watch read what it has missed, unless it does so already; those who stand at the same place read together."""
        watch.live = False
        if watch.catching or watch.over or not watch.socket.outlet.has_room(MOST_FRAME):
            return  # without room it is tried again when there is some
        watch.catching = True
        if not self._behind:
            asyncio.get_running_loop().call_later(_GATHER_S, self._gather)
        self._behind.append(watch)

    def _gather(self) -> None:
        places: dict[tuple[UUID, Reader, int], list[Watch]] = {}
        for watch in self._behind:
            places.setdefault((watch.circle, watch.reader, watch.number), []).append(watch)
        self._behind = []
        for (circle, reader, number), together in places.items():
            self.spawn(self._catch_up(circle, reader, number, together))

    async def _catch_up(self, circle: UUID, reader: Reader, number: int, together: list[Watch]) -> None:
        missed = None
        try:
            missed = await in_thread(read_missed, circle, reader, number, {watch.membership for watch in together}, self.site_position)
        except Exception as error:  # the database is away: nobody is left standing behind
            log.error("live.catching_up_failed error=%s", type(error).__name__)
            await asyncio.sleep(1)
        for watch in together:
            watch.catching = False
        if missed is not None:
            self._apply_site(missed.site)
        for watch in together:
            if missed is None:
                self.catch_up(watch)
            elif not watch.over:
                self._give_missed(watch, missed)

    def _give_missed(self, watch: Watch, missed: Missed) -> None:
        if watch.membership not in missed.terms:
            self.end(watch)
            return
        watch.until = missed.terms[watch.membership]
        if not self._send_missed(watch, missed.frames):
            return
        if missed.complete:
            watch.number, watch.position = max(watch.number, missed.number), missed.position
            watch.live = self._positions.get(watch.circle, 0) <= watch.position
        if not watch.live:
            self.catch_up(watch)

    def _send_missed(self, watch: Watch, frames: list[tuple[int, bytes]]) -> bool:
        for cursor, rest in frames:
            if not watch.socket.outlet.send(rest):
                return False
            watch.number = cursor
        return True

    def freed(self, socket: Socket) -> None:
        """A socket has room again."""
        for watch in list(socket.watches.values()):
            if not watch.live:
                self.catch_up(watch)

    # Rights of the whole site ----------------------------------------------------------------------------------------

    def _apply_site(self, lines: list[FeedLine]) -> None:
        for line in lines:
            if line.care > self.site_position:
                self.site_position = line.care
                self.site_lines = [*self.site_lines[-_SITE_MEMORY:], line]
                self._apply(line)

    def _apply(self, line: FeedLine) -> None:
        if line.kind == Kind.KEY_DESTROYED:
            seal.forget()
            return
        if line.kind == Kind.SESSION_ENDED:
            gone = [socket for mine in self.sockets.values() for socket in mine if socket.session == line.subject]
        else:
            gone = list(self.sockets.get(line.subject, ()))
        for socket in gone:
            if line.care > socket.site_seen:
                socket.close_with(NOT_SIGNED_IN)

    # Beats ----------------------------------------------------------------------------------------------------------

    async def _end_terms(self) -> None:
        """Terms reached: nothing else has to run for them to end."""
        now = clock.now()
        for room in list(self.rooms.values()):
            for watches in list(room.values()):
                for watch in [one for one in watches if one.until is not None and one.until <= now]:
                    self.end(watch)
        await self._tell_lapsed()

    async def _close_stuck(self) -> None:
        """Sockets that confirm nothing."""
        now = time.monotonic()
        for socket in self.everyone():
            if socket.outlet.is_stuck(now):
                socket.close_with(TOO_SLOW)

    async def _tell_lapsed(self) -> None:
        """Terms reached in circles that somebody here does not watch: the socket hears of those too."""
        since, now = self._lapsed_to, clock.now()
        lapsed = await in_thread(lapsed_between, since, now) if self.sockets else []
        self._lapsed_to = now
        told, self._told_over = self._told_over, set()
        for person, circle in lapsed:
            for socket in list(self.sockets.get(person, ())):
                if circle not in socket.watches and (socket, circle) not in told:
                    self._say_ended(socket, circle)

    async def _flush_inbox(self) -> None:
        now = time.monotonic()
        ripe = {one for one in self._inbox if now - self._inbox_at.get(one, 0) >= _INBOX_S}
        if not ripe:
            return
        self._inbox -= ripe
        self._inbox_at.update(dict.fromkeys(ripe, now))
        if len(self._inbox_at) > 10_000:
            self._inbox_at = {one: at for one, at in self._inbox_at.items() if now - at < _INBOX_S}
        due: dict[UUID, set[Standing]] = {}
        for circle, standing in ripe:
            due.setdefault(circle, set()).add(standing)
        people = {person for person, mine in self.sockets.items() if any(not due.keys() <= socket.watches.keys() for socket in mine)}
        if not people:
            return
        served = {circle: self._served(circle) for circle in due}
        try:
            lines = await in_thread(read_inbox, due, people, served)
        except Exception:
            self._inbox |= ripe  # told when the database is back
            raise
        for line in lines:
            told = event("inbox", circle=str(line.circle), head=line.head, unread=line.unread, open_alerts=line.open_alerts)
            for socket in list(self.sockets.get(line.person, ())):
                if line.circle not in socket.watches:
                    socket.outlet.send_inbox(line.circle, told)

    def _served(self, circle: UUID) -> set[UUID]:
        """People all of whose sockets watch the circle: they need no inbox for it."""
        watching = {watch.socket.person for watches in self.rooms.get(circle, {}).values() for watch in watches}
        return {person for person in watching if all(circle in socket.watches for socket in self.sockets.get(person, ()))}

    async def _tell_heads(self) -> None:
        """The heartbeat: where each watched circle stands in the database, so that a client sees when it was left behind.

        The heads are read a moment before they are told, and what lags here is rung: who is well served has them by then.
        """
        read = await in_thread(heads, list(self.rooms)) if self.rooms else {}
        for circle, head in read.items():
            if self.is_behind(circle, head.care):
                self._heal(circle)
        await asyncio.sleep(_SETTLE_S)
        pieces = {circle: b'"%s":' % str(circle).encode() for circle in read}
        for turn, socket in enumerate(self.everyone()):
            if turn % _AT_ONCE == 0:
                await asyncio.sleep(0)  # posts come first
            watched = [(circle, watch.reader.standing) for circle, watch in socket.watches.items() if circle in read]
            told = [pieces[circle] + b"%d" % read[circle].number(standing) for circle, standing in watched]
            if told:
                socket.outlet.send(heads_event(told))

    async def heal(self) -> None:
        """Whatever lost a ring, the heads touched in the last minute tell it: one query per process, every few seconds."""
        seal.forget_old()
        for feed, position in await in_thread(touched_within, 60.0):
            if self.is_behind(feed, position):
                self._heal(feed)
        if self.sockets:
            await self.marks.heal()

    def _heal(self, feed: UUID) -> None:
        """Rings what lags. Counted as healed where no ring is under way and somebody here would have waited for one."""
        if feed in self.rooms and feed not in self._rung_at:
            metrics.healed.n += 1
        self.rung(feed)

    def is_behind(self, feed: UUID, position: int) -> bool:
        """Whether a feed stands higher than this process has told."""
        return position > (self.site_position if feed == SITE_FEED else self._positions.get(feed, -1))

    def figures(self) -> tuple[int, int, int]:
        """(sockets, watches, event frames handed out so far), counted in the loop's thread where there is a loop; for any other thread."""
        if self.loop is None or self.loop.is_closed():
            return self._count()
        counted: Future[tuple[int, int, int]] = Future()
        self.loop.call_soon_threadsafe(lambda: counted.set_result(self._count()))
        return counted.result(_COUNT_S)

    def _count(self) -> tuple[int, int, int]:
        sockets = self.everyone()
        return len(sockets), sum(len(one.watches) for one in sockets), self._frames_gone + sum(one.outlet.n for one in sockets)

    def everyone(self) -> list[Socket]:
        """Every local socket."""
        return [socket for mine in self.sockets.values() for socket in mine]

    def typing(self, circle: UUID, member: UUID, readers: Standings) -> None:
        """Passes on that somebody types, to those who watch and may read that audience. Kept nowhere, dropped where there is no room."""
        told = event("typing", circle=str(circle), member=str(member))
        for reader, watches in self.rooms.get(circle, {}).items():
            if reader.standing in readers:
                for watch in watches:
                    if watch.membership != member:
                        watch.socket.outlet.send(told)

    async def close_all(self, code: int) -> None:
        """The process stops: every socket is told to come back, here one and there one, so that nobody meets them all at once."""
        at_once = max(_FEWEST_CLOSED, round(len(self.everyone()) * _CLOSE_S / _LONGEST_CLOSING_S))
        while everyone := self.everyone():  # also who was still signing in
            for socket in random.sample(everyone, min(at_once, len(everyone))):
                socket.close_with(code)
            await asyncio.sleep(_CLOSE_S)


hub = Hub()
