"""Files in a few words, for wherever a text's beginning stands: "Photo", "Voice note, 0:42", "Document: letter.pdf"."""
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media.enums import MediaKind

Facts = Mapping[str, Any]


def files_words(files: Sequence[tuple[str, Facts]]) -> str:
    """What a post without text says. `files`: the kind and the facts (`Medium.facts`) of each, in their order."""
    by_kind: dict[str, list[Facts]] = {}
    for kind, facts in files:
        by_kind.setdefault(kind, []).append(facts)
    return " · ".join(_WORDS[MediaKind(kind)](of_kind) for kind, of_kind in by_kind.items())


def _photos(photos: Sequence[Facts]) -> str:
    if len(photos) > 1:
        return ngettext("%(n)d photo", "%(n)d photos", len(photos)) % {"n": len(photos)}
    caption = photos[0].get("caption")
    return _("Photo: %(caption)s") % {"caption": caption} if caption else _("Photo")


def _notes(notes: Sequence[Facts]) -> str:
    if len(notes) > 1:
        return ngettext("%(n)d voice note", "%(n)d voice notes", len(notes)) % {"n": len(notes)}
    seconds = notes[0].get("duration")
    if seconds is None:
        return _("Voice note")
    minutes, rest = divmod(round(seconds), 60)
    return _("Voice note, %(time)s") % {"time": f"{minutes}:{rest:02}"}


def _documents(documents: Sequence[Facts]) -> str:
    if len(documents) > 1:
        return ngettext("%(n)d document", "%(n)d documents", len(documents)) % {"n": len(documents)}
    return _("Document: %(name)s") % {"name": documents[0].get("name", "")}


_WORDS: dict[MediaKind, Callable[[Sequence[Facts]], str]] = {
    MediaKind.PHOTO: _photos, MediaKind.VOICE: _notes, MediaKind.DOCUMENT: _documents,
}  # fmt: skip
