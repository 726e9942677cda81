"""How the caller wants to be told, over HTTP."""
from typing import Any

from django.http import HttpRequest
from ninja import Router

from notifications.protocol import PreferencesBody
from notifications.wishes import preferences_item, set_preferences
from people.accounts.models import Person
from people.circles.access import SignedIn

router = Router(tags=["preferences"])


def _caller(request: HttpRequest) -> Person:
    person: Person = request.auth  # type: ignore[attr-defined]
    return person


@router.get("me/preferences", auth=SignedIn(), response=dict[str, Any])
def preferences(request: HttpRequest) -> dict[str, Any]:
    """What holds now, defaults included."""
    return preferences_item(_caller(request))


@router.put("me/preferences", auth=SignedIn(), response=dict[str, Any])
def choose(request: HttpRequest, body: PreferencesBody) -> dict[str, Any]:
    """Says all of it anew; what is missing is as usual."""
    set_preferences(_caller(request), body=body)
    return preferences_item(_caller(request))
