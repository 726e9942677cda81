"""Whether an account looks like one of a ward and not of a person: by its names and its address. Pure.

A thread names who reads and writes; what nobody answers for by name must not come in (security.md, HF8).
"""
import re
import unicodedata

# Nobody is called so; a ward, a desk or a duty is.
_ROLES = frozenset(re.findall(r"\w+", """
    service services unite unites unit secretariat secretaire ide ides idec infirmier infirmiere infirmiers infirmieres equipe team
    accueil internes astreinte urgences samu smur consultation consultations hospitalisation generique
"""))
# These may be somebody's name as well: they count where nothing beside them could be one.
_PLACES = frozenset(re.findall(r"\w+", """
    ward poste bureau cadre garde salle etage bloc pool commun medecin medecins interne cardiologie cardio pneumologie pneumo neurologie
    chirurgie medecine geriatrie pediatrie maternite gynecologie urologie oncologie psychiatrie reanimation rea neonatologie orthopedie
    hdj ssr smr usld usic usi uhcd
"""))


def is_shared(given_name: str, family_name: str, email: str | None) -> bool:
    """Whether it has no names of a natural person, or the address of a role (service.cardio@, ide2@, secretariat-nord@)."""
    given, family = _words(given_name), _words(family_name)
    if not given or not family:
        return True
    if set(given) & _ROLES or set(family) & _ROLES or set(given + family) <= _PLACES:
        return True
    return is_role_address(email or "", own={*given, *family})


def is_role_address(email: str, *, own: frozenset[str] | set[str] = frozenset()) -> bool:
    """Whether an address is a role's: a role's word, or nothing but places, before the @, and nothing of the person's `own` names."""
    words = _words(email.partition("@")[0])
    if set(words) & set(own):
        return False
    return bool(set(words) & _ROLES) or (len(words) > 1 and set(words) <= _PLACES)


def _words(text: str) -> list[str]:
    """Its words without case, accents and numbers: IDE 2 and ide2 are the same."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return re.findall(r"[a-z]+", bare)
