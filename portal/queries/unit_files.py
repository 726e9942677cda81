"""What a refused line of a hospital's file says to who sent it, and which structures have units."""
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.accounts.enums import StructureKind
from people.accounts.models import Structure, Unit
from people.accounts.unit_files import Refusal

_WORDS: dict[str, Promise] = {
    "no_columns": _("The first line must name the columns: e-mail or RPPS, unit, and if you like from and until."),
    "bad_line": _("Who or which unit is missing."),
    "bad_date": _("A date cannot be read. Write it for example 09/03/2026."),
    "unknown_unit": _("The hospital has no unit of this code. Add it first."),
    "unknown_person": _("Nobody has an account with this address or number. Invite them first."),
    "elsewhere": _("This person is not on your hospital’s team list. Invite them first."),
    "shared": _("This looks like an account that several people use. Nobody shares an account here."),
    "twice": _("The same person and unit stand in the file twice."),
}


def refusal_words(refusal: Refusal) -> str:
    """Why a line changes nothing, and what to do."""
    return str(_WORDS.get(refusal.code, refusal.code))


def is_hospital(structure: Structure) -> bool:
    """Whether a structure has units to administer: by its kind, or because it has some."""
    return structure.kind == StructureKind.HOSPITAL or Unit.objects.filter(structure=structure).exists()
