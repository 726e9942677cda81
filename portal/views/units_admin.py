"""A hospital's units for those who administer it: who is on which list, by hand or by a file looked at first, what is told of stays."""
import base64
import binascii

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation import ids
from foundation.errors import Invalid, NotFound
from hospital.stays.arranging import LONGEST_STALE_H, Arrangement, arrange_hospital, arrangement_of
from hospital.stays.enums import Discretion
from hospital.stays.intervals import LONGEST_GRACE_H
from people.accounts.enums import Duty
from people.accounts.models import Administrator
from people.accounts.queries import team_of
from people.accounts.units import import_units, keep_unit, place_in_unit, take_from_unit, unit_lists
from portal.queries.unit_files import is_hospital, refusal_words
from portal.views.administration import administering, back_to, known, said, shown

_MOST_BYTES = 1_000_000


@require_GET
@administering(Duty.SEE_TEAM)
def units(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """The lists, the forms to change them, and the settings."""
    _require_hospital(actor)
    context = {
        "lists": unit_lists(actor.structure_id), "colleagues": [one.person for one in team_of(actor.structure_id) if one.works],
        "set": arrangement_of(actor.structure_id), "discretions": Discretion.choices, "longest_grace": LONGEST_GRACE_H,
        "longest_stale": LONGEST_STALE_H,
    }  # fmt: skip
    return shown(request, actor, "units", "units", context)


@require_POST
@administering(Duty.CHANGE_SETTINGS)
def keep(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """A unit by its code: new, or called anew."""
    _require_hospital(actor)
    said(request, lambda: keep_unit(actor, code=request.POST.get("code", ""), name=request.POST.get("name", "")), _("Saved."))
    return back_to(actor, "units")


@require_POST
@administering(Duty.INVITE)
def place(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """Puts a colleague on a unit's list."""
    person, unit = (known(request.POST.get(name, "")) for name in ("person", "unit"))
    well = _("On the list. This person sees the unit’s patients who have a circle from now on.")
    said(request, lambda: place_in_unit(actor, person=person, unit=unit), well)
    return back_to(actor, "units")


@require_POST
@administering(Duty.END_WORK)
def take(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """Takes somebody off a unit's list."""
    person, unit = (known(request.POST.get(name, "")) for name in ("person", "unit"))
    well = _("Off the list. Every thread that was open through this unit has closed for this person.")
    said(request, lambda: take_from_unit(actor, person=person, unit=unit), well)
    return back_to(actor, "units")


@require_POST
@administering(Duty.CHANGE_SETTINGS)
def arrange(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """Grace, age, discretion, what is told, discreet units."""
    _require_hospital(actor)
    form = request.POST
    discreet = [unit for text in form.getlist("discreet") if (unit := ids.parse(text))]
    discretion = Discretion.NOBODY if form.get("discretion") == Discretion.NOBODY else Discretion.CARE_TEAM
    wanted = Arrangement(
        _hours(form.get("grace_h")), _hours(form.get("stale_h")), discretion, "outpatients" in form, "leaves" in form, discreet
    )
    said(request, lambda: arrange_hospital(actor, wanted), _("Saved. It holds for what the hospital tells from now on."))
    return back_to(actor, "units")


@require_POST
@administering(Duty.END_WORK)
def preview(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """What a file would change; nothing has changed yet."""
    _require_hospital(actor)
    upload = request.FILES.get("file")
    if upload is None or (upload.size or 0) > _MOST_BYTES:
        messages.error(request, _("Choose a CSV file of at most 1 MB."))
        return back_to(actor, "units")
    raw, whole = upload.read(), "whole" in request.POST
    report = import_units(actor, structure=actor.structure_id, file=raw, whole=whole)
    refused = [(one, refusal_words(one)) for one in report.refused]
    context = {"report": report, "refused": refused, "file": base64.b64encode(raw).decode(), "whole": whole}
    return shown(request, actor, "units_preview", "units", context)


@require_POST
@administering(Duty.END_WORK)
def apply(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """Makes the lists what the file says."""
    _require_hospital(actor)
    try:
        raw = base64.b64decode(request.POST.get("file", ""), validate=True)
    except binascii.Error as broken:
        raise Invalid("hospital.bad_file", _("This file cannot be read. Choose it once more.")) from broken
    report = import_units(actor, structure=actor.structure_id, file=raw, whole="whole" in request.POST, dry=False)
    messages.success(request, _("Done: %(n)d changes. Who fell off a list is out of its threads already.") % {"n": len(report.changes)})
    return back_to(actor, "units")


def _hours(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 5 else -1


def _require_hospital(actor: Administrator) -> None:
    if not is_hospital(actor.structure):
        raise NotFound
