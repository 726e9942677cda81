"""What can be wrong with any record."""
from django.utils.translation import gettext as _

from foundation.errors import Invalid


def key_reused() -> Invalid:
    """An idempotency key that was answered for something else."""
    return Invalid("records.key_reused", _("This key was used for something else."))
