"""Text messages through a gateway that the operator names: one constant sentence to a number, nothing else.

A gateway is an HTTP provider's address, which gets a JSON object with the number and the sentence, or "file:": then each message is a
file in the data folder's `sms/`, for development and the demo.
"""
import asyncio
import json
import re
from uuid import uuid4

import httpx2
from django.conf import settings

from notifications.transports.outcome import Outcome
from notifications.transports.sentences import waiting

FILES = "file:"
_TIMES = httpx2.Timeout(10.0, connect=5.0)
_WHOLE_S = 15.0  # however slowly a provider drips its answer
_AGAIN = frozenset({408, 425, 429})


def has_gateway() -> bool:
    """Whether text messages can be sent at all."""
    return bool(settings.SMS_URL)


def send_sms(*, number: str, language: str) -> Outcome:
    """Sends the sentence to one number, in figures as people write them. Raises nothing that a provider could cause.

    Only the named address is spoken to: redirects are refused, proxies of the environment ignored. Not to be called where an event
    loop runs: it has one of its own.
    """
    if not has_gateway():
        return Outcome("no_gateway", "gone")
    message = _message(international(number), waiting(language))
    return _kept(message) if settings.SMS_URL == FILES else asyncio.run(_posted(message))


def international(number: str) -> str:
    """`0612345678` → `+33612345678`: a number without its country is one of the operator's."""
    if number.startswith("+"):
        return number
    return f"+{number[2:]}" if number.startswith("00") else f"+{settings.SMS_COUNTRY}{number.removeprefix('0')}"


def _message(number: str, sentence: str) -> dict[str, str]:
    to, text, sender = settings.SMS_FIELDS
    return {to: number, text: sentence} | ({sender: settings.SMS_SENDER} if settings.SMS_SENDER else {})


def _kept(message: dict[str, str]) -> Outcome:
    folder = settings.DATA / "sms"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / f"{uuid4()}.json").write_text(json.dumps(message, ensure_ascii=False))
    return Outcome("sent", "accepted")


async def _posted(message: dict[str, str]) -> Outcome:
    headers = {settings.SMS_HEADER: settings.SMS_TOKEN} if settings.SMS_TOKEN else {}
    client = httpx2.AsyncClient(timeout=_TIMES, follow_redirects=False, trust_env=False)
    try:
        async with asyncio.timeout(_WHOLE_S), client, client.stream("POST", settings.SMS_URL, json=message, headers=headers) as answer:
            return _outcome(answer)
    except (TimeoutError, httpx2.TimeoutException):
        return Outcome("timeout", "later")
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError):
        return Outcome("network", "later")


def _outcome(answer: httpx2.Response) -> Outcome:
    """By the status alone: the body is not read. A redirect leads elsewhere, and a refusal would be one again."""
    status = answer.status_code
    if answer.is_success:
        return Outcome(str(status), "accepted")
    if status in _AGAIN or status >= 500:
        wait = answer.headers.get("Retry-After", "")
        return Outcome(str(status), "later", retry_after=float(wait) if re.fullmatch(r"\d{1,6}", wait) else None)
    return Outcome(str(status), "refused")
