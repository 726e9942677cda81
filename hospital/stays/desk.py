"""A hospital's identity desk: its administrators decide doubts and take verdicts back. Each act leaves lines on both sides."""
from uuid import UUID

from django.db import transaction

from foundation.errors import NotFound
from hospital.stays.enums import Verdict
from hospital.stays.identities import decide_doubt, undo_verdict
from hospital.stays.models import Doubt
from people.accounts.access import require_still
from people.accounts.appointments import note
from people.accounts.enums import Done
from people.accounts.models import Administrator
from people.audit.services import Access, record_accesses
from people.circles.models import Circle


def decide(actor: Administrator, *, doubt: UUID, verdict: Verdict) -> Doubt:
    """Says whether the hospital's identity is the patient. Raises NotFound, Conflict `hospital.doubt_decided`."""
    with transaction.atomic():
        _require(actor, doubt)
        asked = decide_doubt(actor.person, doubt=doubt, verdict=verdict)
        _leave_lines(actor, asked.patient_id, doubt, Done.IDENTITY_DECIDED, "identity.decided")
    return asked


def take_back(actor: Administrator, *, doubt: UUID) -> Doubt:
    """Takes a verdict back; the doubt is asked again. Raises NotFound, Conflict `hospital.doubt_open`."""
    with transaction.atomic():
        _require(actor, doubt)
        asked = undo_verdict(actor.person, doubt=doubt)
        _leave_lines(actor, asked.patient_id, doubt, Done.IDENTITY_UNDONE, "identity.undone")
    return asked


def _require(actor: Administrator, doubt: UUID) -> None:
    require_still(actor)
    if not Doubt.objects.filter(pk=doubt, structure=actor.structure_id).exists():
        raise NotFound


def _leave_lines(actor: Administrator, patient: UUID, doubt: UUID, done: Done, what: str) -> None:
    """In the trail of each of the patient's circles, and in that of the hospital."""
    circles = Circle.objects.filter(patient=patient).order_by("pk").values_list("pk", flat=True)
    record_accesses([
        Access(circle, actor.person_id, "", what, "administrator", structure=actor.structure_id, about=doubt) for circle in circles
    ])
    note(actor.person, done, structure=actor.structure_id)
