"""Settings: everything that differs between a laptop, a village practice and a region, read from the environment.

The defaults are the embedded product: SQLite, no broker, one data folder. `config.checks` refuses what is unsafe.
"""
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ

from foundation.clock import Seconds
from foundation.vault.keyring import read_secret

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

PRODUCTION = env.str("CERCLE_ENV", "development") == "production"
DATA = Path(env.str("CERCLE_DATA", str(BASE_DIR / "var"))).resolve()
PORT = env.int("PORT", 8000)
LISTEN_PORT = env.int("CERCLE_LISTEN_PORT", PORT)  # where this web process listens, which has a proxy at PORT before it
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("CERCLE_DEMO", not PRODUCTION)
LIMITS = env.str("CERCLE_LIMITS", "on") != "off"
CLOCK_OFFSET_FILE = env.str("CERCLE_CLOCK_OFFSET_FILE", "")
PUSH_ALLOW = env.str("CERCLE_PUSH_ALLOW", "")
PROCESSES = env.int("CERCLE_PROCESSES", 1)

# Keys ------------------------------------------------------------------------------------------------------------
MASTER_KEY = env.str("CERCLE_MASTER_KEY", "")
MASTER_KEY_FILE = Path(env.str("CERCLE_MASTER_KEY_FILE", str(DATA / "keys" / "master.key")))
SECRET_KEY = env.str("SECRET_KEY", "") or read_secret(DATA / "keys" / "secret.key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Who sends to push services: a key of the site, and whom they ask about it (else the privacy contact).
VAPID_KEY = env.str("CERCLE_VAPID_KEY", "")
VAPID_KEY_FILE = Path(env.str("CERCLE_VAPID_KEY_FILE", str(DATA / "keys" / "vapid.key")))
VAPID_SUB = env.str("CERCLE_VAPID_SUB", "")
PUSH_SERVICES = [host.strip().lower() for host in env.list("CERCLE_PUSH_SERVICES", default=[])]
# Apps of one's own, beside the web app: an account with Firebase, a key with Apple.
FCM_ACCOUNT_FILE = env.str("CERCLE_FCM_ACCOUNT_FILE", "")
FCM_URL = "https://fcm.googleapis.com"
APNS_KEY_FILE = env.str("CERCLE_APNS_KEY_FILE", "")
APNS_KEY_ID = env.str("CERCLE_APNS_KEY_ID", "")
APNS_TEAM_ID = env.str("CERCLE_APNS_TEAM_ID", "")
APNS_TOPIC = env.str("CERCLE_APNS_TOPIC", "")
APNS_URL = env.str("CERCLE_APNS_URL", "https://api.push.apple.com")

# Where it answers ------------------------------------------------------------------------------------------------
_LOCAL_HOSTS = ["localhost", "127.0.0.1", ".localhost"]
ALLOWED_HOSTS = [host.strip() for host in env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else _LOCAL_HOSTS)]
_LOCAL_ORIGINS = [f"http://localhost:{PORT}", f"http://127.0.0.1:{PORT}"]
# Exact scheme, host and port of the pages that may open a socket (contract, "Origin present").
SOCKET_ORIGINS = [origin.strip() for origin in env.list("CERCLE_ORIGINS", default=[] if PRODUCTION else _LOCAL_ORIGINS)]
# Where links in e-mails lead: the first of the pages' origins, unless said otherwise.
PUBLIC_URL = env.str("CERCLE_PUBLIC_URL", next(iter(SOCKET_ORIGINS), "")).rstrip("/")
# In the demo each person has a host of their own under .localhost; their names are fixed, so the list stays exact.
DEMO_HOSTS = ["nurse", "gp", "daughter", "desk", "homehelp", "pharmacist", "patient", "physio", "operator", "ward", "hospital"]
DEMO_HOSTS = DEMO_HOSTS if DEMO else []
SOCKET_ORIGINS += [f"http://{name}.localhost:{PORT}" for name in DEMO_HOSTS]
CSRF_TRUSTED_ORIGINS = list(SOCKET_ORIGINS)
BEHIND_PROXY = env.bool("CERCLE_BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# For how long a web process that is told to end still takes requests, so that the proxy's checks can take it out.
LEAVE_S: Seconds = env.float("CERCLE_LEAVE_SECONDS", 2.0 if BEHIND_PROXY else 0.0)

INSTALLED_APPS = [
    "config",
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.headless",
    "foundation.vault",
    "foundation.pulse",
    "messaging.feed",
    "people.audit",
    "people.accounts",
    "people.circles",
    "people.contacts",
    "people.codes",
    "people.duty",
    "messaging.live",
    "media",
    "journal",
    "notifications",
    "hospital.stays",
    "hospital.gateway",
    "care.records",
    "care.tasks",
    "care.agenda",
    "care.measures",
    "care.plan",
    "care.sheets",
    "care.exports",
    "portal",
]

MIDDLEWARE = [
    "config.health.probes.Probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "foundation.http.ContentSecurityPolicy",
    "foundation.device.Device",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.accounts.middleware.PersonLanguage",
    "media.tus.ResumableAnswers",
    "config.api.OtherMethods",
    "people.accounts.middleware.SecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "people" / "accounts" / "templates"],  # before allauth's own pages of the same names
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *(["portal.demo.context.demo"] if DEMO else []),
            ],
        },
    }
]

# Databases -------------------------------------------------------------------------------------------------------
# WAL lets readers and one writer work side by side; IMMEDIATE takes the write lock at BEGIN instead of failing
# half-way; FULL, because an answered post must survive a power cut (dependencies.md, decision 2).
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA mmap_size=268435456;",
}


def _database(variable: str, default: Path) -> dict[str, Any]:
    """One entry of DATABASES from a URL in the environment, or a SQLite file in the data folder."""
    config: dict[str, Any] = env.db_url(variable, default=f"sqlite:///{default}")
    config["CONN_MAX_AGE"] = 60  # the pool of request threads is fixed (config.asgi), so connections are as well
    if config["ENGINE"].endswith("sqlite3"):
        config |= {"ENGINE": "foundation.sqlite3", "OPTIONS": dict(SQLITE_OPTIONS)}
    else:
        config["CONN_HEALTH_CHECKS"] = True
        config["HOST"] = unquote(config["HOST"])  # a socket's folder, as libpq's URLs write one
        limits = "-c statement_timeout=30s -c idle_in_transaction_session_timeout=30s"
        config["OPTIONS"] = {"prepare_threshold": 5, **config.get("OPTIONS", {}), "options": limits}  # for foundation.statements alone
    return config


DATABASES = {
    "default": _database("DATABASE_URL", DATA / "cercle.sqlite3"),
    # Patients' keys rest in a store of their own, with a backup of its own: a stolen database is noise without it.
    "keys": _database("CERCLE_KEYS_URL", DATA / "keys" / "patients.sqlite3"),
}
DATABASES["keys"]["TEST"] = {"MIGRATE": False}  # one table: going through every room's migrations for it takes each test process 10 s
KEY_BACKUP_DAYS = env.int("CERCLE_KEY_BACKUP_DAYS", 30)  # how long the operator keeps backups of that store
DATABASE_ROUTERS = ["foundation.vault.router.KeysApart"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "")
REQUEST_THREADS = env.int("CERCLE_THREADS", 8)
CANARY = env.bool("CERCLE_CANARY", PRODUCTION)  # two synthetic accounts write to each other, and alarm where that takes too long
CANARY_URL = env.str("CERCLE_CANARY_URL", "")  # by which way; "": straight to the web process of this machine
CANARY_EVERY_S: Seconds = env.float("CERCLE_CANARY_EVERY_S", 60.0)
OPERATOR_EMAIL = env.str("CERCLE_OPERATOR_EMAIL", "")  # who is written to when it alarms
METRICS_TOKEN = env.str("CERCLE_METRICS_TOKEN", "")  # with which another machine may ask for /metrics
WORKER_LAG_S: Seconds = env.float("CERCLE_WORKER_LAG_S", 120.0)  # after which a process that goes no round is told by /readyz
# Where hospitals' messages (HL7 v2) come in; 0: nowhere. Without certificates plain, which only loopback outside production is.
MLLP_PORT = env.int("CERCLE_MLLP_PORT", 0)
MLLP_HOST = env.str("CERCLE_MLLP_HOST", "127.0.0.1")
MLLP_CERT_FILE = env.str("CERCLE_MLLP_CERT_FILE", "")
MLLP_KEY_FILE = env.str("CERCLE_MLLP_KEY_FILE", "")
MLLP_CA_FILE = env.str("CERCLE_MLLP_CA_FILE", "")
MESSAGE_DAYS = env.int("CERCLE_MESSAGE_DAYS", 30)  # for which hospitals' raw messages are kept
MLLP_NAME = env.str("CERCLE_MLLP_NAME", "")  # by which name hospitals reach it, where that is not the pages'
HOSPITAL_CONTACT = env.str("CERCLE_HOSPITAL_CONTACT", "")  # whom a hospital's integration engineers ask

# People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SESSION_ENGINE = "people.accounts.sessions"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-cercle" if PRODUCTION else "cercle"
CSRF_COOKIE_NAME = "__Host-cercle-csrf" if PRODUCTION else "cercle-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/accounts/login/"

from people.accounts.settings import *  # noqa: E402, F403  -- allauth, hashing, limits: the room that owns them says how

# Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "cercle-language"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
CIRCLE_TIME_ZONE = env.str("CERCLE_TIME_ZONE", "Europe/Paris")
CONTROLLER = env.str("CERCLE_CONTROLLER", "")
PRIVACY_CONTACT = env.str("CERCLE_PRIVACY_CONTACT", "")
# How long a circle is kept after its last entry (after the death, of one deceased); 0: it is never due by itself.
KEEP_YEARS = {
    "active": env.int("CERCLE_KEEP_ACTIVE_YEARS", 20),
    "frozen": env.int("CERCLE_KEEP_FROZEN_YEARS", 20),
    "closed": env.int("CERCLE_KEEP_CLOSED_YEARS", 20),
    "deceased": env.int("CERCLE_KEEP_DECEASED_YEARS", 10),
}
DESK_PHONE = env.str("CERCLE_DESK_PHONE", "05 36 49 12 34")

# Files, mail, security headers -----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = not PRODUCTION
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
FILE_UPLOAD_HANDLERS = ["foundation.vault.uploads.SealedUploads"]
# Where sealed files rest: "" is the data folder's `media/`, else s3://bucket/prefix with the usual AWS_… variables.
MEDIA_STORE = env.str("CERCLE_MEDIA_URL", "")
CLAMD = env.str("CERCLE_CLAMD", "")
SPEECH_COMMAND = env.str("CERCLE_SPEECH_COMMAND", "")
MEDIA_DECODERS = env.int("CERCLE_DECODERS", 2)  # files that are opened at once, at most half a gigabyte of memory each
MEDIA_MOST_BYTES = 32 * 1024 * 1024
MEDIA_MOST_UNPOSTED = 500 * 1024 * 1024  # bytes of one person's files that no message carries yet
EMAIL_TIMEOUT: Seconds = 10  # for which a mail server may be silent
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="filemail://")
vars().update(EMAIL_CONFIG)
EMAIL_FILE_PATH = str(DATA / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Cercle <cercle@localhost>")
# A gateway for text messages: "file:" puts them into the data folder's `sms/`; "" is none, and nobody is told by SMS.
SMS_URL = env.str("CERCLE_SMS_URL", "" if PRODUCTION else "file:")
SMS_TOKEN = env.str("CERCLE_SMS_TOKEN", "")
SMS_HEADER = env.str("CERCLE_SMS_HEADER", "Authorization")
SMS_FIELDS = env.list("CERCLE_SMS_FIELDS", default=["to", "text", "from"])
SMS_SENDER = env.str("CERCLE_SMS_SENDER", "")
SMS_COUNTRY = env.str("CERCLE_SMS_COUNTRY", "33")
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("CERCLE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0

# Live socket: seconds and counts are the contract's ---------------------------------------------------------------
HEARTBEAT_S: Seconds = 15
HEAL_S: Seconds = 5
BELL_POLL_S: Seconds = 0.05

# A log line holds an event code, opaque ids and numbers, by allow-list; request lines would hold addresses and searches.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "foundation.lines.AllowedLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "cercle": {"level": "INFO"},
        "django.request": {"level": "CRITICAL"},  # its records carry request objects and tracebacks: see foundation.http
        "daphne": {"level": "WARNING"},
    },
}
