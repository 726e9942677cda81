"""Subscription (R4, rest-hook): a program of a hospital is told that something changed, by an id and nothing else (`gateway.hooks`)."""
import secrets

from django.utils import timezone

from foundation import ids
from foundation.origins import ForbiddenPlace, origin_of
from foundation.vault.seal import SITE, seal, unseal
from hospital.gateway.fhir.asking import Ask, Reply, searchset
from hospital.gateway.fhir.notes import moment
from hospital.gateway.fhir.outcomes import Resource, not_found, refused
from hospital.gateway.fhir.shape import check_resource
from hospital.gateway.models import Hook, Subscription

_ABOUT = {"CareTeam", "DocumentReference"}
_SECRET = "urn:cercle:subscription-secret"  # noqa: S105  -- the extension's name
_MOST = 20


def create_subscription(ask: Ask) -> Reply:
    """`POST Subscription`. The secret that signs is told in this answer, and never again."""
    body = check_resource(ask.body, "Subscription", kind="Subscription")
    channel = body.get("channel") or {}
    kind, _, query = str(body.get("criteria", "")).partition("?")
    if kind not in _ABOUT or query:
        raise refused(422, "not-supported", f"criteria is one of {', '.join(sorted(_ABOUT))}, without a query.", "Subscription.criteria")
    if channel.get("type") != "rest-hook":
        raise refused(422, "not-supported", "rest-hook is the only channel.", "Subscription.channel.type")
    if channel.get("payload") or channel.get("header"):
        text = "Only an id goes out, signed: leave payload and header out."
        raise refused(422, "business-rule", text, f"Subscription.channel.{'payload' if channel.get('payload') else 'header'}")
    ask.caller.require(kind, "r")
    endpoint = str(channel.get("endpoint", ""))
    try:
        origin_of(endpoint)
    except ForbiddenPlace:
        raise refused(422, "business-rule", "An https address of the public internet, port 443.", "Subscription.channel.endpoint") from None
    if ask.caller.client.subscriptions.filter(status="active").count() >= _MOST:
        raise refused(422, "too-costly", f"At most {_MOST} subscriptions.", "Subscription")
    made = Subscription(id=ids.new(), client=ask.caller.client, criteria=kind, made_at=timezone.now(), ended_at=moment(body.get("end")))
    secret = secrets.token_urlsafe(32)
    made.sealed_endpoint = seal(SITE, f"gateway.subscription.endpoint:{made.pk}", endpoint)
    made.secret = seal(SITE, f"gateway.subscription.secret:{made.pk}", secret)
    made.save(force_insert=True)
    told = {**_resource(made), "extension": [{"url": _SECRET, "valueString": secret}]}
    return Reply(told, 201, {"Location": f"{ask.caller.base}/Subscription/{made.pk}/_history/1", "ETag": 'W/"1"'})


def read_subscription(ask: Ask) -> Reply:
    """`GET Subscription/{id}` of one's own."""
    return Reply(_resource(_own(ask)))


def search_subscriptions(ask: Ask) -> Reply:
    """`GET Subscription`: one's own, by `status` and `_id`."""
    rows = list(ask.caller.client.subscriptions.order_by("made_at"))
    wanted, status = ask.one("_id"), ask.one("status")
    found = [row for row in rows if wanted in {"", str(row.pk)} and status in {"", row.status}]
    return searchset(ask, [_resource(row) for row in found])


def update_subscription(ask: Ask) -> Reply:
    """`PUT Subscription/{id}`: only `status` changes, to `off`."""
    row = _own(ask)
    body = check_resource(ask.body, "Subscription", kind="Subscription")
    if body.get("status") != "off":
        raise refused(422, "business-rule", "A subscription can be put off; for anything else make another one.", "Subscription.status")
    _end(row)
    return Reply(_resource(row))


def delete_subscription(ask: Ask) -> Reply:
    """`DELETE Subscription/{id}`: nothing is sent any more; 204 again and again."""
    _end(_own(ask))
    return Reply(None, 204)


def _end(row: Subscription) -> None:
    row.status = "off"
    row.save(update_fields=["status"])
    Hook.objects.filter(subscription=row, due_at__isnull=False).update(due_at=None, dead_at=timezone.now())


def _own(ask: Ask) -> Subscription:
    row: Subscription | None = ask.caller.client.subscriptions.filter(pk=ask.subject).first()
    if row is None:
        raise not_found()
    return row


def _resource(row: Subscription) -> Resource:
    endpoint = unseal(SITE, f"gateway.subscription.endpoint:{row.pk}", row.sealed_endpoint)
    resource: Resource = {
        "resourceType": "Subscription", "id": str(row.pk), "meta": {"versionId": "1"}, "status": row.status,
        "reason": "Told by id only", "criteria": row.criteria, "channel": {"type": "rest-hook", "endpoint": endpoint},
    }  # fmt: skip
    return {**resource, "end": row.ended_at.isoformat()} if row.ended_at else resource
