"""Hospitals that send while the process that listens is killed: nothing lost, nothing twice, nothing in a wrong circle, whatever the order.

Patients come in pairs of the same name and birth date, one in each of two hospitals, where both have the same number (IPP). Beside them
there are strangers, identities that count for nobody, messages sent twice or out of order, and bytes that are no message.
"""
import asyncio
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.contract.cast import patient, person
from tests.contract.hospital import stamp
from tests.contract.running import Server
from tests.faults.alerting import http_to, shell
from tests.faults.writing import Client
from tests.gateway.messages import Adt

HOSPITALS = ("CH-DAX", "CH-PAU")
_PATIENCE_S = 180.0
_PAUSES_S = (0.3, 2.5)
_SENDERS = 4  # connections of each hospital
# What happened to somebody, as (trigger, hours ago, more), and what is true in the end: what is told and holds, the stay's state, its unit.
Step = tuple[str, float, dict[str, str]]
STORIES: list[tuple[list[Step], list[str], str, str]] = [
    ([("A01", 9, {}), ("A02", 6, {"unit": "4430"}), ("A03", 1, {"unit": "4430"})],
     ["admitted", "discharged", "transferred"], "ended", "4430"),
    ([("A01", 9, {})], ["admitted"], "in_hospital", "4420"),
    ([("A01", 9, {}), ("A03", 3, {"movement": "2"}), ("A13", 3, {"movement": "2", "zbe4": "CANCEL", "zbe6": "A03"})],
     ["admitted"], "in_hospital", "4420"),
    ([("A01", 9, {"movement": "1"}), ("A11", 9, {"movement": "1", "zbe4": "CANCEL", "zbe6": "A01"})], [], "cancelled", ""),
    ([("A04", 9, {"klass": "E"}), ("A06", 7, {"unit": "4430"})], ["admitted", "emergency"], "in_hospital", "4430"),
    ([("A01", 9, {}), ("A02", 6, {"movement": "2", "unit": "4430"}), ("A12", 6, {"movement": "2", "zbe4": "CANCEL", "zbe6": "A02"})],
     ["admitted"], "in_hospital", "4420"),
    ([("A01", 9, {"movement": "1"}), ("Z99", 8, {"movement": "1", "zbe4": "UPDATE", "zbe6": "A01", "unit": "4430"})],
     ["admitted"], "in_hospital", "4430"),
]  # fmt: skip
_ASK = """
import json
from hospital.gateway.models import Message
from hospital.stays.models import Movement, Stay
from django.db.models import Count
states = dict(Message.objects.values_list("state").annotate(n=Count("pk")))
stays = [[str(s.circle_id), s.state, s.unit.code if s.unit else ""] for s in Stay.objects.select_related("unit")]
print(json.dumps([states, stays, Message.objects.count()]))
"""


@dataclass
class Told:
    """What was sent and what came of it."""

    kills: int
    sent: int = 0
    attacks: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def ins_of(number: int) -> str:
    """A woman's INS with a right key."""
    bare = f"24103400{number:05d}"
    return f"{bare}{97 - int(bare) % 97:02d}"


def admissions(patients: int) -> dict[str, Any]:
    """Two hospitals and so many patients, with a nurse around each."""
    around = []
    for number in range(patients):
        one = patient(f"p{number}", _name(number // 2), [("nurse", "nurse")])
        around.append({**one, "ins": ins_of(number), "given_names": [_given(number)]})
    units = [[{"key": f"{key}{code}", "code": code, "name": code} for code in ("4420", "4430")] for key in ("d", "p")]
    structures = [
        {"key": msh4, "name": msh4, "finess": "", "kind": "hospital", "units": mine, "mllp": {"msh4": msh4}}
        for msh4, mine in zip(HOSPITALS, units, strict=True)
    ]
    return {"structures": structures, "people": [person("nurse", "nurse")], "patients": around}


def _name(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")


def _given(number: int) -> str:
    """Every fourth pair are twins."""
    return "Marie" if number % 8 == 7 else "Jeanne"


def _story(number: int) -> tuple[list[Step], list[str], str, str]:
    return STORIES[(number // 2) % len(STORIES)]


def _about(number: int, step: Step, place: int) -> Adt:
    trigger, hours, more = step
    name = f"DURAND {_name(number // 2).upper()}"
    # Some senders write the used name where the birth name belongs, and the other way round.
    names = {"birth_name": "PETIT", "used_name": name} if number % 3 else {"birth_name": name, "used_name": "PETIT"}
    fields: dict[str, Any] = {
        "facility": HOSPITALS[number % 2], "ins": ins_of(number), "ipp": str(number // 2), "given": _given(number).upper(), **names,
        "stay": f"V{number // 2}", "movement": str(10 + place), "at": stamp(hours=hours), "sent": stamp(hours=hours - 0.1), **more,
    }  # fmt: skip
    return Adt(trigger, **fields)


def messages_of(patients: int, total: int, dice: random.Random) -> list[Adt]:
    """All messages in the order in which they are sent: 5 % twice, 5 % out of order."""
    lines: list[list[Adt]] = []
    for number in range(patients):
        steps = _story(number)[0]
        lines.append([_about(number, step, place) for place, step in enumerate(steps)])
    while sum(map(len, lines)) < total * 0.94:
        lines.append([_nobody(len(lines), patients, dice)])
    woven = [(dice.random(), line, place) for line in lines for place in range(len(line))]
    order = sorted(range(len(woven)), key=lambda index: woven[index][0])
    seen: Counter[int] = Counter()
    sent: list[Adt] = []
    for index in order:  # each line's messages in their order, woven into the others'
        line = woven[index][1]
        sent.append(line[seen[id(line)]])
        seen[id(line)] += 1
    for _ in range(max(1, total // 20)):
        first, second = dice.randrange(len(sent)), dice.randrange(len(sent))
        sent[first], sent[second] = sent[second], sent[first]
    for _ in range(max(1, total // 20)):
        sent.insert(dice.randrange(len(sent)), dice.choice(sent))
    return sent


def _nobody(number: int, patients: int, dice: random.Random) -> Adt:
    """A stranger, or an identity that bears the marks of a patient and counts for nobody."""
    someone = dice.randrange(patients)
    known = _about(someone, ("A01", 2, {}), 0).but(stay=f"S{number}", ipp=f"9{number:06}", facility=dice.choice(HOSPITALS))
    match number % 5:
        case 0:
            return known.but(status="PROV")  # an INS that is not qualified
        case 1:
            return known.but(status="FICT")
        case 2:
            return known.but(ins="", status="VALI")  # the same name and birth date, and nothing else
        case 3:
            return known.but(ins=ins_of(50_000 + number), birth_name="AUTRE", used_name="")
        case _:
            return known.but(status="DOUT", ipp="0")


def hostile(dice: random.Random) -> bytes:
    """What is no message, or the half of one."""
    whole = _nobody(1, 2, dice).bytes()
    return dice.choice([
        b"\x0b" + whole[: len(whole) // 2], b"\x0b" + whole + b"\x1c", b"\x0b<ADT_A01/>\x1c\r", b"\x00" * 5000, b"\x0b" + b"MSH|" * 20_000,
        b"\x0b" + whole.replace(b"\r", b"\x0b\x1c") + b"\x1c\r", b"\x0b\xff\xfe\xfd\x1c\r", b"GET / HTTP/1.1\r\n\r\n",
    ])  # fmt: skip


def admitted_while_killed(server: Server, port: int, *, total: int, kills: int, seed: int = 6) -> Told:
    """Sends so many messages while `hospital` is killed so often; comes back when all is worked out."""
    dice = random.Random(seed)
    patients = max(len(STORIES) * 2, total // 12)
    ids = server.load(admissions(patients))
    told = Told(kills)
    sent = messages_of(patients, total, dice)
    asyncio.run(_send_all(server, port, sent, told, dice))
    _judge(server, ids, patients, len(set(sent)), told)
    return told


async def _send_all(server: Server, port: int, sent: Sequence[Adt], told: Told, dice: random.Random) -> None:
    killing = asyncio.create_task(_kill(server, told.kills))
    lanes: list[list[Adt]] = [[] for _ in range(_SENDERS * 2)]
    for message in sent:  # a patient's messages go over one connection, as an integration engine sends them
        lanes[HOSPITALS.index(message.facility) * _SENDERS + hash(message.stay) % _SENDERS].append(message)
    pace = 0.0 if not told.kills else told.kills * sum(_PAUSES_S) / 2 / max(map(len, lanes))
    attacks = asyncio.create_task(_attack(port, max(1, len(sent) // 100), told, dice))
    await asyncio.gather(*(_deliver(port, lane, told, pace) for lane in lanes))
    await killing
    await attacks


async def _deliver(port: int, lane: Sequence[Adt], told: Told, pace: float) -> None:
    """One connection: each message until it is answered, then the next one."""
    link: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    for message in lane:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                link = link or await asyncio.open_connection("127.0.0.1", port)
                link[1].write(b"\x0b" + message.bytes() + b"\x1c\r")
                answer = await asyncio.wait_for(link[0].readuntil(b"\x1c\r"), 30)
                break
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                if link:
                    link[1].close()
                link = None
                assert time.monotonic() < deadline, "the listener never came back"
                await asyncio.sleep(0.1)
        told.sent += 1
        told.answers[answer.split(b"MSA|")[1][:2].decode()] += 1
        await asyncio.sleep(pace)
    if link:
        link[1].close()


async def _attack(port: int, count: int, told: Told, dice: random.Random) -> None:
    """Hostile connections between the others."""
    for _ in range(count):
        told.attacks += 1
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(hostile(dice))
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.close()
        except OSError:
            await asyncio.sleep(0.2)


async def _kill(server: Server, kills: int) -> None:
    for _ in range(kills):
        await asyncio.sleep(random.uniform(*_PAUSES_S))
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            try:
                os.kill(server.pid("hospital"), signal.SIGKILL)
                break
            except (ProcessLookupError, FileNotFoundError, ValueError):
                await asyncio.sleep(0.1)


def _judge(server: Server, ids: dict[str, str], patients: int, different: int, told: Told) -> None:
    """Compares what is there with the stories."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        states, stays, rows = json.loads(shell(server, _ASK))
        if not states.get("waiting") or time.monotonic() > deadline:
            break
        time.sleep(1.0)
    apart = states.get("quarantined", 0)  # what came whole from a hostile connection and is no message: kept, and worked out by nobody
    if states.get("waiting") or apart > told.attacks:
        told.faults.append(f"messages by state: {states}")
    if rows - apart != different:
        told.faults.append(f"{different} different messages were answered and {rows - apart} are known")
    if set(told.answers) != {"AA"}:
        told.faults.append(f"answers: {dict(told.answers)}")
    found: dict[str, list[tuple[str, str]]] = {}
    for circle, state, unit in stays:
        found.setdefault(circle, []).append((state, unit))
    cards = asyncio.run(_cards(server, [ids[f"p{number}"] for number in range(patients)]))
    for number in range(patients):
        _steps, whats, state, unit = _story(number)
        circle = ids[f"p{number}"]
        have = [(has, place if state != "cancelled" else "") for has, place in found.get(circle, [])]
        if have != [(state, unit)] or cards[circle] != whats:
            told.faults.append(f"story {(number // 2) % len(STORIES)}: {have} and {cards[circle]} instead of {(state, unit)} and {whats}")


async def _cards(server: Server, circles: Sequence[str]) -> dict[str, list[str]]:
    """What holds of what each circle was told."""
    async with http_to() as http:
        nurse = await Client(http, server.url, "nurse", circles[0]).sign_in()
        found = {}
        for circle in circles:
            answer = await nurse.call("GET", f"/api/v1/circles/{circle}/posts?limit=500", headers=nurse.headers)
            events = [post["event"] for post in answer["items"] if post["kind"] == "hospital_event"]
            found[circle] = sorted(event["what"] for event in events if "cancelled_at" not in event and event["what"] != "cancelled")
        return found
