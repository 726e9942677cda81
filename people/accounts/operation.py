"""What an operator does: structures, and who administers them. No people of a structure, and nothing of a patient."""
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Invalid, NotFound
from people.accounts.access import require_still
from people.accounts.appointments import dismiss_administrator, note
from people.accounts.enums import Done
from people.accounts.locks import locked_structure
from people.accounts.models import Administrator, Operator, Structure
from people.accounts.numbers import is_finess
from people.accounts.telephone import parsed_phone, shown_phone


@dataclass(frozen=True)
class StructureFacts:
    """What a structure is."""

    name: str
    kind: str
    finess: str = ""
    phone: str = ""


def create_structure(actor: Operator, *, facts: StructureFacts) -> Structure:
    """A new structure, with nobody in it. Raises NotFound, Invalid `accounts.bad_finess` or `accounts.bad_phone`."""
    facts = _checked(facts)
    with transaction.atomic():
        require_still(actor)
        made = Structure.objects.create(name=facts.name, kind=facts.kind, finess=facts.finess, phone=facts.phone)
        note(actor.person, Done.CREATED, right="operator", structure=made.pk)
    return made


def correct_structure(actor: Operator, *, structure: UUID, facts: StructureFacts) -> None:
    """Other facts of a structure. Raises NotFound, Invalid `accounts.bad_finess` or `accounts.bad_phone`, Structure.DoesNotExist."""
    facts = _checked(facts)
    with transaction.atomic():
        require_still(actor)
        row = locked_structure(structure)
        row.name, row.kind, row.finess, row.phone = facts.name, facts.kind, facts.finess, facts.phone
        row.save(update_fields=["name", "kind", "finess", "phone"])
        note(actor.person, Done.SETTINGS, right="operator", structure=row.pk)


def end_administration(actor: Operator, *, structure: UUID, person: UUID) -> None:
    """Ends somebody's administration of a structure. Raises NotFound where there is none."""
    with transaction.atomic():
        require_still(actor)
        found = Administrator.objects.select_related("person").filter(structure=structure, person=person).order_by("-since").first()
        if found is None or not dismiss_administrator(actor.person, person=found.person, structure=structure):
            raise NotFound


def _checked(facts: StructureFacts) -> StructureFacts:
    if facts.finess and not is_finess(facts.finess):
        sentence = _("This is not a FINESS number: nine signs, such as 400000001.")
        raise Invalid("accounts.bad_finess", sentence, errors={"finess": sentence})
    return replace(facts, phone=shown_phone(parsed_phone(facts.phone)) if facts.phone else "")
