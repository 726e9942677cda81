"""Identity traits after the INS rules (RNIV): what they are, how they are normalised, sealed and compared by keyed hashes."""
import datetime as dt
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from foundation.errors import Invalid
from foundation.vault.seal import keyed_hash, seal, unseal

# OIDs of the identifier's assigning authorities (ANS, referentiel INS): NIR, NIA, and the test ranges of each.
INS_OIDS = {"1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9", "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"}
INS_OID_DEFAULT = "1.2.250.1.213.1.4.8"
_NAME_MOST = 100
_INS = re.compile(r"[1-478]\d{5}[\dAB]\d{8}")


@dataclass(frozen=True)
class Traits:
    """The strict identity traits, and the used name. Dates are ISO; `ins` is the 15-sign number with its key, or ""."""

    family_name: str
    birth_name: str
    given_names: list[str] = field(default_factory=list)
    birth_date: str = ""
    sex: str = "U"
    birth_place_code: str = ""
    ins: str = ""
    ins_oid: str = ""

    @classmethod
    def parsed(cls, raw: dict[str, Any]) -> "Traits":
        """Checked traits from a form or the API. Raises Invalid `circles.bad_traits` with errors by field."""
        errors: dict[str, str] = {}
        given = raw.get("given_names")
        traits = cls(
            family_name=_name(raw.get("family_name") or raw.get("birth_name"), "family_name", errors),
            birth_name=_name(raw.get("birth_name") or raw.get("family_name"), "birth_name", errors),
            given_names=[_name(name, "given_names", errors) for name in given] if isinstance(given, list) else [],
            birth_date=_date(raw.get("birth_date"), errors),
            sex=str(raw.get("sex") or "U"),
            birth_place_code=str(raw.get("birth_place_code") or "").upper(),
        )
        if not traits.given_names:
            errors["given_names"] = _("At least one given name, for example Jeanne.")
        if traits.sex not in {"F", "M", "U"}:
            errors["sex"] = _("F, M or U.")
        if traits.birth_place_code and not re.fullmatch(r"(\d{2}|2[AB])\d{3}", traits.birth_place_code):
            errors["birth_place_code"] = _("Five signs of the INSEE code, for example 40088.")
        traits = replace(traits, **_ins(raw.get("ins"), errors))
        if errors:
            raise Invalid("circles.bad_traits", _("Some of the identity is not right."), errors=errors)
        return traits

    def sealed(self, vault: UUID, patient: UUID) -> bytes:
        """All traits as one sealed value."""
        return seal(vault, f"circles.patient.traits:{patient}", json.dumps(asdict(self)))

    @classmethod
    def unsealed(cls, vault: UUID, patient: UUID, blob: bytes | memoryview) -> "Traits":
        """Traits from their sealed value. Raises SealBroken."""
        return cls(**json.loads(unseal(vault, f"circles.patient.traits:{patient}", blob)))

    @property
    def name(self) -> str:
        """DURAND Jeanne, as lists and banners write it."""
        return f"{self.family_name.upper()} {self.given_names[0] if self.given_names else ''}".strip()

    @property
    def distinct_birth_name(self) -> str:
        """The birth name where it differs from the used one, else ""."""
        return self.birth_name if normalised(self.birth_name) != normalised(self.family_name) else ""

    def hashes(self) -> set[tuple[str, bytes]]:
        """(purpose, digest) for each way in which another record could be the same person, or bear the same name."""
        given = normalised(self.given_names[0]) if self.given_names else ""
        found: set[tuple[str, bytes]] = set()
        for family in {normalised(self.family_name), normalised(self.birth_name)}:
            found.add(("double", keyed_hash("traits.double", family, given, self.birth_date)))
            found.add(("name", keyed_hash("traits.name", family, given)))
        if self.ins:
            found.add(("ins", keyed_hash("traits.ins", self.ins)))
        return found


def normalised(name: str) -> str:
    """A name without case, accents, hyphens and doubled blanks, so that writing habits don't hide a double."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


def _name(raw: object, which: str, errors: dict[str, str]) -> str:
    name = " ".join(raw.split()) if isinstance(raw, str) else ""
    if not normalised(name) or len(name) > _NAME_MOST:
        errors[which] = _("A name in letters, for example Durand.")
    return name


def _date(raw: object, errors: dict[str, str]) -> str:
    try:
        born = dt.date.fromisoformat(str(raw))
        if not dt.date(1850, 1, 1) <= born <= dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1):
            raise ValueError
    except ValueError:
        errors["birth_date"] = _("A date in the past, for example 1941-03-09.")
        return ""
    return born.isoformat()


def _ins(raw: object, errors: dict[str, str]) -> dict[str, Any]:
    """The INS from `"1…"` or `{"value": …, "oid": …}`, its key checked: 97 − (number modulo 97), Corsica as 19 and 18."""
    value, oid = (raw.get("value"), raw.get("oid")) if isinstance(raw, dict) else (raw, None)
    number = re.sub(r"\s", "", str(value or "")).upper()
    if not number:
        return {}
    digits = number.replace("2A", "19", 1) if number[5:7] == "2A" else number.replace("2B", "18", 1) if number[5:7] == "2B" else number
    if not _INS.fullmatch(number) or 97 - int(digits[:13]) % 97 != int(digits[13:]) or (oid and oid not in INS_OIDS):
        errors["ins"] = _("Fifteen signs with a right key, for example 2 41 03 40 088 001 and its key.")
        return {}
    return {"ins": number, "ins_oid": str(oid or INS_OID_DEFAULT)}
