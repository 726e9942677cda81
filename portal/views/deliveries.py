"""The operator's page of alerts on their way: how many wait, since when, and what could not be delivered. No names, no addresses."""
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from notifications.outbox import retry
from people.accounts.enums import Duty
from people.accounts.models import Operator
from portal.queries.deliveries import GONE, dead_letters, lanes, unheard
from portal.views.operator import operating


@require_GET
@operating(Duty.SEE_SERVICE)
def deliveries(request: HttpRequest, actor: Operator) -> HttpResponse:
    """What waits by lane, and dead letters by what was said last."""
    lines, since = unheard()
    shown = {"room": "deliveries", "operates": True, "lanes": lanes(), "lines": lines, "since": since, "dead": dead_letters()}
    return render(request, "portal/operator/deliveries.html", shown)


@require_POST
@operating(Duty.RETRY_DELIVERIES)
def retry_dead(request: HttpRequest, actor: Operator) -> HttpResponse:
    """Sends dead letters of one way and status again, or all whose addresses live."""
    channel, status = request.POST.get("channel", ""), request.POST.get("status", "")
    count = retry(channel=channel, status=status) if channel else retry(but=GONE)
    if count:
        said = ngettext("%(n)d delivery is tried again now.", "%(n)d deliveries are tried again now.", count)
        messages.success(request, said % {"n": count})
    else:
        messages.success(request, _("There was nothing to try again."))
    return HttpResponseRedirect("/operator/deliveries")
