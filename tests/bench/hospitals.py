"""`python -m tests.bench.hospitals [--messages 2000] [--backlog 2000]`: hospitals' messages beside people's posts, on a server of its own.

Prints: messages answered after the commit per second over one and over several connections; from an ADT message's sending to the event on a
socket; from a post to a socket, without and with a backlog of messages that is worked out meanwhile.
"""
import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.contract.client import Person, line_to
from tests.contract.hospital import Sender, stamp
from tests.contract.running import Server
from tests.contract.wire import Wire
from tests.faults.admissions import HOSPITALS, admissions, ins_of
from tests.faults.alerting import shell
from tests.gateway.messages import Adt
from tests.service import free_port

_CONNECTIONS = 8
_PATIENTS = 100
_WAITING = "from hospital.gateway.models import Message; print(Message.objects.filter(state='waiting').count())"


def strangers(count: int, tag: str) -> list[bytes]:
    """Messages about people without a circle: what most of a hospital's are."""
    base = Adt(facility=HOSPITALS[0], birth_name="AUTRE", at=stamp(hours=1), sent=stamp())
    return [base.but(control="", ins=ins_of(60_000 + n), ipp=f"{tag}{n}", stay=f"{tag}{n}").bytes() for n in range(count)]


def about(number: int, place: int, *, tag: str, historic: str = "N") -> bytes:
    """A stay of one of the patients."""
    return Adt(
        facility=HOSPITALS[number % 2], ins=ins_of(number), ipp=str(number // 2), stay=f"{tag}{place}", movement=str(place),
        historic=historic, birth_name="PETIT", given="JEANNE", at=stamp(hours=1), sent=stamp(),
    ).bytes()  # fmt: skip


def per_second(port: int, messages: Sequence[bytes], connections: int) -> float:
    """Messages answered in a second over so many connections."""

    def send(share: Sequence[bytes]) -> None:
        with Sender(port) as sender:
            for message in share:
                sender.send(message)

    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(send, [messages[place::connections] for place in range(connections)]))
    return len(messages) / (time.perf_counter() - began)


def until_shown(wire: Wire, do: Callable[[], object]) -> float:
    """Milliseconds from a doing to the next item on a socket."""
    seen, began = len(wire.frames), time.perf_counter()
    do()
    while not any(frame.get("event") == "items" for frame in wire.frames[seen:]):
        time.sleep(0.001)
        assert time.perf_counter() - began < 60
    return 1000 * (time.perf_counter() - began)


def told(name: str, found: list[float]) -> str:
    """p50 and p99 of milliseconds."""
    return f"{name}: p50 {statistics.median(found):.0f} ms, p99 {sorted(found)[int(len(found) * 0.99) - 1]:.0f} ms of {len(found)}"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hospitals", description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--backlog", type=int, default=2000)
    parser.add_argument("--posts", type=int, default=200)
    options = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="cercle-bench-") as folder, Server(Path(folder), CERCLE_MLLP_PORT=str(port)) as server:
        ids = server.load(admissions(_PATIENTS))
        with line_to(server.url) as line:
            nurse = Person(line, "nurse").sign_in()
            print(f"answered after the commit, 1 connection: {per_second(port, strangers(options.messages // 4, 'A'), 1):.0f} messages/s")
            print(f"{_CONNECTIONS} connections: {per_second(port, strangers(options.messages, 'B'), _CONNECTIONS):.0f} messages/s")
            with nurse.wire(ids["p0"]) as wire, Sender(port) as sender:
                admitted = [until_shown(wire, lambda n=n: sender.send(about(0, n, tag="L"))) for n in range(options.posts)]  # type: ignore[misc]
                print(told("ADT to socket", admitted))
            with nurse.wire(ids["p1"]) as wire:
                calm = [until_shown(wire, lambda: nurse.wrote(ids["p1"])) for _ in range(options.posts)]
                print(told("post to socket", calm))
                backlog = [about(2 + n % (_PATIENTS - 2), n, tag="Q", historic="Y") for n in range(options.backlog)]
                print(f"a backlog comes in: {per_second(port, backlog, _CONNECTIONS):.0f} messages/s")
                busy = [until_shown(wire, lambda: nurse.wrote(ids["p1"])) for _ in range(options.posts)]
                print(told(f"post to socket, {shell(server, _WAITING)} messages waiting afterwards", busy))


if __name__ == "__main__":
    main()
