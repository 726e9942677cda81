"""Words of the media."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class MediaKind(models.TextChoices):
    """What a file is to its readers."""

    PHOTO = "photo", _("photo")
    VOICE = "voice", _("voice note")
    DOCUMENT = "document", _("document")


class MediaState(models.TextChoices):
    """How far a file has come: taken in, fit to be seen, or turned away."""

    PROCESSING = "processing", _("processing")
    READY = "ready", _("ready")
    REFUSED = "refused", _("refused")


class Part(models.TextChoices):
    """What a blob of the store holds."""

    PIECE = "piece"  # of an upload that is under way
    UPLOAD = "upload"  # as it was sent; gone once it was processed
    CONTENT = "content"  # what readers get
    EXPORT = "export"  # a copy of a record; its row belongs to neither a medium nor an upload
    THUMBNAIL = "thumbnail"  # a small WebP of a photo, or of a document's first page


class Wait(models.TextChoices):
    """For what a file waits that is not processed at once."""

    SCANNER = "scanner", _("the virus scanner does not answer")
