"""How a person is called: the doctor's title, and the trade in lower case and in the person's own gender.

Around a patient the role says who somebody is, unless their profession says it better. Pages and scripts take the same words from here.
"""
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from people.accounts.enums import Gender, Profession
from people.accounts.models import Person
from people.circles.enums import DOCTORS, Role

# Roles as a person's trade: where the choice of a role says "other …", the person is not another one to themselves.
_OF_PERSONS: dict[str, Promise | str] = {
    **{role: role.label for role in Role},
    **{profession: profession.label for profession in Profession},
    Role.OTHER_HEALTH: pgettext_lazy("of a person", "health professional"),
}
# Only the words that differ from those of a person whose gender is not known; no role and profession of one name mean two things.
_OF_WOMEN: dict[str, Promise] = {
    "nurse": pgettext_lazy("of a woman", "nurse"),
    "pharmacist": pgettext_lazy("of a woman", "pharmacist"),
    "dietitian": pgettext_lazy("of a woman", "dietitian"),
    "care_assistant": pgettext_lazy("of a woman", "care assistant"),
    "social_worker": pgettext_lazy("of a woman", "social worker"),
    "other_health": pgettext_lazy("of a woman", "health professional"),
    "coordinator": pgettext_lazy("of a woman", "coordinator"),
    "patient": pgettext_lazy("of a woman", "patient"),
}
_OF_MEN: dict[str, Promise] = {
    "nurse": pgettext_lazy("of a man", "nurse"),
    "pharmacist": pgettext_lazy("of a man", "pharmacist"),
    "dietitian": pgettext_lazy("of a man", "dietitian"),
    "care_assistant": pgettext_lazy("of a man", "care assistant"),
    "social_worker": pgettext_lazy("of a man", "social worker"),
    "other_health": pgettext_lazy("of a man", "health professional"),
    "coordinator": pgettext_lazy("of a man", "coordinator"),
    "patient": pgettext_lazy("of a man", "patient"),
}
_OWN: dict[str, dict[str, Promise]] = {Gender.FEMALE: _OF_WOMEN, Gender.MALE: _OF_MEN}
# Roles of which the profession says more; also the other way round, a profession that says nothing.
_BY_PROFESSION = frozenset({Role.NURSE, Role.PHARMACIST, Role.PHYSIOTHERAPIST, Role.OTHER_HEALTH})
_SILENT = frozenset({"", Profession.OTHER})


def titled(person: Person, role: str = "") -> str:
    """First name and name, a physician's with the title: Dr Hélène Castets. A physician who is here as a daughter has none,
    nor, where no role is asked about, one whose profession nobody has confirmed."""
    doctor = person.profession == Profession.PHYSICIAN and (role in DOCTORS if role else person.confirmed)
    return _("Dr %(name)s") % {"name": person.name} if doctor else person.name


def short_name(person: Person, role: str) -> str:
    """Where a whole name has no room: Dr Castets, J. Dubos."""
    if titled(person, role) != person.name:
        return _("Dr %(name)s") % {"name": person.family_name}
    return f"{person.given_name[:1]}. {person.family_name}"


def trade(person: Person, role: str = "") -> str:
    """What a person is, in their role around a patient or, without one, by profession: infirmière, coordinateur; "" for nothing said."""
    key = person.profession if not role or (role in _BY_PROFESSION and person.profession not in _SILENT) else role
    return str(_OWN.get(person.gender, {}).get(key) or _OF_PERSONS.get(key, ""))


def trades() -> dict[str, Any]:
    """The same for scripts (`trades.js`): `words` as {key: {"": …, "F": …, "M": …}}, and the roles and professions of the rules."""
    words = {key: {"": str(word)} for key, word in _OF_PERSONS.items()}
    for gender, own in _OWN.items():
        for key, word in own.items():
            words[key][str(gender)] = str(word)
    return {"words": words, "by_profession": sorted(_BY_PROFESSION), "silent": sorted(_SILENT), "doctors": sorted(DOCTORS)}
