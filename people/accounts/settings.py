"""Settings of sign-in: allauth, hashing, second factors, Pro Santé Connect, limits. Read by `config.settings`; imports no model."""
import datetime as dt
import re
from typing import Any

import environ

_env = environ.Env()
_production = _env.str("CERCLE_ENV", "development") == "production"
_limited = _env.str("CERCLE_LIMITS", "on") != "off"

# Passwords ---------------------------------------------------------------------------------------------------------
PASSWORD_HASHERS = ["people.accounts.hashers.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "given_name", "family_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# The account -------------------------------------------------------------------------------------------------------
ACCOUNT_ADAPTER = "people.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "people.accounts.forms.WhoYouAre"
ACCOUNT_USER_DISPLAY = "people.accounts.adapters.display_name"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# Codes rather than links: the same on a page and in an app, and no secret in an address.
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session goes on; all others die with the old hash
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_CHANGE_EMAIL = True

# Limits: by account and by failures per address, never by successes per address. Wrong passwords are counted in
# `people.accounts.limits`; allauth's own count of sign-ins per address would lock a hospital out and is off.
SIGN_IN_LIMITS = _limited
ACCOUNT_RATE_LIMITS: dict[str, str | None] | bool = {"login": None, "login_failed": "10/5m/key"} if _limited else False
MFA_RATE_LIMITS: dict[str, str | None] | bool = {"webauthn_login": None} if _limited else False
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _env.bool("CERCLE_BEHIND_PROXY", False) else 0
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_remembered",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# A professional's session that nobody used for so long is over, as is what the device keeps (last-contact.js). Patients and
# relatives see one circle each and have nobody beside them who could sign them in again every day.
SESSION_IDLE = dt.timedelta(hours=_env.float("CERCLE_SESSION_IDLE_HOURS", 16))
# A ward's computer changes hands: there a session that nobody used for so long is over, its sockets too.
WARD_IDLE = dt.timedelta(minutes=5)
WARD_COOKIE_NAME = "cercle-ward"  # on the device: it says no more than that several people use it
# What a device's program asks with nobody at it: it neither keeps an unused session alive nor ends it, or the first alert after a
# night would be the last one to arrive.
UNATTENDED = {"/api/v1/push/receipts"}
# These a page asks as well; the program says in a header that it asks by itself. Nothing else of ours is asked unattended.
UNATTENDED_BY_ITS_WORD = re.compile(r"/api/v1/push/(key|subscriptions|deliveries/[^/]+)")

# Second factors: offered; demanded only where production says so -----------------------------------------------------
REQUIRE_SECOND_FACTOR = _env.bool("CERCLE_REQUIRE_SECOND_FACTOR", False)
MFA_ADAPTER = "people.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "people.accounts.forms.AddPasskey"}
MFA_TOTP_ISSUER = "Cercle"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _production  # http://localhost is a secure context for browsers

# Apps --------------------------------------------------------------------------------------------------------------
HEADLESS_CLIENTS = ("app",)
USERSESSIONS_TRACK_ACTIVITY = False  # would write at every request

# Pro Santé Connect -------------------------------------------------------------------------------------------------
SOCIALACCOUNT_ADAPTER = "people.accounts.adapters.SocialAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: our content security policy lets no form lead to another site
SOCIALACCOUNT_STORE_TOKENS = False
PSC_CLIENT_ID = _env.str("PSC_CLIENT_ID", "")
# Certificate and key (PEM) that prove us to the token end-point, where the production contract asks for mutual TLS.
PSC_CERTIFICATE = _env.str("PSC_CERTIFICATE", "")
PSC_CERTIFICATE_KEY = _env.str("PSC_CERTIFICATE_KEY", "")
_PSC_SERVER = "https://auth.bas.psc.esante.gouv.fr/auth/realms/esante-wallet/.well-known/wallet-openid-configuration"


def _psc_app() -> dict[str, Any]:
    """Pro Santé Connect as allauth's OpenID Connect app (`people.accounts.psc` says what differs)."""
    return {
        "provider_id": "psc",
        "name": "Pro Santé Connect",
        "client_id": PSC_CLIENT_ID,
        "secret": _env.str("PSC_SECRET", ""),
        "settings": {
            "server_url": _env.str("PSC_SERVER_URL", _PSC_SERVER),
            "scope": ["openid", "scope_all"],
            "auth_params": {"acr_values": "eidas1"},
            "token_auth_method": "client_secret_post",
            "oauth_pkce_enabled": True,
        },
    }


SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "people.accounts.psc.ProSanteConnect", "APPS": [_psc_app()] if PSC_CLIENT_ID else []}
}
