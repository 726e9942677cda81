"""The circle's life: active, frozen, closed, deceased. Each change is a line that members see, with author and reason."""
import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict
from foundation.vault.seal import seal, unseal
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.services import OpenFeed, opened
from people.circles import consents
from people.circles.access import require, still_enters
from people.circles.enums import Cause, CircleState, ConsentScope
from people.circles.models import Circle, Membership, StateChange
from people.circles.policy import Act

OnTurn = Callable[[OpenFeed, Circle, CircleState], None]
_on_turn: list[OnTurn] = []
DAY = dt.timedelta(days=1)  # how long whoever declared a death takes it back


def set_state(actor: Membership, *, state: CircleState, reason: str, cause: Cause = Cause.DECIDED) -> Circle:
    """Changes the circle's state, with who and why. The state that it has already changes nothing.

    Raises Refused, also where a death was declared over a day ago and the actor is no coordinator, and Conflict
    `circles.consent_withdrawn` where a circle would be active without the patient's consent.
    """
    require(actor, Act.SET_STATE, day_over=death_stands(actor.circle))
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        circle = inside.circle
        require(inside, Act.SET_STATE, day_over=death_stands(circle))
        if circle.state == state:
            return circle
        if state is CircleState.ACTIVE and not consents.has(circle.id, ConsentScope.CIRCLE):
            sentence = _("The patient has withdrawn the consent. Record a new one first; the circle can be active again then.")
            raise Conflict("circles.consent_withdrawn", sentence)
        turn(feed, circle, state, by=inside, reason=reason, cause=cause)
        return circle


def when_states_change(do: OnTurn) -> None:
    """Registers what follows from another state, in its transaction: told the circle and its locked feed."""
    if do not in _on_turn:
        _on_turn.append(do)


def turn(
    feed: OpenFeed, circle: Circle, state: CircleState, *, by: Membership | None, reason: str, cause: Cause = Cause.DECIDED
) -> StateChange:
    """Row and line of a change, under the head's lock."""
    change = StateChange(circle=circle, state=state, before=circle.state, by=by, cause=cause, at=clock.now())
    change.sealed_reason = seal(circle.patient.vault, f"circles.state_change.reason:{change.pk}", reason)
    circle.state = state
    circle.save(update_fields=["state"])
    change.save(force_insert=True)
    feed.append(Kind.CIRCLE_STATE_CHANGED, EVERYONE, change.pk, actor=by.pk if by else None)
    for do in _on_turn:
        do(feed, circle, state)
    return change


def reason_of(change: StateChange) -> str:
    """Why the state changed, in its author's words."""
    return unseal(change.circle.patient.vault, f"circles.state_change.reason:{change.pk}", change.sealed_reason)


def death_stands(circle: Circle) -> bool:
    """Whether a death was declared more than a day ago: only a coordinator takes that back."""
    if circle.state != CircleState.DECEASED:
        return False
    declared = StateChange.objects.filter(circle=circle, state=CircleState.DECEASED).order_by("-at").first()
    return declared is not None and clock.now() >= declared.at + DAY
