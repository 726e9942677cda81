"""The house itself as an app: it brings the checks that refuse a half-configured start."""
import sys
import threading
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.signals import got_request_exception

from foundation.http import log_unexpected


class HouseConfig(AppConfig):
    """No models; only checks."""

    name = "config"
    label = "house"

    def ready(self) -> None:
        """Registers the checks, and the log of what a page did not foresee (Django's own would hold the request)."""
        from config import checks, guards  # noqa: F401

        got_request_exception.connect(_log_failure, dispatch_uid="cercle.failure")
        if settings.PRODUCTION:  # a traceback's last line is the exception's words, which may be a patient's
            sys.excepthook = lambda _kind, error, _trace: log_unexpected(error)
            threading.excepthook = lambda failed: log_unexpected(failed.exc_value or RuntimeError())


def _log_failure(**signal: Any) -> None:
    error = sys.exc_info()[1]
    if error is not None:
        log_unexpected(error)
