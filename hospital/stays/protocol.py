"""Bodies that this room's API takes. Unknown fields are ignored and never acted on."""
import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from foundation.errors import Invalid
from hospital.stays.glass import Why
from hospital.stays.seeking import Sought

Name = Annotated[str, Field(max_length=100)]


class SoughtBody(Schema):
    """`POST break-glass/look-up`: the INS, or name and birth date."""

    ins: str | dict[str, Any] | None = None
    family_name: Name = ""
    given_names: Annotated[list[Name], Field(max_length=20)] | Name = []
    birth_date: dt.date | None = None

    @property
    def sought(self) -> Sought:
        """The same as services take it. Raises Invalid `hospital.whom` where it names nobody."""
        ins = self.ins.get("value") if isinstance(self.ins, dict) else self.ins
        if ins:
            return Sought(ins=str(ins))
        given = [self.given_names] if isinstance(self.given_names, str) else self.given_names
        missing = [name for name, said in (("family_name", self.family_name), ("given_names", "".join(given))) if not said.strip()]
        if missing or self.birth_date is None:
            fields = missing if self.birth_date else [*missing, "birth_date"]
            sentence = _("Give the INS, or family name, given name and birth date.")
            raise Invalid("hospital.whom", sentence, errors={name: _("This is missing.") for name in fields})
        return Sought("", self.family_name, tuple(given), self.birth_date.isoformat())


class GlassBody(SoughtBody):
    """`POST break-glass`. `structure`: for which of the caller's hospitals, where there are several."""

    reason_code: Annotated[str, Field(max_length=64)] = ""
    reason: str = ""
    structure: UUID | None = None

    @property
    def why(self) -> Why:
        """The same as services take it."""
        return Why(self.reason_code, self.reason)
