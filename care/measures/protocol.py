"""Bodies that the API of measures takes. Numbers are checked by the service, which has the bounds and the sentences."""
from decimal import Decimal

from ninja import Schema
from pydantic import AwareDatetime, Field

from care.measures.enums import MeasureKind
from people.circles.enums import Audience


class MeasureBody(Schema):
    """`POST circles/{id}/measures`. `values`: part → number in the kind's UCUM unit. Without `audience` it is the one that fits who
    measures (`audience_for`); `confirm` keeps what is unlikely.
    """

    kind: MeasureKind
    values: dict[str, Decimal] = Field(max_length=4)
    taken_at: AwareDatetime | None = None
    audience: Audience | None = None
    note: str = ""
    confirm: bool = False
