"""Bodies that the API of summary and plan takes. Texts are checked by the services, which have the sentences."""
import datetime as dt

from ninja import Schema

from care.plan.fields import Field
from people.circles.enums import Audience


class EntryBody(Schema):
    """`POST circles/{id}/summary`. `gir` for autonomy only; `until` is the last day on which it counts."""

    field: Field
    text: str = ""
    audience: Audience
    gir: int | None = None
    until: dt.date | None = None


class EntryChange(Schema):
    """`PATCH circles/{id}/summary/{entry_id}`: what is left out stays. `version`: on which the change was made; `ended`: false takes an
    end back.
    """

    text: str | None = None
    gir: int | None = None
    until: dt.date | None = None
    ended: bool | None = None
    version: int | None = None

