"""What of a contact rests in the database: nothing readable, and after the removal nothing at all."""
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from foundation.vault import seal
from foundation.vault.seal import SealBroken
from people.circles.enums import Role
from people.circles.models import Membership
from people.contacts.models import Contact, Details
from people.contacts.services import add_contact, remove_contact
from tests.portal.cast import load

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NADINE = Details("Nadine Poyanne", "05 36 49 12 34", "podologue", "F")


@pytest.fixture
def nurse(tmp_path: Path) -> Membership:
    """Alice, around one patient."""
    seal.forget()
    seal.create_vault(seal.SITE)
    circle = UUID(load(tmp_path)["p1"])
    return Membership.objects.select_related("circle__patient", "circle__head", "person").get(circle=circle, role=Role.NURSE)


def rows() -> str:
    """The whole table as it rests."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM contacts_contact")
        return repr([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in cursor.fetchall()])


def test_nothing_of_a_contact_is_readable_at_rest(nurse: Membership) -> None:
    contact = add_contact(nurse, role=Role.OTHER_HEALTH, details=NADINE)
    assert Contact.objects.get(pk=contact.pk).details == Details("Nadine Poyanne", "0536491234", "podologue", "F")
    assert not [word for word in ("Nadine", "Poyanne", "0536491234", "podologue") if word in rows()]


def test_a_row_moved_to_another_contact_does_not_open(nurse: Membership) -> None:
    contact = add_contact(nurse, role=Role.OTHER_HEALTH, details=NADINE)
    other = Contact(circle=nurse.circle, role=Role.RELATIVE, added_at=timezone.now(), sealed_details=contact.sealed_details)
    with pytest.raises(SealBroken):
        assert other.details


def test_with_the_removal_the_details_go(nurse: Membership) -> None:
    contact = add_contact(nurse, role=Role.OTHER_HEALTH, details=NADINE)
    remove_contact(nurse, contact=contact.pk)
    left = Contact.objects.get(pk=contact.pk)
    assert (left.details, bytes(left.sealed_details), left.removed_at is not None) == (None, b"", True)
