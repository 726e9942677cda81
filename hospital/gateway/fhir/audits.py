"""The circle's trail as AuditEvents (tde-auditevent), as far as it is about this hospital's people and programs."""
from uuid import UUID

from foundation import ids
from foundation.clock import rfc3339
from hospital.gateway.fhir.asking import Ask, Reply, leave_line, searchset
from hospital.gateway.fhir.door import Caller
from hospital.gateway.fhir.outcomes import Resource, not_found
from hospital.gateway.fhir.patients import circles_named
from hospital.gateway.fhir.reach import readable_circles
from people.accounts.models import Person
from people.audit.models import TrailLine
from people.audit.queries import marked
from people.circles.models import Circle

_PROFILE = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent"
_MOST = 1000
_READS = ("fhir.", "circle.opened", "search", "media.opened", "agenda.fetched")


def search_audits(ask: Ask) -> Reply:
    """`GET AuditEvent?patient=…`, `_id`; newest first, narrowed by `date`."""
    wanted = ask.one("_id")
    one = _marked(ask.caller, ids.parse(wanted)) if wanted else None
    circles = ([one[0]] if one else []) if wanted else list(circles_named(ask))
    lines = [one] if one else [(circle, line) for circle in circles for line in _lines(ask.caller, circle)]
    days = ask.query.get("date", ())
    found = [_resource(ask.caller, circle, line) for circle, line in lines]
    kept = [one for one in found if all(_is_since(one, text) for text in days)]
    for circle in circles:
        leave_line(ask.caller, circle.id, "fhir.audit")
    return searchset(ask, kept)


def read_audit(ask: Ask) -> Reply:
    """`GET AuditEvent/{id}`."""
    found = _marked(ask.caller, ask.subject)
    if found is None:
        raise not_found()
    circle, line = found
    leave_line(ask.caller, circle.id, "fhir.audit")
    return Reply(_resource(ask.caller, circle, line))


def _marked(caller: Caller, mark: UUID | None) -> tuple[Circle, TrailLine] | None:
    """The one line that is known by this mark, of its own people and programs, in a circle that it may read now."""
    lines = TrailLine.objects.filter(structure=caller.structure.pk, digest__range=marked(mark)) if mark else TrailLine.objects.none()
    line = lines.filter(circle__in=readable_circles(caller.structure).values("pk")).first()
    return (readable_circles(caller.structure).get(pk=line.circle), line) if line else None


def _lines(caller: Caller, circle: Circle) -> list[TrailLine]:
    """Those of its own people and programs only."""
    return list(TrailLine.objects.filter(circle=circle.id, structure=caller.structure.pk).order_by("-number")[:_MOST])


def _is_since(resource: Resource, text: str) -> bool:
    recorded = str(resource["recorded"])
    prefix, rest = (text[:2], text[2:]) if text[:2] in {"ge", "gt", "le", "lt", "eq"} else ("eq", text)
    head = recorded[: len(rest)]
    return {"ge": head >= rest, "gt": head > rest, "le": head <= rest, "lt": head < rest, "eq": head == rest}[prefix]


def _resource(caller: Caller, circle: Circle, line: TrailLine) -> Resource:
    at = rfc3339(line.at)
    act = "read" if line.what.startswith(_READS) else "operation"
    return {
        "resourceType": "AuditEvent", "id": str(line.mark), "meta": {"profile": [_PROFILE]},
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest", "display": "RESTful Operation"},
        "subtype": [{"system": "http://hl7.org/fhir/restful-interaction", "code": act}, {"system": "urn:cercle:deed", "code": line.what}],
        "period": {"start": at, "end": at}, "recorded": at, "outcome": "4" if line.what.startswith("refused:") else "0",
        "agent": [{"who": _who(caller, line), "requestor": True}],
        "source": {"observer": {"display": "Cercle"}},
        "entity": [{"what": {"reference": f"Patient/{circle.patient.pk}"}}],
    }  # fmt: skip


def _who(caller: Caller, line: TrailLine) -> Resource:
    """A person by name and number, or the hospital's own program."""
    person = Person.objects.filter(pk=line.person).first() if line.person else None
    if person is None:
        name = caller.client.client_id if line.session == caller.client.pk else caller.structure.name
        return {"display": name}
    if not person.rpps:
        return {"display": person.name}
    return {"identifier": {"system": "https://rpps.esante.gouv.fr", "value": person.rpps}, "display": person.name}
