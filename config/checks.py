"""Refusals at the start: what is not safe does not run, and says why in one sentence.

`manage.py check --deploy --tag cercle` shows them all.
Each check reads `django.conf.settings` when it is called and touches no database.
"""
import re
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from foundation.vault import keyring
from media.sandbox import seccomp
from notifications.transports import vapid

_SHORTEST_SECRET = 32  # characters
_OLDEST = {"daphne": (4, 2, 2), "django": (5, 2, 11), "pillow": (12, 2)}  # below these lie known holes, in frames, headers and pictures
_OLDEST_LIBHEIF = (1, 23, 4)

TAG = "cercle"
DECODERS = "decoders"  # what only the process that opens files needs to know

Sentences = Iterator[tuple[str, str]]


class UnsafeStart(ImproperlyConfigured):
    """The service does not start like this."""


def _refusals(check: Callable[[], Sentences], tag: str = TAG) -> Callable[[], Sentences]:
    """Registers a generator of (name, sentence) as a deployment check; `cercle.NAME` is the error's stable id.

    Deployment checks, because a developer's `makemigrations` needs no keys: who serves runs them by `refuse_unsafe_start`, who opens
    files by their tags.
    """

    def as_errors(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
        return [Error(sentence, id=f"cercle.{name}") for name, sentence in check()]

    register(as_errors, tag, deploy=True)
    return check


def refuse_unsafe_start() -> None:
    """Raises `UnsafeStart`, whose message is a sentence a line, when something forbids to serve."""
    problems = run_checks(tags=[TAG], include_deployment_checks=True)
    if problems:
        raise UnsafeStart("\n".join(str(problem.msg) for problem in problems))


@_refusals
def versions() -> Sentences:
    """Floors under what speaks to the network and what opens strangers' pictures."""
    for package, floor in _OLDEST.items():
        if _numbers(version(package)) < floor:
            yield f"old_{package}", f"{package} {version(package)} has known holes: {'.'.join(map(str, floor))} or later is needed."


def libheif() -> Sentences:
    """The library inside of pillow-heif, which is loaded to ask: not in the web process."""
    from pillow_heif import libheif_version

    if _numbers(libheif_version()) < _OLDEST_LIBHEIF:
        floor = ".".join(map(str, _OLDEST_LIBHEIF))
        yield "old_libheif", f"libheif {libheif_version()} has known holes: a pillow-heif with {floor} or later is needed."


_refusals(libheif, DECODERS)


def _numbers(found: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", found)[:3])


@_refusals
def master_key() -> Sentences:
    """The key that wraps all others: there, whole, and nobody else's to read."""
    path = Path(settings.MASTER_KEY_FILE)
    if not settings.MASTER_KEY:
        if not path.is_file():
            yield "no_master_key", (
                f"The master key is missing: put it back at {path}, or set CERCLE_MASTER_KEY. Without it nothing here can be read."
            )
            return
        if path.stat().st_mode & 0o077:
            yield "open_master_key", f"Others on this machine can read the master key: chmod 600 {path}."
    try:
        keyring.load()
    except (keyring.KeyMissing, OSError, UnicodeDecodeError):
        yield "bad_master_key", "The master key is truncated or malformed: each line must be id:base64 of 32 bytes. Put the right one back."


@_refusals
def secret_key() -> Sentences:
    """What signs cookies: long, and nobody else's."""
    try:
        secret = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's way of saying that it is empty
        secret = ""
    if len(secret) < _SHORTEST_SECRET or secret.startswith("django-insecure"):
        yield "no_secret_key", (
            f"The site has no SECRET_KEY of its own of {_SHORTEST_SECRET} characters or more: "
            f"set it, or put {settings.DATA / 'keys' / 'secret.key'} back."
        )


@_refusals
def databases() -> Sentences:
    """Stores that keep what they acknowledge, and a bell that all processes hear."""
    for alias, database in settings.DATABASES.items():
        init = str(database.get("OPTIONS", {}).get("init_command", "")).replace(" ", "").lower()
        if database["ENGINE"].endswith("sqlite3") and "synchronous=full" not in init:
            yield "sqlite_not_full", f"SQLite database {alias} must run with synchronous=FULL: an answered post has to survive a power cut."
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if settings.PROCESSES > 1 and not on_sqlite and not settings.REDIS_URL:
        yield "no_bell", (
            "PostgreSQL with several processes needs REDIS_URL: without it one process does not hear of what another one wrote."
        )


@_refusals
def key_backups() -> Sentences:
    """What is erased is unreadable in every backup within thirty days."""
    if not 1 <= settings.KEY_BACKUP_DAYS <= 30:
        yield "key_backups", "CERCLE_KEY_BACKUP_DAYS must be 1 to 30: erased patients stay readable in older backups of the key store."


@_refusals
def media_store() -> Sentences:
    """Files rest in the data folder, or in a store whose address and library are there."""
    if not settings.MEDIA_STORE:
        return
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+(/[A-Za-z0-9._-]+)*/?", settings.MEDIA_STORE):
        yield "bad_media_url", "CERCLE_MEDIA_URL must be s3://bucket or s3://bucket/prefix; the rest comes by AWS_… variables."
    if find_spec("obstore") is None:
        yield "no_obstore", "CERCLE_MEDIA_URL names an S3 store, and the library for it is missing: uv sync --inexact --extra s3."


@_refusals
def push_key() -> Sentences:
    """What push services know this site by, and in production whom they may ask about it."""
    path = Path(settings.VAPID_KEY_FILE)
    if not settings.VAPID_KEY and path.is_file() and path.stat().st_mode & 0o077:
        yield "open_vapid_key", f"Others on this machine can read the key for push services: chmod 600 {path}."
    try:
        vapid.check()
    except vapid.NoVapidKey:
        yield "bad_vapid_key", (
            f"The key for push services is missing or malformed: run `manage.py prepare`, which makes {path}, or set CERCLE_VAPID_KEY."
        )
    if settings.PRODUCTION and not vapid.is_real(vapid.subject()):
        yield "vapid_sub", (
            "Refused in production: push services want to know whom to ask. Set CERCLE_VAPID_SUB to a mailto: or https: address of yours."
        )


@_refusals
def production() -> Sentences:
    """What helps a developer or a tester has no place near patients."""
    if not settings.PRODUCTION:
        return
    for name, is_set, sentence in (
        ("debug", settings.DEBUG, "DEBUG is on: its error pages show patients' data."),
        ("demo", settings.DEMO, "CERCLE_DEMO is on: its people are signed in by one click."),
        ("no_limits", not settings.LIMITS, "CERCLE_LIMITS=off lets anybody try passwords without end."),
        ("clock", settings.CLOCK_OFFSET_FILE, "CERCLE_CLOCK_OFFSET_FILE moves the clock that rights end by."),
        ("push", settings.PUSH_ALLOW, "CERCLE_PUSH_ALLOW lets pushes out to other addresses than the push services'."),
    ):
        if is_set:
            yield name, f"Refused in production: {sentence}"
    if not settings.MASTER_KEY and Path(settings.MASTER_KEY_FILE).resolve().is_relative_to(Path(settings.DATA).resolve()):
        yield "key_in_data", (
            f"Refused in production: the master key lies inside the data folder {settings.DATA}, so a copy of one is a copy of both. "
            "Set CERCLE_MASTER_KEY_FILE to a place of its own."
        )


@_refusals
def decoders() -> Sentences:
    """In production strangers' files are opened behind a filter of system calls, or not at all."""
    if settings.PRODUCTION and not seccomp.available():
        yield "no_sandbox", (
            "Refused in production: this kernel or processor has no seccomp filter, so whoever sends a file could run programs. "
            "Run Cercle on Linux on x86-64 or ARM64, and let its container use seccomp."
        )


@_refusals
def hospitals() -> Sentences:
    """Hospitals' messages come by TLS with client certificates; plainly only from this machine, and never near patients."""
    if not settings.MLLP_PORT:
        return
    files = {"CERCLE_MLLP_CERT_FILE": settings.MLLP_CERT_FILE, "CERCLE_MLLP_CA_FILE": settings.MLLP_CA_FILE}
    files |= {"CERCLE_MLLP_KEY_FILE": settings.MLLP_KEY_FILE} if settings.MLLP_KEY_FILE else {}
    if not all(files.values()):
        if settings.PRODUCTION or any(files.values()):
            yield "plain_mllp", (
                "CERCLE_MLLP_PORT in production, or with one of the files, needs both: CERCLE_MLLP_CERT_FILE, the listener's own "
                "certificate, and CERCLE_MLLP_CA_FILE, the authorities of the hospitals' certificates."
            )
        elif settings.MLLP_HOST not in {"127.0.0.1", "::1", "localhost"}:
            yield "open_mllp", "Hospitals' messages would come in plainly on CERCLE_MLLP_HOST: without certificates it must be 127.0.0.1."
        return
    for name, path in files.items():
        if not Path(path).is_file():
            yield "no_mllp_file", f"{name} names a file that is not there: {path}."


@_refusals
def text_messages() -> Sentences:
    """A gateway for text messages that can be spoken to, and safely; its fields by name."""
    if settings.SMS_URL and not re.fullmatch(r"file:|https?://[^\s@/]+(/\S*)?", settings.SMS_URL):
        yield "bad_sms_url", "CERCLE_SMS_URL must be the https: address of a provider, or empty."
    elif settings.PRODUCTION and settings.SMS_URL and not settings.SMS_URL.startswith("https:"):
        yield "open_sms", "Refused in production: CERCLE_SMS_URL must be https:, or people's numbers go about, or lie, in the open."
    if len(settings.SMS_FIELDS) != 3:
        yield "sms_fields", "CERCLE_SMS_FIELDS must name three fields, with commas: the number's, the text's, the sender's."


@_refusals
def addresses() -> Sentences:
    """In production the names and origins that the service answers for are listed, each exactly."""
    if not settings.PRODUCTION:
        return
    hosts, origins = settings.ALLOWED_HOSTS, settings.SOCKET_ORIGINS
    if not hosts or any("*" in host for host in hosts):
        yield "any_host", "Refused in production: ALLOWED_HOSTS must list the names that this service answers to, without '*'."
    if not origins or any(not re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?", origin) for origin in origins):
        yield "origins", "Refused in production: CERCLE_ORIGINS must list the pages' origins, each as https://name."
