"""Answered sheets of the demo, filled in as members would: a wound that heals, falls, autonomy."""
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from care.sheets import services
from care.sheets.models import Answered
from care.sheets.shipped import form_id
from foundation import clock
from people.circles.access import enter
from people.circles.enums import Audience
from people.circles.models import Membership


@dataclass(frozen=True)
class Given:
    """A sheet: of which shipped form, by whom, for whom, how many days ago, and its answers."""

    form: str
    by: str
    audience: str
    days: int
    answers: dict[str, Any] = field(default_factory=dict)


def _wound(days: int, length: float, width: float, tissue: str, exudate: str, **more: Any) -> Given:
    size = {"site": "leg-left", "kind": "venous", "length": length, "width": width, "tissue": tissue, "exudate": exudate}
    return Given("wound", "alice", "care_team", days, {**size, **more})


_ACTIVITIES = {
    "coherence": "A", "orientation": "A", "washing": "B", "dressing": "B", "eating": "A", "elimination": "A", "transfers": "A",
    "indoors": "A", "outdoors": "C", "calling": "A", "shopping": "C", "household": "C", "cooking": "B",
}  # fmt: skip
SHEETS: dict[str, tuple[Given, ...]] = {
    "p-durand": (
        _wound(28, 5.2, 3.4, "slough", "moderate", edges=["red"], dressing="Hydrocellulaire"),
        _wound(21, 4.9, 3.1, "slough", "moderate", dressing="Hydrocellulaire"),
        _wound(14, 4.1, 2.6, "granulation", "light", dressing="Interface et compresses"),
        _wound(7, 3.4, 2.2, "granulation", "light", dressing="Interface et compresses"),
        _wound(0, 2.9, 1.8, "granulation", "light", note="Va bien, bourgeonne."),
        Given("autonomy", "alice", "care_team", 20, _ACTIVITIES),
    ),
    "p-castagnet": (
        Given("falls", "castets", "care_team", 12,
              {"count": 1, "factors": ["fear", "night"], "tug": 17, "plan": "Veilleuse, tapis retirés."}),
    ),
}


def store_sheets(patient: str, seated: Mapping[str, Membership]) -> None:
    """A patient's sheets, each by its own service, inside the transaction that stores the region."""
    for given in SHEETS.get(patient, ()):
        by = enter(seated[given.by].person, seated[given.by].circle_id)
        sheet, _new = services.fill_sheet(
            by, key=uuid4(), form=form_id(given.form), answers=given.answers, audience=Audience(given.audience)
        )
        then = clock.now() - dt.timedelta(days=given.days, minutes=10)
        Answered.objects.filter(pk=sheet.pk).update(made_at=then, changed_at=then)
