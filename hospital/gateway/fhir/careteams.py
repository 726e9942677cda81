"""The circle as a CareTeam (cds-ihe-careteam): who is in it and was, as its care team sees it; now, at a version, and all its versions.

Somebody who comes back is another participant. The patient is its subject and no participant. A version is a line of the circle's
feed about its people or its state: its number for the care team.
"""
import datetime as dt

from foundation.clock import rfc3339
from hospital.gateway.fhir.asking import Ask, Reply, leave_line, searchset
from hospital.gateway.fhir.outcomes import Resource, not_found
from hospital.gateway.fhir.patients import circles_named
from hospital.gateway.fhir.people import member_resources, organization, role_concept
from hospital.gateway.fhir.reach import readable_circles
from messaging.feed.enums import Kind, Standing
from messaging.feed.models import FeedLine
from messaging.feed.queries import lines_of
from people.circles.enums import CircleState, Role
from people.circles.models import Circle, Membership, StateChange, TeamSeat

_PROFILE = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam"
KINDS = (Kind.MEMBER_JOINED, Kind.MEMBER_LEFT, Kind.MEMBER_CHANGED, Kind.CIRCLE_STATE_CHANGED)
_STATES = {CircleState.ACTIVE: "active", CircleState.FROZEN: "suspended"}


def read_care_team(ask: Ask) -> Reply:
    """`GET CareTeam/{id}`."""
    circle, lines = _versions(ask)
    leave_line(ask.caller, circle.id, "fhir.careteam")
    return _reply(_resource(circle, lines[-1] if lines else None))


def read_version(ask: Ask) -> Reply:
    """`GET CareTeam/{id}/_history/{version}`."""
    circle, lines = _versions(ask)
    line = next((one for one in lines if str(one.care) == ask.version), None)
    if line is None:
        raise not_found()
    leave_line(ask.caller, circle.id, "fhir.careteam")
    return _reply(_resource(circle, line))


def read_history(ask: Ask) -> Reply:
    """`GET CareTeam/{id}/_history`, newest first."""
    circle, lines = _versions(ask)
    leave_line(ask.caller, circle.id, "fhir.careteam")
    entries = [_entry(ask, _resource(circle, line), first=line is lines[0]) for line in reversed(lines[-200:])]
    return Reply({"resourceType": "Bundle", "type": "history", "total": len(lines), "entry": entries})


def search_care_teams(ask: Ask) -> Reply:
    """`GET CareTeam?patient=…`, `patient.identifier`, `identifier=…|urn:uuid:ID`, `_id`."""
    wanted = ask.one("_id") or ask.one("identifier").rpartition("|")[2].removeprefix("urn:uuid:")
    circles = [one for one in readable_circles(ask.caller.structure) if str(one.id) == wanted] if wanted else circles_named(ask)
    for circle in circles:
        leave_line(ask.caller, circle.id, "fhir.careteam")
    return searchset(ask, [_resource(circle, _newest(circle)) for circle in circles])


def _versions(ask: Ask) -> tuple[Circle, list[FeedLine]]:
    circle = readable_circles(ask.caller.structure).filter(pk=ask.subject).first()
    if circle is None:
        raise not_found()
    return circle, _lines(circle)


def _lines(circle: Circle) -> list[FeedLine]:
    return lines_of(circle.id, Standing.CARE_TEAM, KINDS, after=0, up_to=circle.head.care)


def _newest(circle: Circle) -> FeedLine | None:
    return next(reversed(_lines(circle)), None)


def _reply(resource: Resource) -> Reply:
    version = resource["meta"]["versionId"]
    return Reply(resource, headers={"ETag": f'W/"{version}"'})


def _entry(ask: Ask, resource: Resource, *, first: bool) -> Resource:
    place = f"CareTeam/{resource['id']}"
    answer = {"status": "201 Created" if first else "200 OK", "lastModified": resource["meta"]["lastUpdated"]}
    return {
        "fullUrl": f"{ask.caller.base}/{place}", "resource": resource, "request": {"method": "POST" if first else "PUT", "url": place},
        "response": {**answer, "etag": f'W/"{resource["meta"]["versionId"]}"'},
    }  # fmt: skip


def _resource(circle: Circle, line: FeedLine | None) -> Resource:
    """As it was with a line of the feed; None: a circle about which none was written."""
    at = line.at if line else circle.opened_at
    participants, contained = _participants(circle, at)
    resource: Resource = {
        "resourceType": "CareTeam", "id": str(circle.id),
        "meta": {"versionId": str(line.care if line else 0), "lastUpdated": rfc3339(at), "profile": [_PROFILE]},
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{circle.id}"}], "status": _status(circle, at),
        "name": f"Cercle de {circle.patient.traits.name}", "subject": {"reference": f"Patient/{circle.patient.pk}"},
        "period": {"start": rfc3339(circle.opened_at)},
    }  # fmt: skip
    return {**resource, **({"contained": contained, "participant": participants} if participants else {})}


def _participants(circle: Circle, at: dt.datetime) -> tuple[list[Resource], list[Resource]]:
    """(participants in the order in which they came, what they refer to)."""
    patient = f"Patient/{circle.patient.pk}"
    found: list[tuple[dt.datetime, Resource]] = []
    contained: list[Resource] = []
    for member in _members(circle):
        spans = [(grant.since, grant.ended_at or grant.until) for grant in member.grants.all() if grant.since <= at]
        if spans:
            made = member_resources(member, patient)
            contained += made
            ends = [end for _since, end in spans]
            end = member.ended_at or (None if None in ends else max(one for one in ends if one))
            found.append((min(since for since, _end in spans), _participant(f"#{made[0]['id']}", member.role, spans[0][0], end, at)))
    for seat in TeamSeat.objects.filter(circle=circle.id, since__lte=at).select_related("structure"):
        contained.append(organization(seat.structure, f"s-{seat.pk}"))
        found.append((seat.since, _participant(f"#s-{seat.pk}", seat.role, seat.since, seat.ended_at or seat.until, at)))
    return [participant for _since, participant in sorted(found, key=lambda one: one[0])], contained


def _members(circle: Circle) -> list[Membership]:
    members = Membership.objects.filter(circle=circle.id).exclude(role=Role.PATIENT)
    return list(members.select_related("person", "via").prefetch_related("grants").order_by("pk"))


def _participant(reference: str, role: str, since: dt.datetime, end: dt.datetime | None, at: dt.datetime) -> Resource:
    """An end that was not known yet is none."""
    period = {"start": rfc3339(since)} | ({"end": rfc3339(end)} if end is not None and end <= at else {})
    return {"role": [role_concept(role)], "member": {"reference": reference}, "period": period}


def _status(circle: Circle, at: dt.datetime) -> str:
    changes = StateChange.objects.filter(circle=circle.id, at__lte=at).order_by("at")
    state = next(reversed(list(changes.values_list("state", flat=True))), CircleState.ACTIVE)
    return _STATES.get(CircleState(state), "inactive")
