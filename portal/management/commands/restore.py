"""`manage.py restore TARGET --keys TARGET`: a backup becomes this site's data, with the service stopped."""
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from portal.backups import checking, restoring
from portal.backups.agreeing import SAMPLE
from portal.backups.errors import Refused
from portal.backups.progress import Progress
from portal.backups.shelves import made_at
from portal.backups.stores import wait_patiently


class Command(BaseCommand):
    """Exit code 1 where something does not agree afterwards; what was restored stands nevertheless."""

    help = "Restore a backup into an empty data folder and empty databases, or with --replace in the place of what is there."
    requires_system_checks: list[str] = []  # secrets that the checks ask for may have to be put back first

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two places, which backup, and what may be replaced."""
        parser.add_argument("target", type=Path, help="the folder with databases and files")
        parser.add_argument("--keys", type=Path, required=True, help="the folder with the patients' keys")
        parser.add_argument("--at", metavar="NAME", help="which backup; else the newest")
        parser.add_argument("--replace", action="store_true", help="keep aside what is here and restore in its place")
        parser.add_argument("--keep-sessions", action="store_true", help="for a move, or a drill: nobody has to sign in anew")
        parser.add_argument("--all", action="store_true", help=f"open every text and file afterwards, not {SAMPLE} of each")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with a sentence where nothing is restored, or with how much does not agree."""
        os.umask(0o077)
        wait_patiently()
        progress = Progress(self._say)
        try:
            backup = checking.found(options["target"], options["keys"], options["at"], progress)
            faults = restoring.restore(
                backup, progress, replace=options["replace"], keep_sessions=options["keep_sessions"],
                sample=None if options["all"] else SAMPLE,
            )  # fmt: skip
        except (Refused, OSError, DatabaseError) as refusal:
            raise CommandError(str(refusal)) from None
        for sentence in faults:
            self._say(sentence)
        if faults:
            raise CommandError(f"Restored, but {len(faults)} thing{'s do' if len(faults) > 1 else ' does'} not agree.")
        self._say(f"restored as of {made_at(backup.manifest.name).isoformat()}: files, keys, rows and the access trail agree")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
