"""Telling subscribers (FHIR R4 rest-hook): rows written with the feed's lines, worked out by the process `hospital:` under a lease.

What goes out is the id of what changed and nothing else, signed with the subscription's secret:
`X-Cercle-Signature: t=SECONDS,v1=HEX`, an HMAC-SHA-256 of "SECONDS.BODY". Whoever wants to know more asks, with a token.
"""
import datetime as dt
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import httpx2
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from foundation import clock
from foundation.origins import ForbiddenPlace
from foundation.prepared import Prepared
from foundation.vault.seal import SITE, unseal
from hospital.gateway.calling import call
from hospital.gateway.models import Hook, Subscription
from hospital.stays.enums import StayState
from hospital.stays.models import Stay
from messaging.feed.models import SITE_FEED, FeedLine

log = logging.getLogger("cercle.hospital")
_LEASE = dt.timedelta(seconds=60)
_BACKOFF_S = (10, 60, 300, 1800, 7200, 21600, 43200)  # then it is dead
_LINES = 8  # programs that are told at the same time
_AT_ONCE = 20  # of one program
_ROUND_S = 5.0  # then no further call of a line begins: the rest is due again; well within the lease
_LONGEST_GRACE = dt.timedelta(hours=72)
_FAMILIES = {"post": "DocumentReference", "member": "CareTeam", "circle": "CareTeam"}


def kind_of(subscription: Subscription) -> str:
    """The resource that a subscription is about."""
    kind, _, _query = subscription.criteria.partition("?")
    return kind


def note_hooks(lines: Sequence[FeedLine]) -> None:
    """A row for each line and each subscription of a hospital where the patient is; registered with the feed, inside its transaction."""
    told = [line for line in lines if line.feed_id != SITE_FEED and line.kind.partition(".")[0] in _FAMILIES]
    running = list(_live.all(now=clock.now())) if told else []
    if not running:
        return
    hospitals = _hospitals({line.feed_id for line in told}, {one.client.structure_id for one in running})
    now = timezone.now()
    hooks = []
    for line in told:
        kind = _FAMILIES[line.kind.partition(".")[0]]
        subject = line.subject if kind == "DocumentReference" else line.feed_id
        mine = [one for one in running if (line.feed_id, one.client.structure_id) in hospitals and kind_of(one) == kind]
        hooks += [Hook(subscription=one, subject=subject, due_at=now) for one in mine]
    Hook.objects.bulk_create(hooks)


def _running(now: dt.datetime) -> QuerySet[Subscription]:
    live = Subscription.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now), status="active", client__ended_at=None)
    return live.select_related("client")


_live = Prepared(_running, now=dt.datetime)  # asked with every post, under the head's lock


def _hospitals(circles: set[UUID], structures: set[UUID]) -> set[tuple[UUID, UUID]]:
    """(circle, hospital) where a stay may give the right; whoever is told asks, and is asked for the right again."""
    since = clock.now() - _LONGEST_GRACE
    alive = Q(state__in=(StayState.IN_HOSPITAL, StayState.ON_LEAVE)) | Q(state=StayState.ENDED, discharged_at__gt=since)
    stays = Stay.objects.filter(alive, circle__in=circles, structure__in=structures)
    return set(stays.values_list("circle", "structure"))


@dataclass(frozen=True)
class _Claimed:
    """A hook that this process has until its lease is over, and the moment that it was due at before."""

    hook: Hook
    due_at: dt.datetime
    request: tuple[str, bytes, dict[str, str]]


def deliver_due() -> int:
    """One round: what is due is claimed and sent. How many were sent or given up; never raises for what a subscriber could cause.

    Each program has a line of its own, in which one call follows the other: who is slow keeps nobody waiting but itself.
    """
    now = timezone.now()
    waiting = Hook.objects.filter(due_at__lte=now).values("subscription__client").annotate(first=Min("due_at")).order_by("first")
    clients = [UUID(str(row["subscription__client"])) for row in waiting[:_LINES]]
    if not clients:
        return 0
    done, lines = 0, []
    for client in clients:
        due = Hook.objects.filter(due_at__lte=now, subscription__client=client).order_by("due_at").values_list("pk", "due_at")[:_AT_ONCE]
        found = [_claimed(pk, at) for pk, at in list(due) if at]
        done += found.count(None)
        lines.append([one for one in found if isinstance(one, _Claimed)])
    with ThreadPoolExecutor(_LINES) as pool:  # they only call; what comes of it is written here
        answers = list(pool.map(_called, lines))
    pairs = [pair for line, said in zip(lines, answers, strict=True) for pair in zip(line, said, strict=True)]
    return done + sum(_settle(one, answer) for one, answer in pairs)


def _claimed(pk: UUID, at: dt.datetime) -> _Claimed | bool | None:
    """Claims by the moment that it was due at: of two processes one has it, the other False. None for one that nobody waits for."""
    if not Hook.objects.filter(pk=pk, due_at=at).update(due_at=timezone.now() + _LEASE):
        return False
    hook = Hook.objects.select_related("subscription__client").get(pk=pk)
    subscription = hook.subscription
    over = subscription.ended_at is not None and subscription.ended_at <= clock.now()
    if subscription.status != "active" or over or subscription.client.ended_at is not None:
        Hook.objects.filter(pk=pk).update(dead_at=timezone.now(), due_at=None, attempts=hook.attempts + 1)
        return None
    return _Claimed(hook, at, request_of(hook))


def _called(line: Sequence[_Claimed]) -> list[tuple[int, str] | None]:
    """(status, fault) of each call; None for those that there was no time for. Asks no database."""
    began = time.monotonic()
    return [_answer(one) if index == 0 or time.monotonic() - began < _ROUND_S else None for index, one in enumerate(line)]


def _answer(one: _Claimed) -> tuple[int, str]:
    try:
        return call(*one.request), ""
    except ForbiddenPlace:
        return 0, "forbidden"
    except (OSError, httpx2.HTTPError) as error:
        return 0, type(error).__name__


def _settle(one: _Claimed, answer: tuple[int, str] | None) -> bool:
    """Whether a hook is over."""
    hook, now = one.hook, timezone.now()
    if answer is None:
        Hook.objects.filter(pk=hook.pk).update(due_at=one.due_at)
        return False
    status, why = answer
    hook.attempts += 1
    if 200 <= status < 300:
        hook.sent_at, hook.due_at = now, None
    elif why == "forbidden" or status == 410 or hook.attempts > len(_BACKOFF_S):
        hook.dead_at, hook.due_at = now, None
        log.warning("hook.dead hook=%s status=%s why=%s", hook.pk, status, why)
    else:
        hook.due_at = now + dt.timedelta(seconds=_BACKOFF_S[hook.attempts - 1])
    hook.save(update_fields=["attempts", "due_at", "sent_at", "dead_at"])
    return hook.due_at is None


def request_of(hook: Hook) -> tuple[str, bytes, dict[str, str]]:
    """(address, body, headers) of what goes out: an id, and the proof that it comes from here."""
    subscription = hook.subscription
    endpoint = unseal(SITE, f"gateway.subscription.endpoint:{subscription.pk}", subscription.sealed_endpoint)
    secret = unseal(SITE, f"gateway.subscription.secret:{subscription.pk}", subscription.secret)
    body = json.dumps({"subscription": str(subscription.pk), "resource": f"{kind_of(subscription)}/{hook.subject}"}).encode()
    return endpoint, body, {"Content-Type": "application/json", "X-Cercle-Hook": str(hook.pk), "X-Cercle-Signature": signed(secret, body)}


def signed(secret: str, body: bytes, *, at: int | None = None) -> str:
    """The value of the signature's header."""
    seconds = int(time.time()) if at is None else at
    proof = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={proof}"
