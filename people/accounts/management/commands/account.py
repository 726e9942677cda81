"""`manage.py account ACT ADDRESS`: what an operator may do to an account. None of it shows anything that somebody wrote."""
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from people.accounts import services
from people.accounts.enums import Profession
from people.accounts.models import Person
from people.accounts.sessions import end_sessions


class Command(BaseCommand):
    """One act on one account, found by its e-mail address."""

    help = "Close or open an account, confirm a profession or take that back, end all sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        """The act, the address, and what a confirmation says."""
        parser.add_argument("act", choices=["close", "open", "confirm", "withdraw", "end-sessions"])
        parser.add_argument("email")
        parser.add_argument("--profession", choices=Profession.values, help="for confirm; the declared one unless given")
        parser.add_argument("--rpps", default="", help="for confirm; eleven figures")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where no account has this address, or nothing is there to confirm."""
        person = Person.objects.filter(email=options["email"].lower()).first()
        if person is None:
            raise CommandError("No account has this address.")
        match options["act"]:
            case "close":
                services.disable_account(person=person)
            case "open":
                services.enable_account(person=person)
            case "confirm":
                profession = options["profession"] or person.profession
                if not profession:
                    raise CommandError("This account declares no profession: give one with --profession.")
                services.confirm_profession(person=person, profession=profession, rpps=options["rpps"])
            case "withdraw":
                services.withdraw_confirmation(person=person)
            case "end-sessions":
                end_sessions(person)
        self.stdout.write(f"{options['act']}: done for {person.pk}")
