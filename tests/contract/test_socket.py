"""The socket: who gets in, what may be asked, and what comes of its own accord."""

import json
import time
import uuid
from collections.abc import Iterator
from itertools import pairwise

import aiohttp
import pytest

from tests.contract.cast import AUDIENCES, READS, ROLES, STANDING
from tests.contract.wire import Wire
from tests.contract.world import Ring

FOREIGN = ["http://evil.example", "null", "", "https://[::1", "http://127.0.0.1", "https://127.0.0.1:{port}", "http://127.0.0.1:{port}.evil.example",
           "http://a.localhost:{port}", "http://127.0.0.1:99999", "http://127.0.0.1:{port}/"]  # fmt: skip


def refused(ring: Ring, headers: dict[str, str], path: str = "/ws/v1/") -> int:
    """The HTTP status with which a handshake is refused."""
    line = ring.world.line

    async def knock() -> int:
        try:
            async with line.http.ws_connect(line.url.replace("http", "ws", 1) + path, headers=headers, protocols=["circle.v1"]):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status

    return line.run(knock())


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_is_refused_whatever_the_credential(shared: Ring, origin: str) -> None:
    where = origin.format(port=shared.world.server.port)
    assert refused(shared, {**shared["nurse"].headers, "Origin": where}) == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_origins_of_make_run_are_listed(shared: Ring, host: str) -> None:
    assert refused(shared, {**shared["nurse"].headers, "Origin": f"http://{host}:{shared.world.server.port}"}) == 101


@pytest.mark.parametrize("headers", [{}, {"Cookie": "cercle=x"}, {"Cookie": "a=b", "X-Session-Token": "a" * 32}])
def test_without_an_origin_only_a_token_and_no_cookie(shared: Ring, headers: dict[str, str]) -> None:
    assert refused(shared, headers) == 403


def test_not_signed_in_is_let_in_to_be_told(shared: Ring) -> None:
    for headers in ({"Origin": f"http://localhost:{shared.world.server.port}"}, {"X-Session-Token": "a" * 32}):
        wire = Wire(shared["nurse"], headers=headers)
        assert wire.close_code == 4401


def test_a_token_in_the_address_is_no_credential(shared: Ring) -> None:
    assert refused(shared, {}, f"/ws/v1/?token={shared['nurse'].token}") == 403


def test_there_is_no_socket_elsewhere(shared: Ring) -> None:
    assert refused(shared, shared["nurse"].headers, "/ws/v2/") in {403, 404}


def test_the_subprotocol_is_chosen_and_nothing_compressed(shared: Ring) -> None:
    with shared["nurse"].wire() as wire:
        assert wire.protocol == "circle.v1"


def test_an_offer_of_compression_is_declined_and_harms_nothing(shared: Ring) -> None:
    line = shared.world.line

    async def talk() -> tuple[int, object]:
        address = line.url.replace("http", "ws", 1) + "/ws/v1/"
        async with line.http.ws_connect(address, headers=shared["nurse"].headers, protocols=["circle.v1"], compress=15) as socket:
            await socket.send_json({"ref": 1, "op": "ping"})
            async for frame in socket:
                if frame.json().get("re") == 1:
                    return socket.compress, frame.json()["ok"]
        return socket.compress, None

    assert line.run(talk()) == (0, True)  # every browser offers it


# Asking -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asking(shared: Ring) -> Iterator[Wire]:
    """A socket for questions."""
    with shared["nurse"].wire() as wire:
        yield wire


def test_watch_tells_head_epoch_and_from(shared: Ring, asking: Wire) -> None:
    answer, circle = asking.watch(shared.id), shared["nurse"].get(shared.path()).body
    assert (answer["ok"], answer["head"], answer["epoch"], answer["from"]) == (True, circle["head"], circle["epoch"], 1)


@pytest.mark.parametrize("ref", [7, "seven", 2**40])
def test_an_answer_repeats_its_ref(asking: Wire, ref: object) -> None:
    asking.say({"ref": ref, "op": "ping"})
    assert asking.first(lambda frame: frame.get("re") == ref)["ok"] is True


@pytest.mark.parametrize("circle", ["5d0c7e0e-3c6c-4f6a-9a0d-0a4b7c1d2e3f", "x", "١", None, 7, ["a"], {"a": 1}, "*", "a" * 200])
@pytest.mark.parametrize("op", ["watch", "read", "typing"])
def test_a_circle_that_is_not_there(asking: Wire, op: str, circle: object) -> None:
    answer = asking.ask(op=op, circle=circle, after=0, seq=0, audience="circle")
    assert answer["error"]["code"] == "http.not_found"


@pytest.mark.parametrize("op", ["watch", "read", "typing"])
def test_a_circle_of_others_answers_as_none(shared: Ring, op: str) -> None:
    with shared.world.person("stranger").wire() as wire:
        answers = [wire.ask(op=op, circle=circle, after=0, seq=0, audience="circle") for circle in (shared.id, str(uuid.uuid4()))]
        shared["nurse"].wrote(shared.id, "pas pour elle")
        wire.settle()
    assert answers[0]["error"] == answers[1]["error"]
    assert "pas pour elle" not in "".join(wire.texts)


@pytest.mark.parametrize("after", [-1, 1.5, 2**53, "x", True, [], 1e300])
def test_a_cursor_is_a_whole_number(shared: Ring, asking: Wire, after: object) -> None:
    assert asking.ask(op="watch", circle=shared.id, after=after)["error"]["code"] == "feed.bad_cursor"


@pytest.mark.parametrize("seq", [-1, 1.5, None, "x", True])
def test_a_mark_on_the_socket_is_a_whole_number(shared: Ring, asking: Wire, seq: object) -> None:
    assert asking.ask(op="read", circle=shared.id, seq=seq)["error"]["code"] == "feed.bad_cursor"


def test_read_answers_as_over_http(ring: Ring) -> None:
    post = ring["gp"].wrote(ring.id)
    with ring["nurse"].wire() as wire:
        answer = wire.ask(op="read", circle=ring.id, seq=post["seq"])
        assert (answer["ok"], answer["read"], answer["unread"]) == (True, post["seq"], 0)
        assert "error" in wire.ask(op="read", circle=ring.id, seq=post["seq"] + 1)


HOSTILE = [
    "", "{", "null", "7", '"x"', "[]", "{}", '{"op":"shout"}', '{"op":7}', '{"op":["watch"]}',
    '{"op":"websocket.receive","type":"x"}', '{"ref":{"a":1},"op":"ping"}', '{"ref":1,"op":"watch"}', '{"op":"got"}',
    '{"op":"got","n":"x"}', '{"op":"got","n":-5}', '{"op":"got","n":1e999}', '{"op":"got","n":99999999999999999999}',
    '{"ref":1,"op":"typing","circle":null,"audience":[]}', '"\\ud800"', '{"op":"ping","ref":"\\ud800"}',
    '{"op":"ping","ref":"\\u0000"}', '{"op":"watch","circle":"x","after":NaN,"ref":1}', "[" * 8000, '{"a":' * 1300, "9" * 8000,
]  # fmt: skip


@pytest.mark.parametrize("frame", HOSTILE)
def test_a_hostile_frame_hurts_nobody(shared: Ring, asking: Wire, frame: str) -> None:
    with shared["gp"].wire() as mallory:
        mallory.say(frame)
        assert mallory.ask(op="ping")["ok"]
    assert asking.ask(op="ping")["ok"]


def test_typing_for_a_senseless_audience_is_refused(shared: Ring, asking: Wire) -> None:
    asking.watch(shared.id)
    senseless: list[object] = [None, "everyone", [], {}, 7]
    for audience in senseless:
        assert "error" in asking.ask(op="typing", circle=shared.id, audience=audience)


def test_a_frame_too_large_ends_the_socket(shared: Ring) -> None:
    wire = shared["gp"].wire()
    wire.say(json.dumps({"op": "ping", "ref": "x" * 9000}))
    assert wire.close_code == 4413


def test_a_frame_far_too_large_cuts_it(shared: Ring) -> None:
    wire = shared["gp"].wire()
    wire.say("x" * 2**20)
    assert wire.close_code is None or wire.close_code in {1006, 1009, 4413}
    assert shared["gp"].get("me").status == 200


def test_a_frame_of_bytes_ends_the_socket(shared: Ring) -> None:
    wire = shared["gp"].wire()
    wire.line.run(wire._ws.send_bytes(b"{}"))
    assert wire.close_code == 4413


# Items ------------------------------------------------------------------------------------------------------------------------


def test_what_is_written_comes_to_all_who_watch_and_read_it(ring: Ring) -> None:
    wires = {role: ring[role].wire(ring.id) for role in ROLES}
    for audience in AUDIENCES:
        ring["gp"].wrote(ring.id, f"pour {audience}", audience)
    for role, wire in wires.items():
        wire.item(ring.id, "post.written", "pour circle")
        got = [item["post"]["audience"] for item in wire.items(ring.id) if item["kind"] == "post.written"]
        assert got == [one for one in AUDIENCES if one in READS[STANDING[role]]], role
        wire.close()


def test_the_socket_says_what_the_api_says(ring: Ring) -> None:
    with ring["relative"].wire() as wire:
        wire.watch(ring.id, after=0)
        post = ring["nurse"].wrote(ring.id, urgency="urgent")
        ring["gp"].post(f"posts/{post['id']}/acknowledgement")
        ring["gp"].post(f"posts/{post['id']}/completion")
        wire.item(ring.id, "alert.done")
        assert ring["relative"].changes(ring.id)["items"][-1] == wire.items(ring.id)[-1]
        assert [item["seq"] for item in wire.items(ring.id)] == list(range(1, ring.head("relative") + 1))


def test_a_null_cursor_gives_the_last_fifty(ring: Ring) -> None:
    for number in range(60):
        last = ring["nurse"].wrote(ring.id, str(number))
    with ring["gp"].wire(ring.id) as wire:
        wire.item(ring.id, "post.written", "59")
        wire.settle()
        assert [item["seq"] for item in wire.items(ring.id)] == list(range(last["seq"] - 49, last["seq"] + 1))


def test_frames_join_without_a_gap(ring: Ring) -> None:
    for number in range(30):
        ring["nurse"].wrote(ring.id, f"{number} " + "long " * 3000)
    with ring["gp"].wire() as wire:
        wire.watch(ring.id, after=0)
        for number in range(30, 35):
            ring["nurse"].wrote(ring.id, f"{number}")
        wire.item(ring.id, "post.written", "34")
        frames = wire.events("items")
    assert all(before["to"] == after["after"] for before, after in pairwise(frames))
    assert [item["seq"] for frame in frames for item in frame["items"]] == list(range(1, frames[-1]["to"] + 1))
    assert max(len(text.encode()) for text in wire.texts) <= 64 * 1024


def test_events_are_counted_from_one(ring: Ring) -> None:
    with ring["gp"].wire(ring.id) as wire:
        for _ in range(5):
            ring["nurse"].wrote(ring.id)
        wire.settle()
        numbers = [frame["n"] for frame in wire.frames if "event" in frame]
        assert numbers == list(range(1, len(numbers) + 1))
        assert all("n" not in frame for frame in wire.frames if "re" in frame)


def test_a_cursor_takes_up_exactly_where_it_stood(ring: Ring) -> None:
    with ring["gp"].wire() as wire:
        epoch = wire.watch(ring.id, after=0)["epoch"]
        cursor = ring["nurse"].wrote(ring.id, "avant")["seq"]
        wire.item(ring.id, "post.written", "avant")
    for number in range(130):
        ring["nurse"].wrote(ring.id, f"absent {number}")
    with ring["gp"].wire() as wire:
        wire.watch(ring.id, after=cursor, epoch=epoch)
        ring["nurse"].wrote(ring.id, "de retour")
        wire.item(ring.id, "post.written", "de retour")
        assert [item["post"]["text"] for item in wire.items(ring.id)] == [f"absent {number}" for number in range(130)] + ["de retour"]
        assert wire.events("items")[0]["after"] == cursor


def test_watching_anew_begins_anew_and_repeats_nothing_twice(ring: Ring) -> None:
    for number in range(5):
        ring["nurse"].wrote(ring.id, str(number))
    with ring["gp"].wire() as wire:
        wire.watch(ring.id, after=0)
        wire.item(ring.id, "post.written", "4")
        since = len(wire.frames)
        wire.watch(ring.id, after=2)
        ring["nurse"].wrote(ring.id, "5")
        wire.item(ring.id, "post.written", "5")
        again = [item["seq"] for frame in wire.frames[since:] if frame.get("event") == "items" for item in frame["items"]]
    assert again == list(range(3, 3 + len(again)))


@pytest.mark.parametrize("cursor", [{"after": 10_000}, {"after": 0, "epoch": "another"}])
def test_a_cursor_from_elsewhere_is_reset_and_then_nothing(ring: Ring, cursor: dict[str, object]) -> None:
    with ring["gp"].wire() as wire:
        assert wire.watch(ring.id, **cursor)["ok"]  # type: ignore[arg-type]
        wire.event("reset", circle=ring.id)
        ring["nurse"].wrote(ring.id)
        wire.settle()
        assert wire.items(ring.id) == []
        wire.watch(ring.id)
        wire.item(ring.id, "post.written")


def test_unwatch_stops(ring: Ring) -> None:
    with ring["gp"].wire(ring.id) as wire:
        assert wire.ask(op="unwatch", circle=ring.id)["ok"]
        ring["nurse"].wrote(ring.id, "après")
        wire.event("inbox", circle=ring.id)
        assert "après" not in "".join(wire.texts)


# Typing, inbox, heads ---------------------------------------------------------------------------------------------------------


def test_typing_goes_to_those_who_read_that_audience(ring: Ring) -> None:
    wires = {role: ring[role].wire(ring.id) for role in ("nurse", "gp", "home_help", "relative", "patient")}
    assert wires["nurse"].ask(op="typing", circle=ring.id, audience="wider_team")["ok"]
    assert wires["gp"].event("typing", circle=ring.id)["member"] == ring.seats["nurse"]
    wires["home_help"].event("typing", circle=ring.id)
    for role in ("relative", "patient", "nurse"):
        wires[role].settle()
        assert wires[role].events("typing") == [], role
    for wire in wires.values():
        wire.close()


def test_one_types_for_those_whom_one_reads(ring: Ring) -> None:
    with ring["relative"].wire(ring.id) as wire:
        assert "error" in wire.ask(op="typing", circle=ring.id, audience="care_team")


def test_news_of_a_circle_that_is_not_watched_come_to_the_inbox(ring: Ring) -> None:
    with ring["gp"].wire() as wire:
        ring["nurse"].wrote(ring.id, urgency="urgent")
        told = wire.event("inbox", circle=ring.id)
    assert (told["head"], told["unread"], told["open_alerts"]) == (ring.head("gp"), 1, 1)


def test_the_inbox_speaks_at_most_once_a_second(ring: Ring) -> None:
    with ring["gp"].wire() as wire:
        began = time.monotonic()
        for _ in range(25):
            ring["nurse"].wrote(ring.id)
        wire.event("inbox", circle=ring.id, unread=25)
        lasted = time.monotonic() - began
        assert len(wire.events("inbox")) <= lasted + 2


def test_the_inbox_tells_only_of_one_s_own_standing(ring: Ring) -> None:
    with ring["relative"].wire() as family, ring["gp"].wire() as care:
        ring["nurse"].wrote(ring.id, audience="care_team", urgency="urgent")
        care.event("inbox", circle=ring.id)
        family.settle()
        assert [one for one in family.events("inbox") if one["circle"] == ring.id] == []


def test_a_circle_newly_joined_comes_to_the_inbox(ring: Ring) -> None:
    with ring.world.person("newcomer_1").wire() as wire:
        ring.admit("newcomer_1", "nurse")
        assert wire.event("inbox", circle=ring.id)["head"] == ring.head("gp")


def test_the_heartbeat_tells_the_heads_of_what_is_watched(ring: Ring) -> None:
    with ring["relative"].wire(ring.id) as wire:
        ring["nurse"].wrote(ring.id, audience="care_team")
        ring["nurse"].wrote(ring.id)
        wire.item(ring.id, "post.written")
        deadline = time.monotonic() + 20
        while not wire.events("heads") and time.monotonic() < deadline:
            time.sleep(0.2)
        assert wire.events("heads")[-1]["circles"] == {ring.id: ring.head("relative")}


# Credit -----------------------------------------------------------------------------------------------------------------------


def test_a_reader_that_confirms_nothing_gets_sixty_four_frames(ring: Ring) -> None:
    with ring["gp"].wire(confirms=False) as deaf, ring["pharmacist"].wire(ring.id) as other:
        deaf.watch(ring.id)
        for number in range(80):
            ring["nurse"].wrote(ring.id, str(number))
            other.item(ring.id, "post.written", str(number))
        deaf.settle()
        assert len([frame for frame in deaf.frames if "event" in frame]) <= 64
        assert deaf.ask(op="ping")["ok"]
        deaf._confirms = True
        deaf.got()
        deaf.item(ring.id, "post.written", "79")
        texts = [item["post"]["text"] for item in deaf.items(ring.id) if item["kind"] == "post.written"]
    assert texts == [str(number) for number in range(80)]


def test_a_reader_that_confirms_nothing_gets_a_quarter_of_a_mebibyte(ring: Ring) -> None:
    with ring["gp"].wire(confirms=False) as deaf:
        deaf.watch(ring.id)
        for number in range(30):
            ring["nurse"].wrote(ring.id, f"{number} " + "x" * 15_000)
        deaf.settle()
        assert sum(len(text.encode()) for text in deaf.texts if '"event"' in text) <= 256 * 1024
        deaf._confirms = True
        deaf.got()
        deaf.first(lambda frame: frame.get("event") == "items" and frame["to"] == ring.head("gp"))
        assert len([item for item in deaf.items(ring.id) if item["kind"] == "post.written"]) == 30


# Ends -------------------------------------------------------------------------------------------------------------------------


def test_who_is_put_out_hears_it_and_nothing_after(ring: Ring) -> None:
    with ring["home_help"].wire(ring.id) as wire, ring["home_help"].wire() as idle:
        ring["nurse"].wrote(ring.id, "avant")
        wire.item(ring.id, "post.written", "avant")
        ring.end("home_help")
        for number in range(10):
            ring["nurse"].wrote(ring.id, f"après {number}")
        wire.event("ended", circle=ring.id)
        idle.event("ended", circle=ring.id)
        wire.settle()
        assert "après" not in "".join(wire.texts) + "".join(idle.texts)
        assert wire.frames.index(wire.event("ended")) > max(n for n, frame in enumerate(wire.frames) if frame.get("event") == "items")
        assert wire.watch(ring.id)["error"]["code"] == "http.not_found"


def test_posts_and_the_end_at_once_leave_nothing_after_the_end(ring: Ring) -> None:
    from tests.contract.client import together

    with ring["home_help"].wire(ring.id) as wire:
        together(*[lambda n=n: ring["nurse"].write(ring.id, f"course {n}") for n in range(8)], lambda: ring.end("home_help"))
        wire.event("ended", circle=ring.id)
        wire.settle()
        left = next(item["seq"] for item in ring["social_worker"].changes(ring.id)["items"] if item["kind"] == "member.left")
        assert all(item["seq"] < left for item in wire.items(ring.id))
