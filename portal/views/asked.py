"""A planned stay: asked from the circle, answered on the unit's page. Everything here works without a script."""
import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import ValidationError

from care.plan.asking import answer_request, ask_stay, hospitals_to_ask, reply_to_unit, requests_at, units_to_ask, withdraw_request
from care.plan.bodies import AnswerBody, StayBody
from care.plan.enums import Soon
from foundation import ids
from foundation.errors import CercleError, Conflict, Invalid, NotFound
from people.circles.access import require, session_mark
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act
from portal.queries.asked import in_words
from portal.queries.room import readers_for, room_context
from portal.views.door import acting, member, page, reader

_FIELDS = ("reason", "wished_from", "wished_until", "soon", "audience", "unit", "key")


@require_http_methods(["GET", "POST"])
@page
@acting(Act.ASK_STAY)
def ask(request: HttpRequest, circle_id: str) -> HttpResponse:
    """First the hospital, then unit, reason and date; what was typed stays where something is wrong."""
    membership = member(request, circle_id)
    require(membership, Act.ASK_STAY)
    wrong: CercleError | None = None
    if request.method == "POST":
        try:
            ask_stay(membership, key=ids.parse(request.POST.get("key")), body=_body(request))
        except (Invalid, Conflict) as error:
            wrong = error
        else:
            return HttpResponseRedirect(f"/circles/{membership.circle_id}/plan#stays")
    return _form(request, membership, wrong)


def _body(request: HttpRequest) -> StayBody:
    given = {name: request.POST[name].strip() for name in _FIELDS[:-1] if request.POST.get(name, "").strip()}
    try:
        return StayBody.model_validate({"reason": "", **given})
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        sentences = {"unit": _("Choose the unit that you ask."), "wished_from": _("Give the day from which the stay is wished.")}
        sentence = sentences.get(field, _("Some of this is not as it should be."))
        raise Invalid("http.invalid", sentence, errors={field: sentence}) from None


def _form(request: HttpRequest, membership: Membership, wrong: CercleError | None) -> HttpResponse:
    hospitals = hospitals_to_ask()
    wanted = ids.parse(request.POST.get("hospital") or request.GET.get("hospital"))
    hospital = next((one for one in hospitals if one.pk == wanted), hospitals[0] if len(hospitals) == 1 else None)
    typed = {name: request.POST.get(name, "") for name in _FIELDS}
    context: dict[str, Any] = {
        **room_context(membership, "plan"), "hospitals": hospitals, "hospital": hospital,
        "units": units_to_ask(hospital.pk if hospital else None),
        "soons": Soon.choices, "readers": readers_for(membership, Act.ASK_STAY), "audience": typed["audience"] or Audience.CARE_TEAM,
        "typed": typed, "key": typed["key"] or ids.new(), "wrong": wrong.detail if wrong else "",
        "errors": (wrong.errors if wrong else None) or {},
        "today": dt.date.today().isoformat(),  # noqa: DTZ011  -- only the least that the field offers; the service asks the circle's clock
    }  # fmt: skip
    return render(request, "portal/pages/stay_ask.html", context, status=wrong.status if wrong else 200)


@require_POST
@page
@acting(Act.ASK_STAY)
def said(request: HttpRequest, circle_id: str, request_id: str) -> HttpResponse:
    """The circle replies to the unit's question, or with `withdraw` asks no more."""
    membership = member(request, circle_id)
    require(membership, Act.ASK_STAY)
    wanted, text = _known(request_id), request.POST.get("text", "")
    if "withdraw" in request.POST:
        withdraw_request(membership, request=wanted, text=text)
    else:
        reply_to_unit(membership, request=wanted, text=text)
    return HttpResponseRedirect(f"/circles/{membership.circle_id}/plan#stays")


@require_http_methods(["GET", "POST"])
@page
@acting(Act.READ)
def answer(request: HttpRequest, unit_id: str, request_id: str) -> HttpResponse:
    """What the unit is asked, in full, and its answer: accepted for a day, refused, or a question back."""
    person, wanted = reader(request), _known(request_id)
    here, found = requests_at(person, ids.parse(unit_id), session_mark(request))
    asked = next((one for one in in_words(found) if one.id == wanted), None)
    if asked is None:
        raise NotFound
    wrong: CercleError | None = None
    if request.method == "POST":
        try:
            answer_request(person, unit=here.pk, request=wanted, body=_answer(request))
        except Invalid as error:
            wrong = error
        else:
            return HttpResponseRedirect(f"/units/{here.pk}/")
    context = {"asked": asked, "unit": here, "wrong": wrong.detail if wrong else "", "errors": (wrong.errors if wrong else None) or {},
               "typed": request.POST}  # fmt: skip
    return render(request, "portal/pages/unit_asked.html", context, status=wrong.status if wrong else 200)


def _answer(request: HttpRequest) -> AnswerBody:
    try:
        return AnswerBody.model_validate({name: request.POST[name] for name in ("answer", "planned_for", "text") if request.POST.get(name)})
    except ValidationError:
        sentence = _("Choose an answer; an admission needs its day.")
        raise Invalid("http.invalid", sentence, errors={"answer": sentence}) from None


def _known(text: str) -> UUID:
    found = ids.parse(text)
    if found is None:
        raise NotFound
    return found
