"""Forms that Cercle brings along: files beside this module, kept as rows when the database is made ready."""
import uuid
from functools import cache
from importlib import resources
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, transaction

from care.sheets.forming import new_version
from care.sheets.models import Form
from care.sheets.questionnaire import Questionnaire
from care.sheets.reading import read_questionnaire
from foundation import clock

_NAMESPACE = uuid.UUID("6f1d5f64-5a0e-4f5e-9a53-3c1c3b7f0a11")


@cache
def shipped_forms() -> dict[str, Questionnaire]:
    """The forms by their key, the file's name. Raises Malformed where a file is wrong."""
    files = [entry for entry in resources.files(__package__).joinpath("shipped").iterdir() if entry.name.endswith(".json")]
    return {entry.name.removesuffix(".json"): read_questionnaire(entry.read_bytes()) for entry in sorted(files, key=lambda one: one.name)}


def form_id(key: str) -> uuid.UUID:
    """The id of a shipped form, the same in every installation."""
    return uuid.uuid5(_NAMESPACE, key)


def keep_shipped(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Makes rows of the files: a changed one is a new version, and answered sheets stay with theirs. Heard after every migration:
    that of another database, or of other rooms alone, has no table for them.
    """
    if using != DEFAULT_DB_ALIAS or Form._meta.db_table not in connection.introspection.table_names():
        return
    with transaction.atomic():
        for key, questionnaire in shipped_forms().items():
            form, _new = Form.objects.get_or_create(pk=form_id(key), defaults={"key": key, "made_at": clock.now()})
            last = form.versions.order_by("-number").first()
            version = new_version(form, questionnaire, last.number + 1 if last else 1)
            if last is None or bytes(last.digest) != bytes(version.digest):
                version.save(force_insert=True)
