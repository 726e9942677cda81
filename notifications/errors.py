"""Errors of this room."""
from django.utils.functional import Promise
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


def urgent_needs_a_way() -> Invalid:
    """422: urgent messages are moved to another way, never switched off."""
    sentence = _("Urgent messages need a way that leads to you: notifications, your e-mail or your telephone number.")
    return Invalid("notifications.urgent_needs_a_way", sentence, errors={"news.urgent.by": sentence})


def only_urgent_by_sms(news: str) -> Invalid:
    """422."""
    sentence = _("Only urgent messages come by text message.")
    return Invalid("notifications.only_urgent_by_sms", sentence, errors={f"news.{news}.by": sentence})


def empty_quiet() -> Invalid:
    """422: from an hour to the same one."""
    sentence = _("Quiet hours begin and end at different hours.")
    return Invalid("notifications.empty_quiet", sentence, errors={"quiet.to": sentence})


def digest_needs_a_way() -> Invalid:
    """422: neither by e-mail nor by push, or by e-mail without an address."""
    sentence = _("Say how to tell you that there is something new: by a notification, or by e-mail if your account has an address.")
    return Invalid("notifications.digest_needs_a_way", sentence, errors={"digest.email": sentence})


def unknown_zone() -> Invalid:
    """422."""
    sentence = _("This time zone is not known: write it like Europe/Paris.")
    return Invalid("notifications.unknown_zone", sentence, errors={"zone": sentence})


def bad_rung(place: int, code: str, sentence: str | Promise) -> Invalid:
    """422: a rung that means nobody, or somebody who takes no alerts."""
    return Invalid(f"ladder.{code}", sentence, errors={f"rungs.{place}": sentence})
