"""`manage.py rotate_master_key`: a new master key, beside a running service."""
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.vault.keyring import KeyMissing
from foundation.vault.rotation import RotationRefused, is_unfinished, rotate


class Command(BaseCommand):
    """Wraps every vault's key with a new master key. Killed at any moment, it goes on where it was when run again."""

    help = "Replaces the master key while the service runs; run it again if it was interrupted."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what is done and what is left to do by hand."""
        try:
            if is_unfinished():
                self.stdout.write("Wrapping with the first key of the ring; no further one is made.")
            count = sum(rotate())
        except (RotationRefused, KeyMissing, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{count} keys wrapped anew.")
        if settings.MASTER_KEY:
            self.stdout.write("Every key now needs only the first master key of CERCLE_MASTER_KEY: remove the others from it.")
        else:
            self.stdout.write(
                f"Keep a copy of {settings.MASTER_KEY_FILE} apart from the data. "
                "Backups of the patients' keys made before now open with the master key of then: keep that copy as long as those backups."
            )
