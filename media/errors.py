"""What can be wrong with a file, each with its code and sentence: what happened, what is safe, what to do."""
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.errors import Invalid, TooLarge, UnsupportedType

# Why a file was turned away after it was taken in; its author reads the sentence beside the file's name.
SENTENCES: dict[str, Promise] = {
    "media.unreadable": _(
        "This file can't be opened: it is damaged or incomplete. Your text is safe. Send the file once more, or take it anew."
    ),
    "media.too_large": _("This file is too large. Your text is safe. Send a smaller one."),
    "media.too_many_pixels": _("This photo has more than 40 million pixels. Your text is safe. Take it again in a smaller size."),
    "media.animated": _("This picture moves; only still ones are taken. Your text is safe. Send one still picture of it."),
    "media.too_long": _("This voice note is longer than 15 minutes. Your text is safe. Make two notes of it."),
    "media.no_sound": _("There is no sound in this file. Your text is safe. Record the note again."),
    "media.has_video": _("This is a film; only sound is taken. Your text is safe. Send a photo or a voice note."),
    "media.encrypted": _("This document is locked by a password. Your text is safe. Save it without one and send it again."),
    "media.too_many_pages": _("This document has more than 500 pages. Your text is safe. Send the pages that matter."),
    "media.too_complex": _("This file takes too much to open. Your text is safe. Print it to a new PDF, or send a photo of it."),
    "media.active_content": _(
        "This document holds programs or fetches things from elsewhere. Your text is safe. Save it as a PDF and send that."
    ),
    "media.infected": _(
        "The virus scanner found something in this file, so nobody gets it. Your text is safe. Have your device looked at."
    ),
}


def reason(code: str) -> str:
    """The sentence for a code of `Medium.code`, in the language of who asks."""
    return str(SENTENCES.get(code, SENTENCES["media.unreadable"]))


class Refused(Exception):
    """A file that was taken in is turned away for good; `code` is one of `SENTENCES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class DecoderDied(Exception):
    """A decoder ended without an answer: by the file or by an accident, so the file is tried once more."""


class ScannerDown(Exception):
    """The virus scanner does not answer: the file waits."""


def empty() -> Invalid:
    """422: no byte."""
    return Invalid("media.empty", _("This file is empty. Your text is safe. Choose the file again."))


def too_large(size: int, most: int) -> TooLarge:
    """413: more bytes than are taken."""
    sentence = _("This file is too large (%(size)s MB). Your text is safe. Send one of %(most)s MB at most.")
    return TooLarge("media.too_large", sentence % {"size": -(-size // 1_000_000), "most": most // 1_000_000})


def unsupported() -> UnsupportedType:
    """415: not a type that is taken, whatever its name says."""
    sentence = _(
        "Files of this type are not taken. Your text is safe. "
        "Send a photo (JPEG, PNG, WebP, HEIC), a voice note, a PDF, or a Word, Excel, PowerPoint, OpenDocument or text file."
    )
    return UnsupportedType("media.unsupported_type", sentence)
