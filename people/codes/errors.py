"""What goes wrong with codes and PINs. A code that never was, was used, has expired or was renewed is refused alike."""
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.errors import Conflict, Invalid


def bad_code() -> Invalid:
    """No code that opens anything."""
    sentence = _("This code does not open anything, or no longer. Ask somebody of the care team for a new one.")
    return Invalid("codes.bad_code", sentence, errors={"code": sentence})


def bad_pin() -> Invalid:
    """Not six figures, or six that anybody would guess first."""
    sentence = _("Six figures, not all the same and not in a row. For example not 123456.")
    return Invalid("codes.bad_pin", sentence, errors={"pin": sentence})


def wrong_pin(left: int) -> Invalid:
    """A wrong PIN, with tries left."""
    sentence = ngettext("This is not the PIN. %(n)d try left.", "This is not the PIN. %(n)d tries left.", left) % {"n": left}
    return Invalid("codes.wrong_pin", sentence, errors={"pin": sentence})


def device_over() -> Invalid:
    """A device that opens nothing, whatever the PIN: unknown, renewed, or tried too often."""
    return Invalid("codes.device_over", _("This device no longer signs you in. Ask somebody of the care team for a new printed code."))


def own_way() -> Conflict:
    """Somebody who signs in otherwise gets no code: whoever held it could sign in as them."""
    return Conflict("codes.own_way", _("This person signs in by e-mail or otherwise, and needs no printed code."))


def elsewhere() -> Conflict:
    """A code opens every circle of its person, so whoever prints it must be of the care team in each of them."""
    return Conflict("codes.elsewhere", _("Only somebody of the care team in every circle of this person prints a code for them."))
