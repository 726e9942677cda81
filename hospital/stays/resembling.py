"""Whether two sets of identity traits may be one person's. Pure. Never finds anybody: it only doubts what a number has found."""
from people.circles.traits import Traits, normalised

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
_UNKNOWN = frozenset({"", "x", "inconnu", "inconnue", "sans prenom", "prenom inconnu", "nn", "non connu", "xx", "xxx"})


def agrees(ours: Traits, theirs: Traits) -> bool:
    """Whether nothing speaks against their being one person: birth date, sex where both know it, a family name, the first given name."""
    if ours.birth_date and theirs.birth_date and ours.birth_date != theirs.birth_date:
        return False
    if {ours.sex, theirs.sex} == {"F", "M"}:
        return False
    if ours.ins and theirs.ins and _bare(ours.ins) != _bare(theirs.ins):
        return False
    return _families_agree(ours, theirs) and _given_agree(ours, theirs)


def _bare(ins: str) -> str:
    return "".join(ins.split()).upper()[:13]


def _families_agree(ours: Traits, theirs: Traits) -> bool:
    """A used name may stand where the other side has the birth name."""
    mine = {form for name in (ours.family_name, ours.birth_name) for form in _forms(name)}
    other = {form for name in (theirs.family_name, theirs.birth_name) for form in _forms(name)}
    return bool(mine & other)


def _given_agree(ours: Traits, theirs: Traits) -> bool:
    """The first one. Where senders put all of them into one field, its first word, or as many as the other side's first name has."""
    mine, other = _words(ours), _words(theirs)
    if " ".join(mine) in _UNKNOWN or " ".join(other) in _UNKNOWN:
        return False
    if _forms("".join(mine)) & _forms("".join(other)):
        return True
    shorter, longer = sorted((mine, other), key=len)
    sure = bool(ours.ins and theirs.ins and ours.birth_date and theirs.birth_date)  # both are equal, or we would not be here
    return sure and longer[: len(shorter)] == shorter


def _words(traits: Traits) -> list[str]:
    return normalised(traits.given_names[0].translate(_LIGATURES)).split() if traits.given_names else []


def _forms(name: str) -> set[str]:
    """How a name may be written: without blanks, and with an umlaut spelt out or not (MÜLLER, MULLER, MUELLER)."""
    bare = normalised(name.casefold().translate(_LIGATURES)).replace(" ", "")
    if not bare:
        return set()
    return {bare, bare.replace("ae", "a").replace("oe", "o").replace("ue", "u")}
