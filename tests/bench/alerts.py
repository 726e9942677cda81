"""`python -m tests.bench.alerts [--posts 200] [--ordinary 500] [--postgres]`: from an urgent post to the push service, and what that costs.

An urgent post is written each quarter of a second while so many ordinary pushes wait at a service that never answers. Measured from the
answer to the post, and from the moment before it was sent, to the moment when the push service has the message.
"""
import argparse
import asyncio
import tempfile
import time
import uuid
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.bench.machine import describe
from tests.contract.running import Server
from tests.faults.alerting import Alerted, http_to, people, subscribed, waiting_ordinary
from tests.faults.writing import Client
from tests.push_service import FakeDevice, PushService
from tests.stores import OwnRedis, own_postgres

_EVERY_S = 0.25
_WARM = 10  # posts that are not counted


def quantile(values: list[float], share: float) -> float:
    """The value below which this share lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def write(server: Server, circle: str, count: int) -> tuple[dict[str, float], dict[str, float], list[float]]:
    """(post → when it was sent, post → when it was answered, seconds that each urgent post took) by the monotonic clock."""
    sent, answered, took = {}, {}, []
    async with http_to() as http:
        nurse = await Client(http, server.url, "nurse", circle).sign_in()
        seat = next(member["id"] for member in (await nurse.get(""))["members"] if member["role"] == "gp")
        for number in range(_WARM + count):
            body = {"text": f"urgent {number}", "audience": "care_team", "urgency": "urgent", "to": [seat]}
            headers = {**nurse.headers, "Idempotency-Key": str(uuid.uuid4())}
            begun = time.monotonic()
            post = await nurse.call("POST", f"/api/v1/circles/{circle}/posts", json=body, headers=headers)
            ended = time.monotonic()
            if number >= _WARM:
                sent[post["id"]], answered[post["id"]] = begun, ended
                took.append(ended - begun)
            await asyncio.sleep(max(0.0, begun + _EVERY_S - time.monotonic()))
    return sent, answered, took


def measured(server: Server, service: PushService, *, posts: int, ordinary: int) -> int:
    """Prints the figures; 1 where one of them misses what is promised."""
    circle = server.load(people())["circle"]
    phone = subscribed(server, service, circle, ordinary)
    sent, answered, took = asyncio.run(write(server, circle, posts))
    service.wait_until(lambda: len(phone.shown) >= posts + _WARM)
    waiting = waiting_ordinary(server)
    arrived = _arrivals(server, phone)
    whole = [arrived[post] - at for post, at in sent.items()]
    after = [arrived[post] - at for post, at in answered.items()]
    print(f"{posts} urgent posts, {waiting} ordinary pushes wait at the end; a post is answered in {1000 * median(took):.0f} ms (median)")
    for name, values in {"sent → accepted": whole, "answered → accepted": after}.items():
        p50, p99, worst = (quantile(values, share) for share in (0.5, 0.99, 1.0))
        print(f"{name:22} p50 {1000 * p50:6.0f} ms   p99 {1000 * p99:6.0f} ms   worst {1000 * worst:6.0f} ms")
    return 1 if quantile(whole, 0.99) > 1.0 or waiting < 0.8 * ordinary else 0


def _arrivals(server: Server, phone: FakeDevice) -> dict[str, float]:
    found = Alerted(0)
    found.read(server, phone)
    return {post: min(moments) for post, moments in found.arrived.items()}


def main() -> int:
    """Starts the service as a user does, on SQLite or on PostgreSQL with Redis."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.alerts", description=__doc__)
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--ordinary", type=int, default=500)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    print(describe())
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="cercle-bench-") as folder:
        stores = {}
        if options.postgres:
            stores = {"DATABASE_URL": stack.enter_context(own_postgres()), "REDIS_URL": stack.enter_context(OwnRedis()).url}
        service = stack.enter_context(PushService())
        server = stack.enter_context(Server(Path(folder), CERCLE_PUSH_ALLOW=service.origin, **stores))
        return measured(server, service, posts=options.posts, ordinary=options.ordinary)


if __name__ == "__main__":
    raise SystemExit(main())
