"""What the patient has consented to: the newest record of a scope is what holds (art. L.1110-4, R.1110-1 ff. CSP)."""
import datetime as dt
from uuid import UUID

from people.circles.enums import ConsentScope
from people.circles.models import Consent


def has(circle: UUID, scope: ConsentScope, at: dt.datetime | None = None) -> bool:
    """Whether a consent was in force at a moment; without one, whether it is now."""
    records = Consent.objects.filter(circle=circle, scope=scope)
    newest = (records.filter(at__lte=at) if at else records).order_by("-at", "-pk").values_list("given", flat=True).first()
    return bool(newest)


def in_force(circle: UUID) -> dict[str, bool]:
    """Scope → whether consent holds now, in one statement."""
    newest = dict(Consent.objects.filter(circle=circle).order_by("at", "pk").values_list("scope", "given"))
    return {scope: newest.get(scope, False) for scope in ConsentScope.values}


def history(circle: UUID) -> list[Consent]:
    """Every record, newest first, with who recorded it."""
    return list(Consent.objects.filter(circle=circle).select_related("circle__patient", "by__person").order_by("-at", "-pk"))
