"""Urgent posts while the process of alerts and the server are killed: each must reach the phone that it is meant for, and be shown once."""
import asyncio
import json
import os
import random
import signal
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.contract.cast import scenario
from tests.contract.running import Server
from tests.faults.writing import Client
from tests.push_service import HANGING, FakeDevice, Pushed, PushService

_PATIENCE_S = 120.0  # for what must come however often somebody is killed meanwhile
_PAUSES_S = (0.5, 4.0)  # between two kills: long enough for a new process to have work in hand now and then
# Read from the database when all is quiet: which push belonged to which post.
_ASK = """
import json
from notifications.models import Delivery
from notifications.enums import Channel, DeliveryState, Stride
rows = Delivery.objects.filter(channel=Channel.PUSH, notice__step__what=Stride.TOLD)
pairs = [[str(pk), str(subject)] for pk, subject in rows.values_list("pk", "notice__subject")]
print(json.dumps([pairs, rows.filter(state=DeliveryState.WAITING).count()]))
"""


# Ordinary news for another device, whose push service never answers: they wait for the whole test.
_FILL = """
from django.utils import timezone
from notifications.enums import Channel, Lane, News
from notifications.models import Delivery, Device, Notice
device, now = Device.objects.get(name="hangs"), timezone.now()
notices = [Notice(person=device.person, news=News.POST, lane=Lane.ORDINARY, at=now) for _ in range({count})]
Notice.objects.bulk_create(notices)
Delivery.objects.bulk_create(
    Delivery(notice=notice, channel=Channel.PUSH, device=device, lane=Lane.ORDINARY, due_at=now) for notice in notices
)
"""
_COUNT = """
from notifications.enums import DeliveryState, Lane
from notifications.models import Delivery
print(Delivery.objects.filter(lane=Lane.ORDINARY, state=DeliveryState.WAITING).count())
"""


@dataclass
class Alerted:
    """What was written, and what the phone got of it: post → moments by the monotonic clock."""

    kills: int
    answered: dict[str, float] = field(default_factory=dict)
    arrived: dict[str, list[float]] = field(default_factory=dict)
    shown: Counter[str] = field(default_factory=Counter)  # post → notifications that the person has seen of it
    repeated: int = 0  # pushes that the phone had already
    ordinary_waiting: int = 0  # ordinary pushes that waited when the last alert had arrived
    faults: list[str] = field(default_factory=list)  # what the push service did not take

    def read(self, server: Server, phone: FakeDevice) -> None:
        """What the phone got, told by posts."""
        pairs, waiting = json.loads(shell(server, _ASK))
        posts = dict(pairs)
        for push in phone.received:
            self.arrived.setdefault(posts.get(push.message["id"], "no post"), []).append(push.at)
        self.shown = Counter(posts.get(shown, "no post") for shown in phone.shown)
        self.repeated = len(phone.received) - len(phone.shown)
        if waiting or "no post" in self.shown:
            self.faults.append(f"{waiting} pushes still wait, {self.shown['no post']} belong to no post")

    @property
    def longest_s(self) -> float:
        """From the answer to a post to its first push, at worst."""
        return max((min(self.arrived[post]) - at for post, at in self.answered.items() if post in self.arrived), default=0.0)


def people() -> dict[str, Any]:
    """A nurse who writes, a physician whose phone rings, a pharmacist whose phone is off."""
    everybody = {"nurse": "nurse", "gp": "physician", "pharmacist": "pharmacist"}
    return scenario(everybody, {"circle": [(who, who) for who in everybody]})


def alerted_while_killed(server: Server, service: PushService, *, alerts: int, kills: int, ordinary: int = 0) -> Alerted:
    """Writes so many urgent posts while so many ordinary news wait and so many processes are killed; comes back when all is sent."""
    ids = server.load(people())
    outcome = Alerted(kills)
    phone = subscribed(server, service, ids["circle"], ordinary)
    asyncio.run(_through(server, ids["circle"], phone, outcome, alerts))
    outcome.ordinary_waiting = waiting_ordinary(server)
    outcome.read(server, phone)
    outcome.faults += service.faults
    return outcome


def subscribed(server: Server, service: PushService, circle: str, ordinary: int) -> FakeDevice:
    """The physician's phone; and so many ordinary pushes to the pharmacist's, whose push service never answers."""
    phone, other = service.device("Chrome, Android"), service.device("hangs")
    other.manner = HANGING
    asyncio.run(_subscribe(server, circle, phone, other))
    if ordinary:
        shell(server, _FILL.format(count=ordinary))
    return phone


def waiting_ordinary(server: Server) -> int:
    """How many ordinary pushes have not left."""
    return int(shell(server, _COUNT))


def shell(server: Server, program: str) -> str:
    """The last line that a program prints beside the running service."""
    return server.manage("shell", "-v", "0", "-c", program).strip().rpartition("\n")[2]


def http_to() -> aiohttp.ClientSession:
    """A client without cookies; whatever it asks is answered or broken off in time."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20), cookie_jar=aiohttp.DummyCookieJar())


async def _subscribe(server: Server, circle: str, *devices: FakeDevice) -> None:
    """The physician's phone, and the pharmacist's that hangs."""
    async with http_to() as http:
        for role, device in zip(("gp", "pharmacist"), devices, strict=True):
            person = await Client(http, server.url, role, circle).sign_in()
            await person.call("POST", "/api/v1/push/subscriptions", json=device.subscription, headers=person.headers)


async def _through(server: Server, circle: str, phone: FakeDevice, outcome: Alerted, alerts: int) -> None:
    async with http_to() as http:
        nurse, gp = [await Client(http, server.url, role, circle).sign_in() for role in ("nurse", "gp")]
        loop = asyncio.get_running_loop()
        phone.on_shown = lambda push: _later(loop, gp, push)
        members = (await gp.get(""))["members"]
        seat = next(member["id"] for member in members if member["role"] == "gp")
        killing = asyncio.create_task(_kill(server, outcome.kills))
        numbers = iter(range(alerts))
        await asyncio.gather(*(_write(nurse, seat, numbers, outcome, killing) for _ in range(4)))
        await killing
        deadline = time.monotonic() + _PATIENCE_S
        while len(phone.shown) < alerts and time.monotonic() < deadline:  # noqa: ASYNC110  -- the service is in other threads
            await asyncio.sleep(0.2)
        await asyncio.sleep(8.0 if outcome.kills else 0.0)  # longer than a lease: what would be sent again is sent now


async def _write(nurse: Client, seat: str, numbers: Any, outcome: Alerted, killing: "asyncio.Task[None]") -> None:
    """Urgent posts to the one seat, slowly enough to last as long as there are kills."""
    for number in numbers:
        body = {"text": f"urgent {number}", "audience": "care_team", "urgency": "urgent", "to": [seat]}
        headers = {**nurse.headers, "Idempotency-Key": str(uuid.uuid4())}
        post = await nurse.call("POST", f"/api/v1/circles/{nurse.circle}/posts", json=body, headers=headers)
        outcome.answered[post["id"]] = time.monotonic()
        if not killing.done():
            await asyncio.sleep(random.uniform(0, 0.8))


def _later(loop: asyncio.AbstractEventLoop, gp: Client, push: Pushed) -> None:
    asyncio.run_coroutine_threadsafe(_confirm(gp, push), loop)


async def _confirm(gp: Client, push: Pushed) -> None:
    """As the service worker does: the receipt is sent again until it is taken."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        try:
            async with gp.http.post(gp.url + "/api/v1/push/receipts", json=push.receipt, headers=gp.headers) as answer:
                if answer.status == 204:
                    return
        except (TimeoutError, aiohttp.ClientError, OSError):
            pass
        await asyncio.sleep(0.2)


async def _kill(server: Server, kills: int) -> None:
    """The process of alerts two times of three, else the server; at any moment of what they do."""
    for number in range(kills):
        await asyncio.sleep(random.uniform(*_PAUSES_S))
        while not _killed(server, "web" if number % 3 == 2 else "alerts"):  # noqa: ASYNC110  -- one that is not back yet is waited for
            await asyncio.sleep(0.1)


def _killed(server: Server, name: str) -> bool:
    try:
        os.kill(server.pid(name), signal.SIGKILL)
    except (ProcessLookupError, FileNotFoundError, ValueError):
        return False
    return True


def faults_of_alerts(outcome: Alerted) -> list[str]:
    """What must not be. One push in a thousand may come twice, and no person sees anything twice."""
    lost = [post for post in outcome.answered if post not in outcome.arrived]
    faults = [*outcome.faults]
    if lost:
        faults.append(f"{len(lost)} alerts of {len(outcome.answered)} lost")
    doubled = [post for post, count in outcome.shown.items() if count > 1]
    if doubled:
        faults.append(f"{len(doubled)} alerts shown twice")
    if outcome.repeated > max(1, len(outcome.answered) // 1000):
        faults.append(f"{outcome.repeated} pushes sent twice")
    return faults
