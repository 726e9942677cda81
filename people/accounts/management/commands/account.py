"""`manage.py account ACT ADDRESS`: what an operator may do to an account. None of it shows anything that somebody wrote."""
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from foundation import ids
from people.accounts import appointments, services
from people.accounts.enums import Profession
from people.accounts.models import Person, Structure
from people.accounts.sessions import end_sessions

_ACTS = ("close", "open", "confirm", "withdraw", "end-sessions")
_OFFICES = ("operator", "no-operator", "administrator", "no-administrator", "officer", "no-officer")


class Command(BaseCommand):
    """One act on one account, found by its e-mail address."""

    help = (
        "Close or open an account, confirm a profession or take that back, end all sessions; "
        "name an operator of the service, the administrator of a structure or a data protection officer, or end that."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The act, the address, and what a confirmation says."""
        parser.add_argument("act", choices=[*_ACTS, *_OFFICES])
        parser.add_argument("email")
        parser.add_argument("--profession", choices=Profession.values, help="for confirm; the declared one unless given")
        parser.add_argument("--rpps", default="", help="for confirm; eleven figures")
        parser.add_argument("--structure", default="", help="for an administrator or officer: its id, FINESS number or whole name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where no account has this address, or nothing is there to confirm."""
        person = Person.objects.filter(email=options["email"].lower()).first()
        if person is None:
            raise CommandError("No account has this address.")
        if options["act"] in _OFFICES:
            self._appoint(person, options)
        else:
            self._change(person, options)
        self.stdout.write(f"{options['act']}: done for {person.pk}")

    def _appoint(self, person: Person, options: dict[str, Any]) -> None:
        match options["act"]:
            case "operator":
                appointments.appoint_operator(person=person)
            case "no-operator":
                appointments.dismiss_operator(person=person)
            case "administrator":
                appointments.appoint_administrator(None, person=person, structure=named_structure(options["structure"]).pk)
            case "no-administrator":
                appointments.dismiss_administrator(None, person=person, structure=named_structure(options["structure"]).pk)

            case "officer":
                services.name_officer(person=person, structure=named_structure(options["structure"]) if options["structure"] else None)
            case "no-officer":
                services.dismiss_officer(person=person)

    def _change(self, person: Person, options: dict[str, Any]) -> None:
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


def named_structure(named: str) -> Structure:
    """The one structure of this id, FINESS number or name. Raises CommandError for none or several."""
    known = {"pk": ids.parse(named)} if ids.parse(named) else None
    found = list(Structure.objects.filter(**known) if known else Structure.objects.filter(Q(finess=named) | Q(name=named))) if named else []
    if len(found) != 1:
        raise CommandError(f"{len(found)} structures are named so: give one with --structure, by its id, FINESS number or whole name.")
    return found[0]
