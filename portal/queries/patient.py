"""The patient's head as every page of a circle shows it."""
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.circles.models import Membership, Patient
from people.circles.queries import bears_same_name
from people.circles.traits import Traits
from portal.queries.stay import Staying, staying_of


@dataclass(frozen=True)
class Head:
    """What the banner says. `birth_name` is "" where it is the name in use; `called` is how sentences name the patient,
    `spoken` first name and name."""

    id: UUID
    name: str
    birth_name: str
    birth_date: str
    sex: str
    status: str
    homonym: bool
    called: str
    spoken: str
    staying: Staying | None = None


def called(traits: Traits) -> str:
    """Mme Durand, M. Benali; the whole name where the sex is unknown."""
    if traits.sex == "F":
        return _("Mrs %(name)s") % {"name": traits.family_name}
    return _("Mr %(name)s") % {"name": traits.family_name} if traits.sex == "M" else traits.name


def around(traits: Traits) -> str:
    """The heading of the patient's own people: Elle et ses proches."""
    words = {"F": pgettext("of a woman", "The patient and the family"), "M": pgettext("of a man", "The patient and the family")}
    return words.get(traits.sex, pgettext("of a person", "The patient and the family"))


def head_of(membership: Membership) -> Head:
    """The banner for a member, with the warning that another of their patients bears the same name."""
    patient: Patient = membership.circle.patient
    traits = patient.traits
    return Head(
        id=patient.pk, name=traits.name, birth_name=traits.distinct_birth_name, birth_date=traits.birth_date, sex=traits.sex,
        status=patient.identity_status, homonym=bears_same_name(patient.pk, membership.person), called=called(traits),
        spoken=f"{traits.given_names[0] if traits.given_names else ''} {traits.family_name}".strip(),
        staying=staying_of(membership),
    )
