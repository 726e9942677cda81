"""The listener itself, in a loop of this process: certificates, limits, and that nobody holds up anybody."""
import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from foundation import clock
from foundation.limits import Bucket
from hospital.gateway import budgets
from hospital.gateway.counter import Counter
from hospital.gateway.framing import Block
from hospital.gateway.judging import Peer
from hospital.gateway.listener import Limits, Listener
from hospital.gateway.models import Feed, Message
from hospital.gateway.receiving import Incoming
from hospital.gateway.wire import server_context
from people.accounts.models import Structure
from tests.contract.hospital import Sender, told
from tests.gateway.authority import Authority, client_context
from tests.gateway.gate import about_nobody
from tests.service import free_port

HALF = b"\x0bMSH|^~\\&|"
WHOLE = b"\x0bhello\x1c\r"  # answered AR 100


@contextmanager
def listening(limits: Limits | None = None, certificates: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a listener that runs beside the test."""
    port, loop, ready = free_port(), asyncio.new_event_loop(), threading.Event()
    end = asyncio.Event()

    async def serve() -> None:
        counter = Counter()
        listener = Listener(counter, certificates=certificates, limits=limits)
        server = await listener.start("127.0.0.1", port)
        ready.set()
        await end.wait()
        await listener.end(server)
        await asyncio.to_thread(counter.close)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(30)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()


def answered(sender: Sender) -> bool:
    """Whether a message is answered on this connection."""
    sender.raw(WHOLE)
    return told(sender.answer()) == ("AR", "100")


def test_bytes_in_any_pieces_are_answered_one_by_one() -> None:
    with listening() as port, Sender(port) as sender:
        for byte in WHOLE:
            sender.raw(bytes([byte]))
        assert told(sender.answer()) == ("AR", "100")
        sender.raw(WHOLE * 3 + HALF)
        assert [told(sender.answer()) for _ in range(3)] == [("AR", "100")] * 3


def test_long_messages_of_one_peer_take_one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others' are read meanwhile, however many it sends at once."""
    go_on, asked = threading.Event(), []

    def read(raw: bytes, peer: Peer) -> Incoming:
        asked.append(peer.address)
        if peer.address == "long":
            assert go_on.wait(30)
        return Incoming(raw, clock.now())

    async def talk() -> None:
        counter = Counter()
        slow = [asyncio.create_task(counter.answer(Block(WHOLE), Peer("long"))) for _ in range(6)]
        await asyncio.sleep(0)
        assert b"MSA" in await asyncio.wait_for(counter.answer(Block(WHOLE), Peer("short")), 20)
        assert asked.count("long") == 1
        go_on.set()
        assert all(b"MSA" in answer for answer in await asyncio.gather(*slow))
        await asyncio.to_thread(counter.close)

    monkeypatch.setattr("hospital.gateway.counter.prepare", read)
    asyncio.run(talk())


def test_a_slow_sender_is_cut_off_and_harms_no_other() -> None:
    with listening(Limits(slow_s=0.5)) as port, Sender(port) as slow, Sender(port) as other:
        slow.raw(HALF)
        assert answered(other)
        with pytest.raises(ConnectionError):
            slow.answer()
        assert answered(other)


def test_bytes_that_trickle_do_not_buy_time() -> None:
    with listening(Limits(slow_s=1.0)) as port, Sender(port) as slow:
        slow.raw(HALF)
        with pytest.raises(OSError):  # noqa: PT012  -- it may be heard while sending or while reading
            for _ in range(200):
                slow.raw(b"x")
                threading.Event().wait(0.05)
            slow.answer()


def test_one_that_says_nothing_is_let_go() -> None:
    with listening(Limits(idle_s=0.3)) as port, Sender(port) as idle, pytest.raises(ConnectionError):
        idle.answer()


def test_a_message_that_is_too_long_is_answered_and_the_next_one_read() -> None:
    with listening(Limits(message=10_000)) as port, Sender(port) as sender:
        sender.raw(b"\x0bMSH|^~\\&|GAM|X|C|C|2026||ADT^A01|77|P|2.5\r" + b"PID|" * 10_000 + b"\x1c\r")
        answer = sender.answer()
        assert told(answer) == ("AE", "207")
        assert "MSA|AE|77" in answer
        assert answered(sender)


def test_a_peer_has_so_much_memory_and_no_more() -> None:
    with listening(Limits(memory_each=100_000)) as port, Sender(port) as first, Sender(port) as second:
        first.raw(HALF + b"x" * 90_000)
        second.raw(HALF + b"y" * 90_000)
        second.raw(b"\x1c\r")
        assert told(second.answer())[0] in {"AE", "AR"}
        first.raw(b"\x1c\r")
        first.answer()
        assert answered(second)


def test_a_peer_has_so_many_connections_and_no_more() -> None:
    with listening(Limits(each=2)) as port, Sender(port) as first, Sender(port) as second:
        assert answered(first)
        assert answered(second)
        with Sender(port) as third, pytest.raises(OSError):  # noqa: PT012
            third.raw(WHOLE)
            third.answer()
        assert answered(first)


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_a_hospital_above_its_budget_waits_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its feeds and connections count together; another hospital's message is answered meanwhile."""
    for name, feeds in (("CH-PAU", ["PAU-1", "PAU-2"]), ("CH-DAX", ["DAX"])):
        hospital = Structure.objects.create(name=name, kind="hospital")
        for msh4 in feeds:
            Feed.objects.create(structure=hospital, msh4=msh4, made_at=clock.now())
    kept = Message.objects.filter(feed__structure__name="CH-PAU")
    monkeypatch.setattr(budgets, "_MESSAGES", Bucket(per_minute=0.001, burst=1))
    with listening() as port, Sender(port) as first, Sender(port) as second, Sender(port) as other:
        assert told(first.send(about_nobody(facility="PAU-1", control="1"))) == ("AA", "")
        second.raw(b"\x0b" + about_nobody(facility="PAU-2", control="2").bytes() + b"\x1c\r")
        assert told(other.send(about_nobody(facility="DAX", control="3"))) == ("AA", "")
        assert kept.count() == 1
        monkeypatch.setattr(budgets, "_MESSAGES", Bucket(per_minute=60, burst=10))
        assert told(second.answer()) == ("AA", "")
        assert kept.count() == 2


def test_at_its_end_what_was_complete_has_its_answer() -> None:
    with listening() as port:
        sender, idle = Sender(port), Sender(port)
        assert answered(idle)
        sender.raw(WHOLE)
        assert told(sender.answer()) == ("AR", "100")
    with pytest.raises(ConnectionError):
        idle.answer()
    for each in (sender, idle):
        each.__exit__()


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_who_may_connect_is_said_by_certificates(tmp_path: Path, settings: Any) -> None:
    ours, others = Authority(tmp_path, "ours"), Authority(tmp_path, "others")
    server, pau, dax = (ours.vouch(name) for name in ("server", "pau", "dax"))
    settings.MLLP_CERT_FILE, settings.MLLP_CA_FILE = str(server.file), str(ours.file)
    for name, paper in (("CH-PAU", pau), ("CH-DAX", dax)):
        hospital = Structure.objects.create(name=name, kind="hospital")
        Feed.objects.create(structure=hospital, msh4=name, certificate=paper.digest, made_at=clock.now())
    with listening(certificates=server_context()) as port:
        with Sender(port, client_context(ours, dax)) as sender:
            assert told(sender.send(about_nobody(facility="CH-DAX"))) == ("AA", "")
            foreign, unknown = (sender.send(about_nobody(facility=name, control="1")) for name in ("CH-PAU", "CH-NOWHERE"))
            assert told(foreign) == told(unknown) == ("AR", "204")
            assert foreign.split("ERR|")[1] == unknown.split("ERR|")[1]
        for shown in (None, others.vouch("stranger"), ours.vouch("former", days=-1)):
            with pytest.raises(OSError), Sender(port, client_context(ours, shown)) as sender:  # noqa: PT012
                sender.raw(WHOLE)
                sender.answer()
        with pytest.raises(OSError), Sender(port) as plain:  # noqa: PT012
            plain.raw(WHOLE)
            plain.answer()
