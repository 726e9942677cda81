"""Kinship in words: fille, voisin; and as the patient reads it: votre fille."""
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from people.accounts.enums import Gender
from people.contacts.enums import Relation

_WORDS: dict[str, dict[str, Promise]] = {
    "": {
        Relation.SPOUSE: pgettext_lazy("of a person", "spouse"),
        Relation.CHILD: pgettext_lazy("of a person", "child"),
        Relation.PARENT: pgettext_lazy("of a person", "parent"),
        Relation.SIBLING: pgettext_lazy("of a person", "brother or sister"),
        Relation.GRANDCHILD: pgettext_lazy("of a person", "grandchild"),
        Relation.CHILD_IN_LAW: pgettext_lazy("of a person", "child-in-law"),
        Relation.NIECE_OR_NEPHEW: pgettext_lazy("of a person", "niece or nephew"),
        Relation.NEIGHBOUR: pgettext_lazy("of a person", "neighbour"),
        Relation.FRIEND: pgettext_lazy("of a person", "friend"),
    },
    Gender.FEMALE: {
        Relation.SPOUSE: pgettext_lazy("of a woman", "wife"),
        Relation.CHILD: pgettext_lazy("of a woman", "daughter"),
        Relation.PARENT: pgettext_lazy("of a woman", "mother"),
        Relation.SIBLING: pgettext_lazy("of a woman", "sister"),
        Relation.GRANDCHILD: pgettext_lazy("of a woman", "granddaughter"),
        Relation.CHILD_IN_LAW: pgettext_lazy("of a woman", "daughter-in-law"),
        Relation.NIECE_OR_NEPHEW: pgettext_lazy("of a woman", "niece"),
        Relation.NEIGHBOUR: pgettext_lazy("of a woman", "neighbour"),
        Relation.FRIEND: pgettext_lazy("of a woman", "friend"),
    },
    Gender.MALE: {
        Relation.SPOUSE: pgettext_lazy("of a man", "husband"),
        Relation.CHILD: pgettext_lazy("of a man", "son"),
        Relation.PARENT: pgettext_lazy("of a man", "father"),
        Relation.SIBLING: pgettext_lazy("of a man", "brother"),
        Relation.GRANDCHILD: pgettext_lazy("of a man", "grandson"),
        Relation.CHILD_IN_LAW: pgettext_lazy("of a man", "son-in-law"),
        Relation.NIECE_OR_NEPHEW: pgettext_lazy("of a man", "nephew"),
        Relation.NEIGHBOUR: pgettext_lazy("of a man", "neighbour"),
        Relation.FRIEND: pgettext_lazy("of a man", "friend"),
    },
}


def kinship_words(relation: str, gender: str = "") -> str:
    """What somebody is to the patient, in their own gender; "" where it was not said."""
    return str(_WORDS.get(gender, _WORDS[""]).get(relation, "")) if relation else ""


def relations() -> list[tuple[str, str]]:
    """All of them to choose from, in words that fit anybody."""
    return [(relation.value, kinship_words(relation)) for relation in Relation]


def yours(words: str) -> str:
    """As the patient reads it."""
    return _("your %(kinship)s") % {"kinship": words} if words else ""
