"""Registers or ends a program that may ask over FHIR, for the operator."""
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hospital.gateway.models import FhirClient
from hospital.gateway.tokens import end_client
from people.accounts.models import Structure


class Command(BaseCommand):
    """`fhir_client add CLIENT_ID --hospital ID --jwks FILE`, `fhir_client end CLIENT_ID`, `fhir_client list`."""

    help = "Registers a hospital's program for FHIR with its public keys (JWKS), or ends it: SMART Backend Services."

    def add_arguments(self, parser: CommandParser) -> None:
        """The three acts."""
        parser.add_argument("act", choices=["add", "end", "list"])
        parser.add_argument("client_id", nargs="?", default="")
        parser.add_argument("--hospital", default="", help="The structure's id, or its FINESS number.")
        parser.add_argument("--jwks", default="", help="A file with the program's public keys; - is the standard input.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it."""
        if options["act"] == "list":
            for client in FhirClient.objects.filter(ended_at=None).select_related("structure").order_by("client_id"):
                self.stdout.write(f"{client.client_id}\t{client.structure.name}")
        elif options["act"] == "end":
            end_client(_client(options["client_id"]).pk)
        else:
            self._add(options["client_id"], _hospital(options["hospital"]), _keys(options["jwks"]))

    def _add(self, client_id: str, structure: Structure, jwks: dict[str, Any]) -> None:
        if not client_id or FhirClient.objects.filter(client_id=client_id).exists():
            raise CommandError("Give a client id that is not taken.")
        FhirClient.objects.create(structure=structure, client_id=client_id, jwks=jwks, made_at=timezone.now())
        self.stdout.write(f"{client_id} may ask for {structure.name}.")


def _client(client_id: str) -> FhirClient:
    found = FhirClient.objects.filter(client_id=client_id, ended_at=None).first()
    if found is None:
        raise CommandError("There is no such program.")
    return found


def _hospital(named: str) -> Structure:
    found = [one for one in Structure.objects.filter(kind="hospital") if named and named in {str(one.pk), one.finess}]
    if len(found) != 1:
        raise CommandError("Name one hospital: --hospital with the structure's id or its FINESS number.")
    return found[0]


def _keys(file: str) -> dict[str, Any]:
    """Public keys only, each with its `kid`."""
    try:
        jwks: Any = json.loads(sys.stdin.read() if file == "-" else Path(file).read_text())
        keys = jwks["keys"]
        if not keys or not all(key["kid"] and key["kty"] in {"EC", "RSA"} and "d" not in key for key in keys):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        raise CommandError("--jwks is a file with a JWK Set: public EC (P-384) or RSA keys, each with a kid.") from None
    return {"keys": keys}
