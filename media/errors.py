"""What can be wrong with a file, each with its code and sentence: what happened, what is safe, what to do."""
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.errors import CercleError, Conflict, Invalid, TooLarge, UnsupportedType

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
    "media.not_scanned": _("The virus scanner can't take a file of this size. Your text is safe. Send a smaller one."),
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


class WrongVersion(CercleError):
    """412: another version of the protocol of uploads in pieces."""

    status = 412


class Lost(CercleError):
    """500: the bytes at rest are gone, or not those that were written. Operators find the file's id in the log."""

    status = 500

    def __init__(self) -> None:
        super().__init__("media.lost", _("This file can no longer be read. Tell whoever runs the service."))


class OutOfRange(CercleError):
    """416: a range that the file has not; `size` is the file's, in bytes."""

    status = 416

    def __init__(self, size: int) -> None:
        super().__init__("media.no_such_range", _("The file has no such part."))
        self.size = size


def key_missing() -> Invalid:
    """No `Idempotency-Key`, or not a UUID."""
    return Invalid("media.no_key", _("The header Idempotency-Key must hold a UUID."))


def key_reused() -> Invalid:
    """The same key with another file or circle."""
    return Invalid("media.key_reused", _("This key was used for another file."))


def no_file() -> Invalid:
    """A form without a file."""
    return Invalid("media.no_file", _("There is no file in this."), errors={"file": _("A file.")})


def not_a_form() -> UnsupportedType:
    """An upload that is neither a form nor in pieces."""
    return UnsupportedType("media.not_a_form", _("Send the file as multipart/form-data."))


def bad_field(field: str) -> Invalid:
    """Something said beside the file that is too long or none."""
    return Invalid("media.bad_field", _("Something said beside this file is not as it should be."), errors={field: _("Not like this.")})


def bad_metadata() -> Invalid:
    """`Upload-Metadata` that is none."""
    return Invalid("media.bad_metadata", _("The header Upload-Metadata must hold keys and values in base64."))


def too_much_unposted() -> TooLarge:
    """More bytes that no message carries yet than one account may have."""
    return TooLarge("media.too_much_unposted", _("Too many of your files wait to be sent. Send or remove some of them first."))


def too_many_pieces() -> TooLarge:
    """An upload in crumbs."""
    return TooLarge("media.too_many_pieces", _("This upload comes in too many pieces. Send larger ones."))


def wrong_offset() -> Conflict:
    """A piece that does not begin where the last one ended."""
    return Conflict("media.wrong_offset", _("The upload has come to another place. Ask where, and go on from there."))


def bad_offset() -> Invalid:
    """An `Upload-Offset` or `Upload-Length` that is missing or no number."""
    return Invalid("media.bad_offset", _("The headers Upload-Length and Upload-Offset must hold whole numbers."))


def wrong_version() -> WrongVersion:
    """A `Tus-Resumable` other than ours."""
    return WrongVersion("media.wrong_version", _("Uploads in pieces follow version 1.0.0 of the tus protocol."))


def not_a_piece() -> UnsupportedType:
    """A piece of another content type than tus's."""
    return UnsupportedType("media.not_a_piece", _("Send a piece as application/offset+octet-stream."))


def posted() -> Conflict:
    """Throwing away what a message carries."""
    return Conflict("media.posted", _("A message carries this file. Withdraw the message instead."))


def not_a_note() -> Invalid:
    """Putting into words what is no voice note."""
    return Invalid("media.not_a_note", _("Only a voice note can be heard and written down."))


def not_a_secretary() -> Invalid:
    """Asking somebody else than a secretary of the circle."""
    sentence = _("Only a secretary of this circle can be asked to write a note down.")
    return Invalid("media.not_a_secretary", sentence, errors={"member": _("A secretary.")})


def beyond_the_end() -> TooLarge:
    """A piece with more bytes than the upload lacks."""
    return TooLarge("media.beyond_the_end", _("This is more than the upload was said to hold."))
