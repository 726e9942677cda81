"""`python -m tests.bench.media [--quick]`: files through the service beside plain ones, and how soon they are on other screens.

Memory that does not grow with the file: the 20 MB file's figure is held against the 1 MB file's.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.bench import arrivals
from tests.bench.machine import LOAD_CORE, ROOT, SERVER_CORE, describe
from tests.contract.cast import ROLES, scenario, whole_cast
from tests.contract.client import Line, Person, line_to
from tests.media.serving import Served, prepared, served

MB = 1_000_000
SIZE = 20 * MB
READERS = 8
NOISE = 4.0  # MB that two measurements of the same memory may lie apart: half a megabyte for each reader
BUFFER = memoryview(bytearray(1 << 20))


def request(port: int, path: str, **headers: str) -> bytes:
    """The head of a GET."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: localhost:{port}", "Connection: close", *lines, "", ""]).encode()


def drain(line: socket.socket) -> int:
    """Bytes until the server hangs up; nothing is kept, so that the generator outruns the server."""
    read = 0
    while got := line.recv_into(BUFFER):
        read += got
    return read


def speed(port: int, path: str, **headers: str) -> float:
    """MB/s of one whole file."""
    begun = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(request(port, path, **headers))
        read = drain(line)
    if read < SIZE:
        raise SystemExit(f"{path}: {read} bytes came")
    return read / MB / (time.perf_counter() - begun)


def memory(web: Served) -> int:
    """The web process's proportional set size in bytes."""
    rollup = Path(f"/proc/{web.pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))


def growth(web: Served, path: str, *, slow: bool) -> float:
    """MB that the web process grows by, at most, while eight readers have this file: read at once, or 64 KiB every tenth of a second."""
    before = highest = memory(web)
    with ExitStack() as held:
        lines = [held.enter_context(socket.create_connection(("127.0.0.1", web.port))) for _ in range(READERS)]
        for line in lines:
            line.sendall(request(web.port, path))
        end = time.monotonic() + 2
        while lines and time.monotonic() < end:
            lines = [line for line in lines if line.recv_into(BUFFER[:65536] if slow else BUFFER)]
            highest = max(highest, memory(web))
            time.sleep(0.1 if slow else 0)
    return (highest - before) / MB


def bytes_read(web: Served, path: str) -> float:
    """The share of the file at rest that the process reads for 1 % in the middle."""

    def read_so_far() -> int:
        return int(Path(f"/proc/{web.pid}/io").read_text().split()[1])

    shares = []
    for start in (0, SIZE // 3, SIZE - SIZE // 100):
        before = read_so_far()
        status, _, body = web.get(path, Range=f"bytes={start}-{start + SIZE // 100 - 1}")
        if (status, len(body)) != (206, SIZE // 100):
            raise SystemExit(f"a range: {status}")
        shares.append((read_so_far() - before) / SIZE)
    return max(shares)


@contextmanager
def pinned(web: Served, core: int) -> Iterator[Served]:
    """The process on one core, and this one on the other."""
    for task in Path(f"/proc/{web.pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {LOAD_CORE})
    try:
        yield web
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def worker(env: dict[str, str]) -> Iterator[None]:
    """The process that opens files."""
    process = subprocess.Popen([sys.executable, "manage.py", "media_worker"], cwd=ROOT, env=env)
    try:
        yield
    finally:
        process.terminate()
        process.wait(40)


def circle_of(env: dict[str, str]) -> str:
    """The id of a circle with everybody in it."""
    file = Path(env["CERCLE_DATA"]) / "scenario.json"
    file.write_text(json.dumps(scenario(whole_cast(), {"circle": [(role, role) for role in ROLES]})))
    told = subprocess.run([sys.executable, "manage.py", "load_scenario", str(file)], cwd=ROOT, env=env, check=True, capture_output=True)
    return str(json.loads(told.stdout)["circle"])


def streaming(web: Served, stock: Served, nurse: Person, circle: str, rounds: int) -> dict[str, float]:
    """Medians of interleaved downloads, in MB/s."""
    plain = os.urandom(SIZE // 2).hex().encode()
    (web.data / "plain" / "file").write_bytes(plain)
    sealed = f"/tests/kept/{json.loads(web.get('/tests/keep', 'POST', plain)[2])['id']}"
    medium, _ = arrivals.sent(nurse, circle, plain, "rapport.txt")
    arrivals.until_ready(nurse, circle, medium)
    ways: dict[str, Callable[[], float]] = {
        "api": lambda: speed(web.port, f"/api/v1/media/{medium}", X_Session_Token=nurse.token),
        "sealed": lambda: speed(web.port, sealed),
        "plain": lambda: speed(web.port, "/tests/plain/file"),
        "stock": lambda: speed(stock.port, "/tests/plain/file"),
    }
    for way in ways.values():
        way()
    told: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            told[name].append(way())
    figures = {name: median(all_) for name, all_ in told.items()}
    figures["range"] = bytes_read(web, sealed)
    small = f"/tests/kept/{json.loads(web.get('/tests/keep', 'POST', bytes(MB))[2])['id']}"
    for name, path in (("1", small), ("20", sealed)):
        figures[f"fast {name}"], figures[f"slow {name}"] = growth(web, path, slow=False), growth(web, path, slow=True)
    return figures


def report(figures: dict[str, float]) -> bool:
    """Prints the table; whether everything held."""
    most = {pace: figures[f"{pace} 1"] + NOISE for pace in ("fast", "slow")}
    lines: list[tuple[str, str, str, bool | None]] = [
        ("a 20 MB file, MB/s: through the API", f"{figures['api']:,.0f}", "", None),
        ("  sealed, on a bare route", f"{figures['sealed']:,.0f}", "", None),
        ("  plain, on the same paced way", f"{figures['plain']:,.0f}", "", None),
        ("  plain, Django's FileResponse under Daphne", f"{figures['stock']:,.0f}", "", None),
        ("  API : plain", f"{figures['api'] / figures['plain']:.2f}", ">= 0.5", figures["api"] >= 0.5 * figures["plain"]),
        ("bytes at rest read for 1 % of it", f"{figures['range']:.2%}", "<= 3 %", figures["range"] <= 0.03),
        ("MB grown, 8 readers at full speed: 1 MB file", f"{figures['fast 1']:,.1f}", "", None),
        ("  20 MB file", f"{figures['fast 20']:,.1f}", f"<= {most['fast']:.1f}", figures["fast 20"] <= most["fast"]),
        ("MB grown, 8 slow readers: 1 MB file", f"{figures['slow 1']:,.1f}", "", None),
        ("  20 MB file", f"{figures['slow 20']:,.1f}", f"<= {most['slow']:.1f}", figures["slow 20"] <= most["slow"]),
        ("s from its last byte: a 12 MP photo on another screen", f"{figures['photo']:.2f}", "<= 2 s", figures["photo"] <= 2),
        ("  the worst", f"{figures['photo worst']:.2f}", "", None),
        ("s from its last byte: a two-minute note is there", f"{figures['voice']:.2f}", "<= 3 s", figures["voice"] <= 3),
        ("  the worst", f"{figures['voice worst']:.2f}", "", None),
    ]
    print(f"\n{datetime.now(UTC):%Y-%m-%d}  {describe()}; web process on core {SERVER_CORE}, load on core {LOAD_CORE}")
    for title, value, promise, holds in lines:
        verdict = "" if holds is None else f"{promise}: {'held' if holds else 'MISSED'}"
        print(f"{title:56}{value:>10}  {verdict}".rstrip())
    return all(holds is not False for *_, holds in lines)


def measure(rounds: int, several: int) -> dict[str, float]:
    """All figures by name."""
    with ExitStack() as held:
        env = held.enter_context(prepared())
        circle = circle_of(env)
        web = held.enter_context(served(env))
        stock = held.enter_context(served(env, "--stock"))
        held.enter_context(worker(env))
        line: Line = held.enter_context(line_to(f"http://127.0.0.1:{web.port}"))
        nurse, gp = Person(line, "nurse").sign_in(), Person(line, "gp").sign_in()
        seen = arrivals.on_another_screen(nurse, gp, circle, several)
        with pinned(web, SERVER_CORE), pinned(stock, SERVER_CORE):
            return seen | streaming(web, stock, nurse, circle, rounds)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.media", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds: shows that everything runs, its figures are noise")
    options = parser.parse_args()
    held = report(measure(3, 2) if options.quick else measure(21, 9))
    return 0 if held or options.quick else 1


if __name__ == "__main__":
    sys.exit(main())
