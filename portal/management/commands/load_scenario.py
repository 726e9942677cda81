"""`manage.py load_scenario FILE`: the contract's way to bring people, patients and circles in, for checks from outside."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from portal.scenario.fields import ScenarioError
from portal.scenario.protocol import parse_scenario
from portal.scenario.services import load_scenario


class Command(BaseCommand):
    """Prints, alone on standard output, one JSON object from keys to ids."""

    help = "Load people, structures, patients and memberships from a JSON file; print their ids as one JSON object."
    requires_system_checks: list[str] = []  # the service checks itself at its start

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the scenario, as the contract describes it; - for standard input")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Scenarios are for tests: refused in production.")
        path = Path("/dev/stdin" if options["file"] == "-" else options["file"])
        try:
            made = load_scenario(parse_scenario(path.read_bytes()))
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}.") from None
        except ScenarioError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(made))
