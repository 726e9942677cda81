"""Finding somebody in an emergency: by INS, or by name and birth date; exactly, seldom, and never without a trace."""
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict, NotFound, TooFast
from people.accounts.locks import lock_person
from people.accounts.models import Person, Structure
from people.audit.models import TrailLine
from people.audit.services import Access, record_access
from people.circles.enums import CircleState
from people.circles.models import Circle, TraitHash
from people.circles.traits import Traits

LOOKED_UP = "glass.looked_up"
MOST_AN_HOUR = 10
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Sought:
    """Whom somebody looks for: the INS, or family name (used or birth), given names and ISO birth date."""

    ins: str = ""
    family_name: str = ""
    given_names: tuple[str, ...] = ()
    birth_date: str = ""

    def digests(self) -> tuple[str, set[bytes]]:
        """(purpose, keyed hashes) by which such a patient is found."""
        if self.ins:
            return "ins", _hashes("ins", Traits("", "", ins="".join(self.ins.split()).upper()))
        found: set[bytes] = set()
        for given in {name for whole in self.given_names[:1] for name in (whole, *whole.split()[:1])}:
            found |= _hashes("double", Traits(self.family_name, self.family_name, [given], self.birth_date))
        return "double", found


def find_circle(actor: Person, sought: Sought, *, hospitals: Collection[Structure], session: UUID | None) -> Circle:
    """The one active circle of such a patient, with its patient. Counts against the actor and leaves its lines, found or not.

    Raises TooFast beyond ten an hour, NotFound, Conflict `hospital.several`.
    """
    structure = next(iter(hospitals)).pk
    _count(actor, structure, session)
    purpose, digests = sought.digests()
    patients = TraitHash.objects.filter(purpose=purpose, digest__in=digests).values("patient")
    found = list(Circle.objects.filter(patient__in=patients, state=CircleState.ACTIVE).select_related("patient")[:2])
    if not found:
        raise NotFound
    if len(found) > 1:
        raise Conflict("hospital.several", _("Several circles fit this identity. Look for the INS."))
    record_access(Access(found[0].id, actor.pk, "", LOOKED_UP, "none", session, structure=structure))
    return found[0]


def _count(actor: Person, structure: UUID, session: UUID | None) -> None:
    """A line on the person's own trail for each look-up; those of the last hour are the limit."""
    with transaction.atomic():
        lock_person(actor)
        mine = TrailLine.objects.filter(circle=actor.pk, what=LOOKED_UP, at__gt=clock.now() - _HOUR)
        times = list(mine.order_by("-at").values_list("at", flat=True)[:MOST_AN_HOUR])
        if settings.LIMITS and len(times) == MOST_AN_HOUR:
            raise TooFast(int((times[-1] + _HOUR - clock.now()).total_seconds()) + 1)
        record_access(Access(actor.pk, actor.pk, "", LOOKED_UP, "own", session, structure=structure))


def _hashes(purpose: str, traits: Traits) -> set[bytes]:
    return {digest for which, digest in traits.hashes() if which == purpose}
