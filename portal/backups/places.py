"""What lies in the data folder beside databases and files, and what tells of a restoration."""
from pathlib import Path

from django.conf import settings

ASIDE = "aside-"  # folders in the data folder: what was there before a restoration replaced it


def restoring_mark() -> Path:
    """A file that is there from the first change of a restoration to its end: nothing starts beside it."""
    place: Path = settings.DATA / "run" / "restoring"
    return place


def secret_places() -> dict[str, Path]:
    """Secrets of the site that `manage.py prepare` makes, the master key never among them."""
    return {"secret.key": settings.DATA / "keys" / "secret.key", "vapid.key": settings.VAPID_KEY_FILE}


def secrets_here() -> dict[str, Path]:
    """Those that rest in files; others come from the operator's environment and are the operator's to keep."""
    return {name: path for name, path in secret_places().items() if path.is_file()}
