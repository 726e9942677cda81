"""Who asks over FHIR: a bearer token, the program that it was given to, and what its scopes allow."""
from dataclasses import dataclass

from django.http import HttpRequest

from hospital.gateway.budgets import limit_program
from hospital.gateway.fhir.outcomes import refused
from hospital.gateway.models import FhirClient
from hospital.gateway.scopes import allows
from hospital.gateway.tokens import token_of
from people.accounts.models import Structure

_WORDS = {"c": "create", "r": "read", "u": "update", "d": "delete", "s": "search"}


@dataclass(frozen=True)
class Caller:
    """A program of one hospital. `base` is this server's FHIR address as the caller knows it, without a slash at its end."""

    client: FhirClient
    scope: str
    base: str

    @property
    def structure(self) -> Structure:
        """The hospital that it is bound to."""
        hospital: Structure = self.client.structure
        return hospital

    def require(self, kind: str, letter: str) -> None:
        """Raises FhirRefused (403) where the token's scopes do not cover an interaction."""
        if not allows(self.scope, kind, letter):
            raise refused(403, "forbidden", f"The token may not {_WORDS[letter]} {kind}: ask for system/{kind}.{letter}.")


class Bearer:
    """The guard of every address under `/fhir/` that shows or takes anything; `config.guards` knows it."""

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Raises FhirRefused (401), TooFast."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        found = token_of(token.strip()) if kind.lower() == "bearer" and token.strip() else None
        if found is None:
            raise refused(401, "login", "A bearer token is needed, and none that runs was given: ask at the token endpoint.")
        limit_program(request, found.client)
        return Caller(found.client, found.scope, base_of(request))


def base_of(request: HttpRequest) -> str:
    """This server's FHIR address as the caller wrote it."""
    return request.build_absolute_uri("/fhir")
