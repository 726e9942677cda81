"""SMART Backend Services (SMART App Launch 2.2): a signed assertion becomes a token of five minutes, for one program of one hospital."""
import datetime as dt
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.vault.seal import keyed_hash
from hospital.gateway.models import AccessToken, FhirClient, UsedAssertion
from hospital.gateway.scopes import granted

LIFETIME_S = 300  # of an assertion at most, and of a token
ALGORITHMS = ("ES384", "RS384")
GRANT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SKEW_S = 10  # two clocks are never quite one
_LONGEST = 8 * 1024  # characters of an assertion
_LONGEST_JTI = 512
_RSA_BITS = 2048


class TokenRefused(Exception):
    """Why no token was given: an error code of RFC 6749 (5.2), and a sentence that says nothing of other clients."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description

    @property
    def status(self) -> int:
        """401 for who is not known, 400 for what is asked wrongly."""
        return 401 if self.error == "invalid_client" else 400


@dataclass(frozen=True)
class Issued:
    """A token as it is told once, and what it may."""

    token: str
    scope: str


def issue_token(form: Mapping[str, str], audiences: Collection[str]) -> Issued:
    """A token for a signed assertion. `audiences` are the ways of spelling this service's token address. Raises TokenRefused."""
    if form.get("grant_type") != GRANT:
        raise TokenRefused("unsupported_grant_type", f"grant_type must be {GRANT}.")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise TokenRefused("invalid_request", f"client_assertion_type must be {ASSERTION_TYPE}.")
    client, claims = _verified(form.get("client_assertion", ""), audiences)
    scope = granted(form.get("scope", ""))
    if not scope:
        raise TokenRefused("invalid_scope", "None of the scopes asked for exists here. Examples: system/CareTeam.read, system/Patient.rs.")
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            _forget_old()
            expires = dt.datetime.fromtimestamp(claims["exp"] + _SKEW_S, dt.UTC)
            used = keyed_hash("fhir.assertion", str(client.pk), claims["jti"])
            UsedAssertion.objects.create(client=client, digest=used, expires_at=expires)
            ends = timezone.now() + dt.timedelta(seconds=LIFETIME_S)
            AccessToken.objects.create(client=client, digest=_digest(token), scope=scope, expires_at=ends)
    except IntegrityError:
        raise TokenRefused("invalid_client", "This assertion was used before (jti).") from None
    return Issued(token, scope)


def token_of(token: str) -> AccessToken | None:
    """The running token of a client that has not ended, with client and structure; None for any other."""
    running = AccessToken.objects.filter(digest=_digest(token), expires_at__gt=timezone.now(), client__ended_at=None)
    return running.select_related("client__structure").first()


def end_client(client: UUID) -> None:
    """Ends a program's access: its tokens are gone with it, its subscriptions tell nobody any more."""
    with transaction.atomic():
        FhirClient.objects.filter(pk=client, ended_at=None).update(ended_at=timezone.now())
        AccessToken.objects.filter(client=client).delete()


def _digest(token: str) -> bytes:
    return keyed_hash("fhir.token", token)


def _forget_old() -> None:
    now = timezone.now()
    UsedAssertion.objects.filter(expires_at__lt=now).delete()
    AccessToken.objects.filter(expires_at__lt=now).delete()


def _verified(assertion: str, audiences: Collection[str]) -> tuple[FhirClient, dict[str, Any]]:
    """(the client, the assertion's claims). One answer for an unknown client, an unknown key and a wrong signature."""
    if not assertion or len(assertion) > _LONGEST:
        raise TokenRefused("invalid_request", "client_assertion must be a signed JWT.")
    try:
        header = jwt.get_unverified_header(assertion)
        said = jwt.decode(assertion, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise TokenRefused("invalid_request", "client_assertion is not a JWT.") from None
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefused("invalid_client", f"alg must be one of {', '.join(ALGORITHMS)}.")
    client = FhirClient.objects.filter(client_id=str(said.get("iss"))[:200], ended_at=None).select_related("structure").first()
    key = _key(client.jwks, header) if client else None
    if client is None or key is None:
        raise TokenRefused("invalid_client", "Unknown client, unknown key (kid), or wrong signature.")
    return client, _claims(assertion, key, client, audiences)


def _key(jwks: Any, header: Mapping[str, Any]) -> Any:
    """The registered public key that an assertion names; None where there is none that fits its algorithm."""
    keys = jwks.get("keys", []) if isinstance(jwks, dict) else []
    kind = {"ES384": "EC", "RS384": "RSA"}[header["alg"]]
    for raw in keys:
        if not isinstance(raw, dict) or not header.get("kid") or raw.get("kid") != header["kid"] or raw.get("kty") != kind:
            continue
        if kind == "EC" and raw.get("crv") != "P-384":
            continue
        public = {name: raw[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in raw}
        try:
            key = jwt.PyJWK(public, algorithm=header["alg"]).key
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
        if kind == "EC" or key.key_size >= _RSA_BITS:
            return key
    return None


def _claims(assertion: str, key: Any, client: FhirClient, audiences: Collection[str]) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            assertion, key, algorithms=list(ALGORITHMS), audience=list(audiences), leeway=_SKEW_S,
            options={"require": ["exp", "iss", "sub", "aud", "jti"]},
        )  # fmt: skip
    except jwt.InvalidSignatureError:
        raise TokenRefused("invalid_client", "Unknown client, unknown key (kid), or wrong signature.") from None
    except jwt.InvalidAudienceError:
        raise TokenRefused("invalid_client", "aud must be the address of this token endpoint.") from None
    except jwt.PyJWTError as error:
        raise TokenRefused("invalid_client", f"The assertion does not hold: {type(error).__name__}.") from None
    if not claims["iss"] == claims["sub"] == client.client_id:
        raise TokenRefused("invalid_client", "iss and sub must both be the client's id.")
    if not isinstance(claims["exp"], int | float):
        raise TokenRefused("invalid_client", "exp must be a number.")
    if claims["exp"] > timezone.now().timestamp() + LIFETIME_S + _SKEW_S:
        raise TokenRefused("invalid_client", "exp must be within five minutes.")
    if not isinstance(claims["jti"], str) or not 0 < len(claims["jti"]) <= _LONGEST_JTI:
        raise TokenRefused("invalid_client", "jti must be a text that is used once.")
    return claims
