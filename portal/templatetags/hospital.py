"""Ways of hospital staff: whether the menu shows the unit's page. Asked once for a page, and of nobody without a confirmed profession."""
from typing import Any

from django import template
from django.conf import settings

from hospital.stays.access import may_join, units_of
from people.accounts.models import Person

register = template.Library()


@register.simple_tag(takes_context=True)
def on_ward(context: dict[str, Any]) -> bool:
    """Whether this device is marked as one that several people use."""
    request = context.get("request")
    return request is not None and settings.WARD_COOKIE_NAME in request.COOKIES


@register.simple_tag
def ward_idle() -> int:
    """After how many idle seconds a session on such a device is over."""
    return int(settings.WARD_IDLE.total_seconds())


@register.simple_tag(takes_context=True)
def in_units(context: dict[str, Any]) -> bool:
    """Whether the reader works in a unit of a hospital now."""
    request = context.get("request")
    person = getattr(request, "user", None)
    if request is None or not isinstance(person, Person) or not may_join(person):
        return False
    if "in_units" not in request.__dict__:
        request.__dict__["in_units"] = bool(units_of(person))
    return bool(request.__dict__["in_units"])
