"""`POST /fhir`: a Bundle of type transaction, all of it or nothing; and the same orders alone, `POST` and `PUT` of one resource."""
from typing import Any
from urllib.parse import unquote

from hospital.gateway.fhir.asking import Ask, Reply
from hospital.gateway.fhir.door import Caller
from hospital.gateway.fhir.orders import Order, carry_out
from hospital.gateway.fhir.outcomes import Resource, refused
from hospital.gateway.fhir.references import Around
from hospital.gateway.fhir.shape import check_resource

MOST_ENTRIES = 1000
_PHRASES = {200: "200 OK", 201: "201 Created"}


def transact(caller: Caller, bundle: Any) -> Reply:
    """The transaction-response, with answers in the order of the entries. Raises FhirRefused."""
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise refused(400, "structure", "This address takes a Bundle.", "Bundle")
    if bundle.get("type") != "transaction":
        raise refused(422, "code-invalid", "A Bundle of type transaction is taken here.", "Bundle.type")
    entries = bundle.get("entry")
    if not isinstance(entries, list) or not entries:
        raise refused(422, "required", "A transaction has entries.", "Bundle.entry")
    if len(entries) > MOST_ENTRIES:
        raise refused(413, "too-costly", f"At most {MOST_ENTRIES} entries.", "Bundle.entry")
    orders = [_order(entry, f"Bundle.entry[{index}]") for index, entry in enumerate(entries)]
    known: dict[str, Resource] = {}
    for index, order in enumerate(orders):
        for name in order.names:
            if known.setdefault(name, order.body) is not order.body and name.startswith("urn:"):
                raise refused(422, "duplicate", "Two entries have the same fullUrl.", f"Bundle.entry[{index}].fullUrl")
    replies = carry_out(caller, orders, Around(caller.base, known))
    return Reply({"resourceType": "Bundle", "type": "transaction-response", "entry": [_answer(reply) for reply in replies]})


def _order(entry: Any, place: str) -> Order:
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict) or not isinstance(request.get("url"), str):
        raise refused(422, "required", "An entry has a resource and a request with method and url.", f"{place}.request")
    method = request.get("method")
    if method not in ("POST", "PUT"):
        raise refused(422, "not-supported", "POST and PUT are taken in a transaction.", f"{place}.request.method")
    body = check_resource(entry.get("resource"), f"{place}.resource")
    kind, _, rest = request["url"].partition("?")
    kind, _, found = kind.strip("/").partition("/")
    if kind != body["resourceType"]:
        raise refused(422, "invalid", "The url names another resource than the one that came.", f"{place}.request.url")
    condition = unquote(rest) if method == "PUT" and rest else request.get("ifNoneExist") if method == "POST" else None
    if condition is not None and not isinstance(condition, str):
        raise refused(422, "invalid", "ifNoneExist is a query.", f"{place}.request.ifNoneExist")
    return Order(f"{place}.resource", method, body, "" if rest else found, condition and unquote(condition), _names(entry, body, place))


def _names(entry: Resource, body: Resource, place: str) -> tuple[str, ...]:
    """How the other entries may name this one: its fullUrl, and `Kind/id`."""
    full = entry.get("fullUrl")
    if full is not None and not isinstance(full, str):
        raise refused(422, "invalid", "fullUrl is a text.", f"{place}.fullUrl")
    own = f"{body['resourceType']}/{body['id']}" if isinstance(body.get("id"), str) else None
    return tuple(name for name in (full, own) if name)


def _answer(reply: Reply) -> Resource:
    response: Resource = {"status": _PHRASES.get(reply.status, str(reply.status))}
    if "Location" in reply.headers:
        response |= {"location": reply.headers["Location"], "etag": reply.headers["ETag"]}
        response["lastModified"] = (reply.body or {})["meta"]["lastUpdated"]
    elif reply.body is not None:
        response["outcome"] = reply.body
    return {"response": response}


def create(ask: Ask) -> Reply:
    """`POST KIND`: one resource, with everything that it refers to contained in it."""
    condition = ask.headers.get("If-None-Exist")
    body = check_resource(ask.body, ask.kind, kind=ask.kind)
    return _alone(ask, Order(ask.kind, "POST", body, condition=condition and unquote(condition)))


def update(ask: Ask) -> Reply:
    """`PUT KIND/ID`, and `PUT KIND?identifier=…`."""
    body = check_resource(ask.body, ask.kind, kind=ask.kind)
    if ask.id and body.get("id", ask.id) != ask.id:
        raise refused(400, "invalid", "The resource's id is another than the address's.", f"{ask.kind}.id")
    condition = None if ask.id else "&".join(f"{name}={value}" for name, values in ask.query.items() for value in values)
    return _alone(ask, Order(ask.kind, "PUT", body, ask.id, condition))


def _alone(ask: Ask, order: Order) -> Reply:
    return carry_out(ask.caller, [order], Around(ask.caller.base))[0]
