"""The identity desk of a hospital: its administrators see both identities side by side, because they must decide."""
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hospital.stays import desk
from hospital.stays.enums import Verdict
from people.accounts.enums import Duty
from people.accounts.models import Administrator
from portal.queries.identities import decided_doubts, open_doubts
from portal.views.administration import administering, back_to, said, shown


@require_GET
@administering(Duty.DECIDE_IDENTITIES)
def identities(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """What waits for a human, and what was decided."""
    context = {"waiting": open_doubts(actor.structure_id), "decided": decided_doubts(actor.structure_id)}
    return shown(request, actor, "identities", "identities", context)


@require_POST
@administering(Duty.DECIDE_IDENTITIES)
def decide(request: HttpRequest, actor: Administrator, doubt_id: UUID) -> HttpResponse:
    """The same person, or somebody else."""
    verdict = request.POST.get("verdict", "")
    if verdict in Verdict.values:
        well = _("Decided. It stands below, and can be taken back.")
        said(request, lambda: desk.decide(actor, doubt=doubt_id, verdict=Verdict(verdict)), well)
    else:
        messages.error(request, _("Choose: the same person, or somebody else."))
    return back_to(actor, "identities")


@require_POST
@administering(Duty.DECIDE_IDENTITIES)
def undo(request: HttpRequest, actor: Administrator, doubt_id: UUID) -> HttpResponse:
    """Takes a verdict back."""
    said(request, lambda: desk.take_back(actor, doubt=doubt_id), _("Taken back. It waits for a decision again."))
    return back_to(actor, "identities")
