"""The tutorial's settings; SQLite as durable as ours, so that both pay for the same promise."""

import os
from typing import Any

SECRET_KEY = "tests.bench only"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["daphne", "channels", "tests.bench.tutorial.chat"]
ASGI_APPLICATION = "tests.bench.tutorial.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

_url = os.environ["TUTORIAL_DATABASE"]
if _url.startswith("postgres"):
    from urllib.parse import unquote, urlsplit

    _parts = urlsplit(_url)
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _parts.path[1:],
            "USER": _parts.username,
            "HOST": unquote(_parts.hostname or ""),
            "PORT": str(_parts.port or ""),
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": _url,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    }

# redis-py 8 gives up reading after five seconds, which closes the sockets of a crowded process; the tutorial is older than that.
_REDIS = {"address": os.environ["TUTORIAL_REDIS"], "socket_timeout": 60}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [_REDIS]}}}
