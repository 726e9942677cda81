"""The copy as FHIR R4: a Bundle of type collection, made of what the reader is shown and of nothing else.

Patient, CareTeam with its people, a Communication for each message (interop.md: a thread's words are communications), a DocumentReference
for each file, Task, Appointment and Observation for what the rooms keep; what has no resource of its own is a Basic with its item.
"""
import json
from collections.abc import Callable, Iterator

from care.exports.contents import Contents, Told
from foundation import clock
from foundation.clock import rfc3339
from hospital.gateway.fhir.outcomes import Resource
from hospital.gateway.fhir.patients import identity_resource
from hospital.gateway.fhir.people import role_concept
from messaging.feed.items import Item

_AUDIENCE = "urn:cercle:audience"
_TASKS = {"to_do": "requested", "taken": "accepted", "done": "completed", "cancelled": "cancelled"}
_PRIORITIES = {"urgent": "urgent", "todo": "asap"}


def bundle_of(contents: Contents, places: dict[str, str]) -> Iterator[bytes]:
    """The Bundle in pieces. `places`: file → its path in the archive."""
    yield json.dumps({"resourceType": "Bundle", "type": "collection", "timestamp": rfc3339(clock.now())})[:-1].encode() + b', "entry": ['
    before = b""
    for resource in _resources(contents, places):
        entry = {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
        yield before + json.dumps(entry, ensure_ascii=False).encode()
        before = b",\n"
    yield b"]}\n"


def _resources(contents: Contents, places: dict[str, str]) -> Iterator[Resource]:
    patient = contents.member.circle.patient
    subject = {"reference": f"urn:uuid:{patient.pk}"}
    yield identity_resource(patient)
    yield _team(contents, subject)
    yield from (_person(item) for item in contents.people)
    for post in contents.posts():
        yield _communication(post, subject, places)
        yield from (_document(medium, post.item, subject, places) for medium in post.item["media"] if medium["id"] in places)
    for family, _record, item in contents.records:
        yield _ROOMS.get(family, _basic)(family, item, subject)


def _team(contents: Contents, subject: Resource) -> Resource:
    parts = [
        {"role": [role_concept(item["role"])], "member": {"reference": f"urn:uuid:{item['id']}", "display": item["person"]["name"]},
         "period": {key: item[name] for key, name in (("start", "since"), ("end", "until")) if item.get(name)}}
        for item in contents.people
    ]  # fmt: skip
    return {"resourceType": "CareTeam", "id": str(contents.member.circle_id), "status": "active", "subject": subject, "participant": parts}


def _person(item: Item) -> Resource:
    """A professional by the role, anybody else as somebody related; by name alone."""
    named = {"id": item["id"], "name": [{"text": item["person"]["name"]}]}
    if item["standing"] in {"patient", "relatives"}:
        return {"resourceType": "Person", **named}
    return {"resourceType": "Practitioner", **named}


def _communication(post: Told, subject: Resource, places: dict[str, str]) -> Resource:
    item = post.item
    words = [{"contentString": item["text"]}] if item["text"] else []
    attached = [{"contentAttachment": _attachment(medium, places)} for medium in item["media"] if medium["id"] in places]
    resource: Resource = {
        "resourceType": "Communication", "id": item["id"], "status": "entered-in-error" if item["retracted_at"] else "completed",
        "extension": [{"url": _AUDIENCE, "valueCode": item["audience"]}], "subject": subject, "sent": item["written_at"],
        "received": item["received_at"], "sender": _named(item["author"]), "priority": _PRIORITIES.get(item["urgency"], "routine"),
    }  # fmt: skip
    if item["reply_to"]:
        resource["inResponseTo"] = [{"reference": f"urn:uuid:{item['reply_to']['id']}"}]
    if post.earlier:
        resource["note"] = [{"text": one["text"], "time": one["at"]} for one in post.earlier]
    return {**resource, "payload": [*words, *attached]} if words or attached else resource


def _named(author: Item | None) -> Resource:
    if not author:
        return {"display": "Cercle"}
    named = {"display": author["name"]}
    return {"reference": f"urn:uuid:{author['member']}", **named} if author.get("member") else named


def _attachment(medium: Item, places: dict[str, str]) -> Resource:
    given = {"url": places[medium["id"]], "contentType": medium.get("media_type"), "title": medium.get("name"), "size": medium.get("bytes")}
    return {name: value for name, value in given.items() if value}


def _document(medium: Item, post: Item, subject: Resource, places: dict[str, str]) -> Resource:
    return {
        "resourceType": "DocumentReference", "id": medium["id"], "status": "current", "subject": subject, "date": post["written_at"],
        "author": [_named(post["author"])], "content": [{"attachment": _attachment(medium, places)}],
        "context": {"related": [{"reference": f"urn:uuid:{post['id']}"}]},
    }  # fmt: skip


def _task(family: str, item: Item, subject: Resource) -> Resource:
    status = _TASKS.get(str(item.get("state")), "requested")
    resource: Resource = {
        "resourceType": "Task", "id": item["id"], "status": status, "intent": "order", "for": subject,
        "description": item.get("title") or item.get("text"), "authoredOn": item["made_at"], "lastModified": item["changed_at"],
        "requester": _named(item["author"]),
    }  # fmt: skip
    if item.get("taker"):
        resource["owner"] = _named(item["taker"])
    if item.get("due_at"):
        resource["restriction"] = {"period": {"end": item["due_at"]}}
    return _whole(resource, item)


def _appointment(family: str, item: Item, subject: Resource) -> Resource:
    status = {"cancelled": "cancelled", "done": "fulfilled", "missed": "noshow"}.get(str(item.get("state")), "booked")
    times = {key: item[key] for key in ("start", "end") if item.get(key)}
    participant = [{"actor": subject, "status": "accepted"}]
    return _whole({"resourceType": "Appointment", "id": item["id"], "status": status, **times, "description": item.get("title"),
                   "participant": participant}, item)  # fmt: skip


def _observation(family: str, item: Item, subject: Resource) -> Resource:
    status = "entered-in-error" if item.get("withdrawn") else "final"
    values = item.get("values") or {}
    parts = [{"code": {"text": name}, "valueQuantity": {"value": float(value), "unit": item.get("unit")}} for name, value in values.items()]
    return _whole({"resourceType": "Observation", "id": item["id"], "status": status, "code": {"text": str(item.get("kind"))},
                   "subject": subject, "effectiveDateTime": item.get("taken_at") or item["made_at"], "component": parts}, item)  # fmt: skip


def _basic(family: str, item: Item, subject: Resource) -> Resource:
    resource = {"resourceType": "Basic", "id": item["id"], "code": {"text": family}, "subject": subject, "created": item["made_at"][:10]}
    return _whole(resource, item)


def _whole(resource: Resource, item: Item) -> Resource:
    """With the item as the API tells it: nothing is lost where FHIR has no place for it."""
    told = {"url": "urn:cercle:item", "valueString": json.dumps(item, ensure_ascii=False)}
    return {**resource, "extension": [{"url": _AUDIENCE, "valueCode": item["audience"]}, told]}


_Written = Callable[[str, Item, Resource], Resource]
_ROOMS: dict[str, _Written] = {"task": _task, "appointment": _appointment, "measure": _observation}
