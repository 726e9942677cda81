"""No push leaves for anywhere but a push service at a public address: judged when somebody subscribes and when something is sent.

What connects is heard from the interpreter itself, which tells of every connection before it is made and lets it be forbidden.
"""
import asyncio
import ipaddress
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from pytest_django import Settings

from foundation.addresses import is_public
from foundation.errors import Invalid
from notifications import transports
from notifications.protocol import KeysBody, SubscriptionBody
from notifications.subscriptions import address_in
from notifications.transports import Outcome, WebPushAddress, payload_of
from tests.notifications.secure import SecureService
from tests.push_service import FakeDevice, PushService, redirecting

KNOWN = "updates.push.services.mozilla.com"
PUBLIC = "93.184.215.14"
FORBIDDEN = {
    "loopback": "127.0.0.1", "loopback, far": "127.255.255.254", "nowhere": "0.0.0.0", "private": "10.0.0.1", "private 172": "172.16.5.4",
    "private 192": "192.168.1.1", "metadata": "169.254.169.254", "carrier": "100.64.0.1", "protocol": "192.0.0.8", "documents": "192.0.2.1",
    "benchmark": "198.18.0.1", "multicast": "224.0.0.251", "future": "240.0.0.1", "broadcast": "255.255.255.255",
    "loopback 6": "::1", "nowhere 6": "::", "local 6": "fe80::1", "unique local": "fd00::1", "site local": "fec0::1",
    "relays": "192.88.99.1", "multicast 6": "ff02::1",
    "mapped": "::ffff:127.0.0.1", "mapped private": "::ffff:10.1.2.3", "compatible": "::127.0.0.1", "NAT64": "64:ff9b::7f00:1",
    "NAT64 private": "64:ff9b::a00:1", "NAT64 of one's own": "64:ff9b:1::7f00:1", "6to4": "2002:7f00:1::1",
    "6to4 private": "2002:c0a8:101::",
    "Teredo": "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "SIIT": "::ffff:0:127.0.0.1", "SIIT private": "::ffff:0:a00:1",
    "documents 6": "2001:db8::1", "discard": "100::1", "scoped": "fe80::1%1",
}  # fmt: skip
SPELLINGS = {
    "no scheme": f"//{KNOWN}/x", "http": f"http://{KNOWN}/x", "file": "file:///etc/passwd", "loopback": "https://127.0.0.1/x",
    "loopback 6": "https://[::1]/x", "decimal": "https://2130706433/x", "octal": "https://0177.0.0.1/x", "hexadecimal": "https://0x7f.1/x",
    "short": "https://127.1/x", "mapped": "https://[::ffff:127.0.0.1]/x", "localhost": "https://localhost/x",
    "other port": f"https://{KNOWN}:8443/x", "port 80": f"https://{KNOWN}:80/x", "no port": f"https://{KNOWN}:/x",
    "userinfo": f"https://{KNOWN}@127.0.0.1/x", "user": f"https://user:pass@{KNOWN}/x", "encoded at": f"https://{KNOWN}%40127.0.0.1/x",
    "longer name": "https://fcm.googleapis.com.evil.tld/x", "ending alike": "https://evilpush.apple.com.evil/x",
    "suffix alone": "https://push.apple.com.evil/x", "glued": "https://evilnotify.windows.com/x", "dot before": "https://.notify.windows.com/x",
    "final dot": "https://fcm.googleapis.com./x", "upper case": "https://FCM.googleapis.com/x", "IDN": "https://fcm.googleapis.cоm/x",
    "punycode": "https://xn--fcm-googleapis-com.evil/x", "wide": "https://ｆcm.googleapis.com/x", "ideographic dot": "https://fcm。googleapis.com/x",
    "backslash": f"https://evil.tld\\@{KNOWN}/x", "fragment": f"https://evil.tld#@{KNOWN}/x", "query": f"https://evil.tld?@{KNOWN}/x",
    "tab": f"https://{KNOWN}\t.evil.tld/x", "newline": f"https://{KNOWN}/x\r\nHost: evil", "space": f"https://{KNOWN} .evil/x", "NUL": f"https://{KNOWN}\x00.evil/x",
    "10,000 characters": f"https://{KNOWN}/" + "x" * 10_000, "empty": "", "unknown": "https://push.example.org/x",
}  # fmt: skip


class Lookout:
    """Connections that this process was about to make; each is forbidden unless it leads to a port in `free`."""

    def __init__(self) -> None:
        self.on, self.seen, self.free = False, list[Any](), set[int]()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self.on and event == "socket.connect" and args[0].family != socket.AF_UNIX:
            self.seen.append(args[1][:2])
            if args[1][1] not in self.free:
                raise ConnectionRefusedError


LOOKOUT = Lookout()


@pytest.fixture
def lookout() -> Iterator[Lookout]:
    """Looks out for the length of a test."""
    LOOKOUT.on, LOOKOUT.seen, LOOKOUT.free = True, [], set()
    yield LOOKOUT
    LOOKOUT.on = False


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Lets every name resolve to one list of addresses after another, the last for good; gives the names that were asked for."""

    def resolve_to(*answers: list[str]) -> list[str]:
        left, asked = list(answers), list[str]()

        def resolved(host: str, port: int, *_args: Any, **_more: Any) -> list[Any]:
            asked.append(host)
            found = left.pop(0) if len(left) > 1 else left[0]
            return [
                (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (one, port, 0, 0)) if ":" in one
                else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found
            ]  # fmt: skip

        monkeypatch.setattr(socket, "getaddrinfo", resolved)
        return asked

    return resolve_to


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    """Of some browser."""
    return FakeDevice(None, "").keys  # type: ignore[arg-type]  # without a service behind it


def sent(endpoint: str, keys: dict[str, str]) -> Outcome:
    """What came of sending there."""

    async def once() -> Outcome:
        try:
            return await transports.send(WebPushAddress(endpoint, **keys), payload_of(uuid4()), ttl_s=86_400, urgency="high")
        finally:
            await transports.close()

    return asyncio.run(once())


def subscribed(endpoint: str, keys: dict[str, str]) -> WebPushAddress:
    """The address that a body gives. Raises Invalid."""
    address = address_in(SubscriptionBody(endpoint=endpoint, keys=KeysBody(**keys)))
    assert isinstance(address, WebPushAddress)
    return address


@pytest.mark.parametrize("endpoint", SPELLINGS.values(), ids=SPELLINGS)
def test_an_endpoint_that_is_no_push_service_s_is_refused_twice(endpoint: str, keys: dict[str, str], lookout: Lookout) -> None:
    with pytest.raises(Invalid) as refused:
        subscribed(endpoint, keys)
    assert refused.value.code == "push.bad_endpoint"
    assert sent(endpoint, keys) == Outcome("forbidden", "refused")
    assert lookout.seen == []


@pytest.mark.parametrize("address", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_known_name_at_a_forbidden_address_is_refused_twice(
    address: str, keys: dict[str, str], lookout: Lookout, names: Callable[..., list[str]]
) -> None:
    names([address])
    with pytest.raises(Invalid):
        subscribed(f"https://{KNOWN}/x", keys)
    assert sent(f"https://{KNOWN}/x", keys) == Outcome("forbidden", "refused")
    names([PUBLIC, address])
    assert sent(f"https://{KNOWN}/x", keys) == Outcome("forbidden", "refused")
    assert lookout.seen == []


@pytest.mark.parametrize(
    "address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", f"::ffff:{PUBLIC}", "64:ff9b::5db8:d70e", "2002:5db8:d70e::1"]
)
def test_public_addresses_are_those_that_embed_public_ones(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_a_name_that_is_bound_anew_after_subscribing_leads_nowhere(
    keys: dict[str, str], lookout: Lookout, names: Callable[..., list[str]]
) -> None:
    names([PUBLIC], ["127.0.0.1"])
    address = subscribed(f"https://{KNOWN}/x", keys)
    assert sent(address.endpoint, keys) == Outcome("forbidden", "refused")
    assert lookout.seen == []


def test_the_address_that_was_judged_is_the_one_that_is_called(
    keys: dict[str, str], lookout: Lookout, names: Callable[..., list[str]]
) -> None:
    asked = names([PUBLIC], ["127.0.0.1"])
    assert sent(f"https://{KNOWN}/x", keys) == Outcome("unreachable", "later")
    assert asked == [KNOWN]
    assert lookout.seen == [(PUBLIC, 443)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_inside_is_not_followed(service: PushService, lookout: Lookout, status: int) -> None:
    phone = service.device()
    port = int(service.origin.rsplit(":", 1)[1])
    lookout.free = {port}
    service.manner = redirecting("http://169.254.169.254/latest/meta-data", status)
    assert sent(phone.endpoint, phone.keys) == Outcome(str(status), "refused")
    assert lookout.seen == [("127.0.0.1", port)]


@pytest.mark.parametrize("allowed", ["http://127.0.0.1:1", "https://127.0.0.1:{port}", "http://localhost:{port}", "http://127.0.0.1"])
def test_an_allowed_origin_is_that_scheme_host_and_port(
    service: PushService, settings: Settings, lookout: Lookout, allowed: str
) -> None:
    phone = service.device()
    settings.PUSH_ALLOW = allowed.format(port=service.origin.rsplit(":", 1)[1])
    assert sent(phone.endpoint, phone.keys) == Outcome("forbidden", "refused")
    assert lookout.seen == []


@pytest.mark.parametrize("written", ["{origin}/", " {origin} ", "https://push.example.net,{origin}", "https://push.example.net {origin}"])
def test_an_allowed_origin_is_found_however_the_list_is_written(service: PushService, settings: Settings, written: str) -> None:
    settings.PUSH_ALLOW = written.format(origin=service.origin)
    phone = service.device()
    assert sent(phone.endpoint, phone.keys) == Outcome("201", "accepted")


def test_an_operator_s_further_service_is_known_and_bound_by_the_same_rules(
    settings: Settings, keys: dict[str, str], names: Callable[..., list[str]]
) -> None:
    settings.PUSH_SERVICES = ["*.push.example.net"]
    names([PUBLIC])
    assert subscribed("https://eu.push.example.net/x", keys).endpoint
    names(["10.0.0.7"])
    with pytest.raises(Invalid):
        subscribed("https://eu.push.example.net/x", keys)
    with pytest.raises(Invalid):
        subscribed("https://push.example.net.evil/x", keys)


def test_host_and_sni_are_the_service_s_own_over_http_2(
    tmp_path: Path, settings: Settings, keys: dict[str, str], names: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with SecureService(tmp_path, "push.example.net") as service:
        monkeypatch.setattr(httpx2, "create_ssl_context", lambda **_: service.trusting())
        settings.PUSH_ALLOW = service.origin
        names(["127.0.0.1"])
        assert sent(f"{service.origin}/x", keys) == Outcome("201", "accepted")
        [heard] = service.heard
    assert (heard.sni, heard.headers[":authority"]) == ("push.example.net", f"push.example.net:{service.port}")


def test_a_certificate_of_another_name_is_no_push_service(
    tmp_path: Path, settings: Settings, keys: dict[str, str], names: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with SecureService(tmp_path, "evil.example.net") as service:
        monkeypatch.setattr(httpx2, "create_ssl_context", lambda **_: service.trusting())
        settings.PUSH_ALLOW = endpoint = f"https://push.example.net:{service.port}"
        names(["127.0.0.1"])
        assert sent(f"{endpoint}/x", keys) == Outcome("unreachable", "later")
        assert service.heard == []
