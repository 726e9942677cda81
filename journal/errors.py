"""What can be wrong with writing, each with its code and sentence."""
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.errors import Conflict, Invalid


def empty_post() -> Invalid:
    """No text and no media."""
    return Invalid("journal.empty_post", _("Write something first."), errors={"text": _("Write something first.")})


def too_long() -> Invalid:
    """More than 16,000 characters."""
    sentence = _("This text has more than 16,000 characters. Make two messages of it.")
    return Invalid("journal.too_long", sentence, errors={"text": _("At most 16,000 characters.")})


def unknown_media() -> Invalid:
    """Media that the author did not upload into this circle."""
    return Invalid("journal.unknown_media", _("One of the files is not there. Attach it again."))


def unknown_reply() -> Invalid:
    """An answered post that does not exist for the author."""
    return Invalid("journal.unknown_reply", _("The message that you answer is not there."))


def reply_too_wide() -> Invalid:
    """A reply with readers whom the answered post has not."""
    return Invalid("journal.reply_too_wide", _("A reply can't be read by more people than the message it answers. Choose fewer readers."))


def bad_addressee() -> Invalid:
    """Somebody in `to` does not read the post."""
    return Invalid("journal.bad_addressee", _("Somebody you address would not read this. Choose other readers or address somebody else."))


def bad_time() -> Invalid:
    """`written_at` in the future or more than seven days back."""
    return Invalid("journal.bad_time", _("The time of writing must lie in the last seven days."))


def key_missing() -> Invalid:
    """No `Idempotency-Key`, or not a UUID."""
    return Invalid("journal.no_key", _("The header Idempotency-Key must hold a UUID."))


def key_reused() -> Invalid:
    """The same key with another body or circle."""
    return Invalid("journal.key_reused", _("This key was used for another message."))


def retracted() -> Conflict:
    """Acting on what was withdrawn."""
    return Conflict("journal.retracted", _("This message was withdrawn."))


def no_owner_to_give() -> Conflict:
    """A post that nobody can take."""
    return Conflict("journal.not_takable", _("This message asks nobody to take it."))


def taken(owner: dict[str, Any]) -> Conflict:
    """Somebody else was first."""
    return Conflict("journal.taken", _("%(name)s has this.") % {"name": owner["name"]}, owner=owner)


def not_taken() -> Conflict:
    """Handing back or closing what nobody has."""
    return Conflict("journal.not_taken", _("Nobody has this at the moment."))
