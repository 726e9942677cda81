"""Whose address this is: in the demo each main person has a host of their own, so that one browser shows several side by side."""

from django.conf import settings
from django.http import HttpRequest

from portal.demo.cast import Persona, read_cast

_SUFFIX = ".localhost"


def persona_of(request: HttpRequest) -> Persona | None:
    """The person whose address was called: nurse.localhost is Alice Martin's. None elsewhere, and in production."""
    if settings.PRODUCTION or not settings.DEMO:
        return None
    host = request.get_host().rpartition(":")[0] or request.get_host()
    if not host.endswith(_SUFFIX):
        return None
    label = host.removesuffix(_SUFFIX)
    return next((persona for persona in read_cast().people.values() if persona.host == label), None)


def demo(request: HttpRequest) -> dict[str, object]:
    """For templates: `demo_persona`, by whose address one came, and `demo_on`, whether there is a demo at all."""
    return {"demo_persona": persona_of(request), "demo_on": settings.DEMO and not settings.PRODUCTION}
