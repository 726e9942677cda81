"""`manage.py backup TARGET --keys TARGET`: a whole backup while everybody works; `--check` looks whether one is whole and opens."""
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from portal.backups import checking, making
from portal.backups.agreeing import SAMPLE
from portal.backups.errors import Refused
from portal.backups.progress import Progress
from portal.backups.stores import wait_patiently


class Command(BaseCommand):
    """Exit code 1 where something does not agree, with a sentence for each thing; the backup stands nevertheless."""

    help = "Back up database and files into one folder, the patients' keys into another; delete what is past its days; check the result."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two places, and what to look at."""
        parser.add_argument("target", type=Path, help="the folder for databases and files")
        parser.add_argument("--keys", type=Path, required=True, help="the folder for the patients' keys, on another disk")
        parser.add_argument("--check", action="store_true", help="make none: look at one that is there")
        parser.add_argument("--at", metavar="NAME", help="with --check: which one; else the newest")
        parser.add_argument("--all", action="store_true", help=f"open every text and file, not {SAMPLE} of each")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with one sentence where nothing was made, or with how much does not agree."""
        os.umask(0o077)
        wait_patiently()
        try:
            faults, opened = self._run(options)
        except (Refused, OSError, DatabaseError) as refusal:
            raise CommandError(str(refusal)) from None
        if faults:
            raise CommandError(f"{faults} thing{'s do' if faults > 1 else ' does'} not agree.")
        self.stdout.write("files, keys, rows and the access trail agree" if opened else "files and hashes agree")

    def _run(self, options: dict[str, Any]) -> tuple[int, bool]:
        """How much does not agree, and whether all of it could be looked into."""
        target, keys, progress = options["target"], options["keys"], Progress(self._say)
        name = options["at"]
        if not options["check"]:
            made = making.make(target, keys, progress)
            self._say(f"made: {made.rows} rows, {made.files} files")
            for lost in made.lost:
                self._say(f"file {lost}: was lost before this backup")
            name = made.name
        backup = checking.found(target, keys, name, progress)
        faults = 0
        for sentence in checking.faults(backup, progress, sample=None if options["all"] else SAMPLE):
            self._say(sentence)
            faults += 1
        if not options["check"]:
            for sentence in making.drop_old(target, keys, both=not faults):
                self._say(sentence)
        return faults, not backup.older

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
