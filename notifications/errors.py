"""Errors of this room."""
from django.utils.translation import gettext_lazy as _

from foundation.errors import Conflict, Invalid


def bad_endpoint() -> Invalid:
    """422: no push goes there."""
    sentence = _("This is not the address of a push service that is known here.")
    return Invalid("push.bad_endpoint", sentence, errors={"endpoint": sentence})


def bad_keys() -> Invalid:
    """422."""
    sentence = _("These are not the keys of a browser's subscription.")
    return Invalid("push.bad_keys", sentence, errors={"keys": sentence})


def bad_token() -> Invalid:
    """422."""
    sentence = _("This is not the token of an app.")
    return Invalid("push.bad_token", sentence, errors={"token": sentence})


def no_apps() -> Invalid:
    """422: no account with the service of that app."""
    return Invalid("push.not_offered", _("This site does not send to apps of this kind. Use Cercle in the browser."))


def too_many_devices() -> Conflict:
    """409."""
    return Conflict("push.too_many_devices", _("You have as many devices as there may be. Remove one that you no longer use."))


def device_gone() -> Conflict:
    """409."""
    return Conflict("push.device_gone", _("This device is no longer connected. Open Cercle there and allow notifications again."))
