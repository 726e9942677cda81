"""The care plan: its page, publishing with a look at what changed, editions, agreeing. Entries are written by the API."""
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from care.plan.differences import difference
from care.plan.editions import agreements_for, content_for, content_of, editions_for, entries_for
from care.plan.enums import How, Part
from care.plan.models import Edition
from care.plan.publishing import agree_plan, publish_plan
from foundation.errors import Conflict, NotFound
from messaging.feed.enums import Standing
from people.circles import policy
from people.circles.access import by_force, require
from people.circles.enums import Audience, CircleState, Role
from people.circles.models import Membership
from people.circles.policy import Act
from portal.queries.asked import asked_of_circle
from portal.queries.plan import Speaker, linked_rows, people_to_choose, plan_of, roles_to_choose, sections
from portal.queries.room import readers_for, room_context
from portal.views.door import acting, member, page


@require_GET
@page
@acting(Act.READ)
def plan(request: HttpRequest, circle_id: str) -> HttpResponse:
    """The plan as it stands; `?part=body` is its living part alone."""
    membership = member(request, circle_id)
    shown = plan_of(membership)
    context = {
        **room_context(membership, "plan"), **shown, **rights_of(membership), "asked": asked_of_circle(membership),
        "readers": readers_for(membership, Act.KEEP_PLAN), "audience": Audience.PATIENT, "people": people_to_choose(membership),
        "roles": roles_to_choose(), "problems": linked_rows(shown["sections"], Part.PROBLEM),
        "objectives": linked_rows(shown["sections"], Part.OBJECTIVE),
    }  # fmt: skip
    template = "portal/fragments/plan_body.html" if request.GET.get("part") == "body" else "portal/pages/plan.html"
    return render(request, template, context)


def rights_of(membership: Membership) -> dict[str, bool]:
    """What a member may do with the plan now."""

    def may(act: Act, audience: Audience | None = None) -> bool:
        role, state = Role(membership.role), CircleState(membership.circle.state)
        glass = by_force(membership)
        return bool(policy.decide(role, act, state, standing=membership.stands, audience=audience, own=True, owner=True, glass=glass))

    return {
        "may_write": may(Act.KEEP_PLAN), "may_publish": may(Act.KEEP_PLAN, Audience.CARE_TEAM), "may_agree": may(Act.AGREE_PLAN),
        "may_ask": may(Act.ASK_STAY), "may_record": may(Act.KEEP_PLAN, Audience.PATIENT) and membership.stands is Standing.CARE_TEAM,
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@page
@acting(Act.KEEP_PLAN)
def publish(request: HttpRequest, circle_id: str) -> HttpResponse:
    """What the next edition will say that the last one did not; sent, it is published."""
    membership = member(request, circle_id)
    require(membership, Act.KEEP_PLAN, audience=Audience.CARE_TEAM)
    if request.method == "POST":
        try:
            publish_plan(membership)
        except Conflict:  # somebody published a moment ago: their edition says it all
            return HttpResponseRedirect(f"/circles/{membership.circle_id}/plan")
        return HttpResponseRedirect(f"/circles/{membership.circle_id}/plan/editions/{editions_for(membership)[0].number}")
    editions = editions_for(membership)
    before, now = content_of(editions[0] if editions else None), content_for(entries_for(membership), membership.stands)
    told = Speaker(before, now).told(difference(before, now))
    context = {**room_context(membership, "plan"), "told": told, "next": editions[0].number + 1 if editions else 1}
    return render(request, "portal/pages/plan_publish.html", context)


@require_GET
@page
@acting(Act.READ)
def edition(request: HttpRequest, circle_id: str, number: int) -> HttpResponse:
    """An edition, what changed in it, and who agreed to it."""
    membership = member(request, circle_id)
    editions = editions_for(membership)
    found, before = _found(editions, number)
    now, old = content_of(found), content_of(before)
    speaker = Speaker(old, now)
    agreed = [one for one in agreements_for(editions) if one.number == number]
    mine = any(one.agreement.member.person_id == membership.person_id and not one.agreement.of_patient for one in agreed)
    rows = [speaker.row(one) for one in now]
    context = {
        **room_context(membership, "plan"), **rights_of(membership), "edition": found, "before": before, "newest": editions[0],
        "told": speaker.told(difference(old, now)) if before else None, "sections": [one for one in sections(rows) if one.rows],
        "referent": next((one for one in rows if one.part is Part.REFERENT), None), "agreements": agreed, "agreed": mine,
        "hows": [How.ORAL, How.SIGNED],
    }  # fmt: skip
    return render(request, "portal/pages/plan_edition.html", context)


def _found(editions: list[Edition], number: int) -> tuple[Edition, Edition | None]:
    """(the edition, the one before it that the reader knows). Raises NotFound."""
    found = next((one for one in editions if one.number == number), None)
    if found is None:
        raise NotFound
    return found, next((one for one in editions if one.number < number), None)


@require_POST
@page
@acting(Act.AGREE_PLAN)
def agree(request: HttpRequest, circle_id: str, number: int) -> HttpResponse:
    """The reader agrees to their newest edition; with `how`, writes down that the patient did."""
    membership = member(request, circle_id)
    require(membership, Act.AGREE_PLAN)
    how: Any = request.POST.get("how")
    agree_plan(membership, number=number, of_patient=how in set(How), how=How(how) if how in set(How) else How.SELF)
    return HttpResponseRedirect(f"/circles/{membership.circle_id}/plan/editions/{number}")
