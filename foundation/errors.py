"""Errors with a stable, dotted code. Services raise them; `foundation.http` and the socket translate them at the edge."""
import math
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class CercleError(Exception):
    """Something a client did that has a name. `status` is its HTTP answer, `extra` more members of the problem document."""

    status = 422

    def __init__(self, code: str, detail: Sentence, *, errors: dict[str, Any] | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code, self.detail, self.errors, self.extra = code, detail, errors, extra


class NotSignedIn(CercleError):
    """401."""

    status = 401

    def __init__(self) -> None:
        super().__init__("accounts.not_signed_in", _("Please sign in."))


class CsrfFailed(CercleError):
    """403 of the second place in the order of answers."""

    status = 403

    def __init__(self) -> None:
        super().__init__("http.csrf", _("This page is too old. Reload it and send again: your text is kept."))


class NotFound(CercleError):
    """404: what the caller may not see and what does not exist, with the same bytes for both."""

    status = 404

    def __init__(self) -> None:
        super().__init__("http.not_found", _("Nothing here, or not for you."))


class Forbidden(CercleError):
    """403: seen, but not allowed to do. Leaves a line in the circle's trail."""

    status = 403


class Conflict(CercleError):
    """409."""

    status = 409


class Invalid(CercleError):
    """422."""


class TooLarge(CercleError):
    """413."""

    status = 413


class UnsupportedType(CercleError):
    """415."""

    status = 415


class Away(CercleError):
    """503: what is asked is right, and the database does not answer. Whether it was done is not known; `retry_after` in whole seconds."""

    status = 503
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("http.away", _("The service can't reach its database. What you wrote is kept on your side: it is sent again."))


class TooFast(CercleError):
    """429; `retry_after` in whole seconds, at least as long as the wait."""

    status = 429

    def __init__(self, wait_s: float, code: str = "http.too_fast", detail: Sentence = "") -> None:
        super().__init__(code, detail or _("Too many requests. Wait a little and try again."))
        self.retry_after = max(1, math.ceil(wait_s))
