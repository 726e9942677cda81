"""`manage.py units STRUCTURE FILE`: which of a hospital's people work in which unit, by its CSV file. Says what would change first."""
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from people.accounts.management.commands.account import named_structure
from people.accounts.units import import_units


class Command(BaseCommand):
    """Columns: e-mail address or RPPS, code of the unit, since, until. Who is missing in the file loses the unit."""

    help = "Compares the lists of a hospital's units with a CSV file (e-mail or RPPS; unit; since; until); with --apply makes them so."

    def add_arguments(self, parser: CommandParser) -> None:
        """The hospital, the file, and whether to do it."""
        parser.add_argument("structure", help="its id, FINESS number or whole name")
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="change the lists; else only say what would change")
        parser.add_argument("--only-add", action="store_true", help="whoever is missing in the file keeps their unit")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints ids, codes and line numbers, never a name. Raises CommandError where the file or the structure can't be read."""
        try:
            file = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"The file can't be read: {error.strerror}") from None
        structure = named_structure(options["structure"])
        report = import_units(None, structure=structure.pk, file=file, whole=not options["only_add"], dry=not options["apply"])
        for change in report.changes:
            self.stdout.write(f"{change.what} {change.person.pk} {change.unit.code}")
        for one in report.refused:
            self.stdout.write(f"line {one.line}: refused, {one.code}")
        if report.spared:
            self.stdout.write(f"{len(report.spared)} are missing in the file and stay, for lines of it are refused: mend these first")
        done = "done" if options["apply"] else "nothing is changed yet: run again with --apply"
        self.stdout.write(f"{len(report.changes)} changes, {report.kept} as they are, {len(report.refused)} refused; {done}")
