"""Whether the service is well, in words for its operator: machines only, no number of anything that somebody wrote."""
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import Error, connections
from django.utils.translation import gettext as _

from foundation.vault.seal import SITE, SealBroken, seal, unseal

_LOW_SPACE = 0.1
_GIB = 1024**3


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, how it is, and whether that is well."""

    name: str
    words: str
    well: bool


def health() -> list[Check]:
    """Everything that an operator looks at first."""
    return [
        _of(_("Database"), lambda: _answer_of("default")),
        _of(_("Store of the keys"), lambda: _answer_of("keys")),
        _of(_("Sealing and opening"), _sealing),
        *_processes(),
        _space(),
        _mail(),
    ]


def _of(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, look(), True)
    except (Error, SealBroken, OSError) as failed:
        return Check(name, _("does not answer (%(error)s)") % {"error": type(failed).__name__}, False)


def _answer_of(alias: str) -> str:
    began = time.monotonic()
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")
    milliseconds = round((time.monotonic() - began) * 1000)
    return _("answers in %(n)d ms, %(kind)s") % {"n": milliseconds, "kind": connections[alias].display_name}


def _sealing() -> str:
    opened = unseal(SITE, "portal.health", seal(SITE, "portal.health", "well"))
    return _("the site's key opens what it sealed") if opened == "well" else ""


def _processes() -> list[Check]:
    """Those that the supervisor keeps: each writes its number beside the data."""
    files = sorted((settings.DATA / "run").glob("*.pid"))
    if not files:
        return [Check(_("Processes"), _("kept by the host, not by this service"), True)]
    return [_process(file) for file in files]


def _process(file: Path) -> Check:
    name = _("Process %(name)s") % {"name": file.stem}
    try:
        os.kill(int(file.read_text()), 0)
    except (OSError, ValueError):
        return Check(name, _("does not run"), False)
    return Check(name, _("runs"), True)


def _space() -> Check:
    space = shutil.disk_usage(settings.DATA)
    left = space.free / space.total
    words = _("%(free)d GiB of %(total)d free") % {"free": space.free // _GIB, "total": space.total // _GIB}
    return Check(_("Disk of the data"), words, left > _LOW_SPACE)


def _mail() -> Check:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return Check(_("E-mail"), _("by the mail server %(host)s") % {"host": settings.EMAIL_HOST}, True)
    return Check(_("E-mail"), _("no mail server: letters rest in a folder"), not settings.PRODUCTION)
