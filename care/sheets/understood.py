"""Versions of forms as they are understood, read once in each process: a version never changes."""
from collections import OrderedDict
from uuid import UUID

from care.sheets.models import FormVersion
from care.sheets.questionnaire import Questionnaire
from care.sheets.reading import understood

_MOST = 200
_known: OrderedDict[tuple[UUID, bytes], Questionnaire] = OrderedDict()


def questionnaire_of(version: FormVersion) -> Questionnaire:
    """The form of a version. Raises Malformed only where the row was tampered with."""
    key = (version.pk, bytes(version.digest))
    form = _known.get(key)
    if form is None:
        form = _known[key] = understood(version.questionnaire)
        while len(_known) > _MOST:
            _known.popitem(last=False)
    return form
