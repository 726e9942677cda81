"""Where allauth asks us: sign-in limits, e-mail in the reader's language, sealed second factors, Pro Santé Connect's people."""
import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.forms import Form
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import translation
from django.utils.crypto import get_random_string

from foundation.vault.seal import SITE, seal, unseal
from people.accounts import limits, psc_claims, services
from people.accounts.models import Person

_TYPICAL_LENGTH = 16
_FACTOR = "accounts.second_factor"


def display_name(person: Person) -> str:
    """How allauth's pages and passkey dialogues call a person."""
    return person.name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts by e-mail and password."""

    def save_user(self, request: HttpRequest, user: Person, form: Form, commit: bool = True) -> Person:
        """A new person from the sign-up form; the names are sealed, the profession only declared."""
        data = form.cleaned_data
        user.set_names(data.get("given_name", ""), data.get("family_name", ""))
        user.profession = data.get("profession", "")
        user.gender = data.get("gender", "")
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        saved: Person = super().save_user(request, user, form, commit)
        return saved

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses with 429 and Retry-After before a password is looked at, the same for known and unknown accounts."""
        self._trying = limits.attempt(credentials.get("email") or "", self.get_client_ip(request))
        if wait := limits.seconds_to_wait(self._trying):
            answer = respond_429(request)
            answer["Retry-After"] = str(wait)
            raise ImmediateHttpResponse(answer)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password is counted; a right one never was."""
        limits.note_failure(self._trying)

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing to take back: successes are not counted here."""

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        limits.forgive(credentials.get("email", ""))

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tells the owner of a known address that somebody signed up with it. A new account's password would have been hashed by now."""
        make_password(get_random_string(_TYPICAL_LENGTH))
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the account that has this address; of the page where nobody has it."""
        language = Person.objects.filter(email=email.lower()).values_list("language", flat=True).first()
        with translation.override(language or translation.get_language()):
            super().send_mail(template_prefix, email, context)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors. Their secrets and recovery seeds rest sealed under the site's key."""

    def encrypt(self, text: str) -> str:
        """Sealed, as text for allauth's JSON column."""
        return base64.b64encode(seal(SITE, _FACTOR, text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises SealBroken for one that was changed."""
        return unseal(SITE, _FACTOR, base64.b64decode(encrypted_text))


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Pro Santé Connect: who may come in by it, as whom, and what it confirms."""

    def get_requests_session(self) -> Any:
        """Calls to the provider, with our certificate where mutual TLS is configured."""
        session = super().get_requests_session()
        if settings.PSC_CERTIFICATE:
            session.cert = (settings.PSC_CERTIFICATE, settings.PSC_CERTIFICATE_KEY or settings.PSC_CERTIFICATE)
        return session

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Person:
        """A new person out of the claims: no e-mail address, a confirmed profession where there is one."""
        claims: psc_claims.Claims = data["claims"]
        person: Person = sociallogin.user
        person.email = None
        person.set_names(claims.given_name, claims.family_name)
        person.language = translation.get_language() or settings.LANGUAGE_CODE
        return person

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Leads a professional to the account that has their RPPS number; refuses to give one number to two people."""
        claims = claims_of(sociallogin)
        holder = Person.objects.filter(rpps=claims.rpps).order_by("joined_at").first() if claims.rpps else None
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            mine = getattr(request.user, "rpps", "")
            if (holder and holder != request.user) or (mine and mine != claims.rpps):
                raise ImmediateHttpResponse(render(request, "socialaccount/other_person.html", status=409))
        elif not sociallogin.is_existing and holder:
            sociallogin.connect(request, holder)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Form | None = None) -> Person:
        """Saves a new person; the listener of the sign-in then confirms their profession."""
        person: Person = super().save_user(request, sociallogin, form)
        confirm(sociallogin)
        return person


def claims_of(sociallogin: SocialLogin) -> psc_claims.Claims:
    """What Pro Santé Connect said, from the part that is kept."""
    return psc_claims.read(sociallogin.account.extra_data["userinfo"])


def confirm(sociallogin: SocialLogin) -> None:
    """Confirms the profession and number of the person whom this sign-in belongs to; nothing where there is none."""
    person, claims = sociallogin.user, claims_of(sociallogin)
    profession = claims.profession(person.profession)
    if profession and not (person.confirmed and (person.profession, person.rpps) == (profession, claims.rpps)):
        services.confirm_profession(person=person, profession=profession, rpps=claims.rpps)

