"""What Pro Santé Connect says of a professional, read into our words (identity claims of its userinfo end-point)."""
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from people.accounts.enums import Profession

_G15 = "1.2.250.1.213.1.1.5.5"  # how SubjectRole names the system of its codes
# SubjectNameID is the national identifier: one figure for its kind, then the number. Kind 8 is the RPPS.
_RPPS = re.compile(r"8(\d{11})")
# Codes of TRE_G15-ProfessionSante (oid 1.2.250.1.71.1.2.7); whatever has no word of its own in the contract is "other".
_PROFESSIONS = {
    "10": Profession.PHYSICIAN,
    "21": Profession.PHARMACIST,
    "35": Profession.CARE_ASSISTANT,
    "37": Profession.CARE_ASSISTANT,
    "40": Profession.DENTIST,
    "50": Profession.MIDWIFE,
    "60": Profession.NURSE,
    "69": Profession.NURSE,
    "70": Profession.PHYSIOTHERAPIST,
    "91": Profession.SPEECH_THERAPIST,
    "93": Profession.PSYCHOLOGIST,
    "94": Profession.OCCUPATIONAL_THERAPIST,
    "95": Profession.DIETITIAN,
}


@dataclass(frozen=True)
class Claims:
    """A professional as Pro Santé Connect knows them. `codes` is empty for staff without a registered profession."""

    subject: str
    given_name: str
    family_name: str
    rpps: str
    codes: tuple[str, ...]

    @property
    def professions(self) -> tuple[Profession, ...]:
        """Their professions in our words, each once, in the order given."""
        return tuple(dict.fromkeys(_PROFESSIONS.get(code, Profession.OTHER) for code in self.codes))

    def without_names(self) -> dict[str, Any]:
        """The part of userinfo that is kept beside the link; `read` reads it again."""
        return {"SubjectNameID": self.subject, "SubjectRole": [f"{code}^{_G15}" for code in self.codes]}

    def profession(self, declared: str) -> str:
        """The profession to confirm: the declared one if it is among theirs, else the first, else ""."""
        return declared if declared in self.professions else next(iter(self.professions), "")


def read(userinfo: Mapping[str, Any]) -> Claims:
    """Claims from userinfo. Raises ValueError where it names nobody."""
    subject = userinfo.get("SubjectNameID")
    if not isinstance(subject, str) or not subject:
        raise ValueError("no SubjectNameID")
    rpps = _RPPS.fullmatch(subject)
    return Claims(
        subject=subject,
        given_name=_text(userinfo.get("given_name")),
        family_name=_text(userinfo.get("family_name")),
        rpps=rpps.group(1) if rpps else "",
        codes=tuple(dict.fromkeys(_codes(userinfo))),
    )


def _codes(userinfo: Mapping[str, Any]) -> Iterator[str]:
    """Profession codes of every exercise, then those of SubjectRole ("10^1.2.250.1.213.1.1.5.5")."""
    about = userinfo.get("SubjectRefPro")
    exercises = about.get("exercices") if isinstance(about, dict) else None
    for exercise in exercises if isinstance(exercises, list) else ():
        if isinstance(exercise, dict) and isinstance(exercise.get("codeProfession"), str) and exercise["codeProfession"]:
            yield exercise["codeProfession"]
    roles = userinfo.get("SubjectRole")
    for role in roles if isinstance(roles, list) else ():
        code, _, system = str(role).partition("^")
        if code and system == _G15:
            yield code


def _text(value: Any) -> str:
    return value.strip()[:100] if isinstance(value, str) else ""
