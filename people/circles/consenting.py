"""Recording a consent, given or withdrawn: on screen or on paper by who steers the circle, withdrawn by the patient as well."""
from collections.abc import Callable, Iterable

from django.db import transaction

from foundation import clock
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.services import OpenFeed, opened
from people.circles import consents, states
from people.circles.access import require, still_enters
from people.circles.enums import Cause, CircleState, ConsentScope
from people.circles.models import Circle, Consent, Membership
from people.circles.policy import Act
from people.circles.spoken import Words

OnConsent = Callable[[OpenFeed, Circle, ConsentScope, bool], None]
_on_change: list[OnConsent] = []


def when_consent_changes(do: OnConsent) -> None:
    """Registers what follows from a consent given or withdrawn, in the same transaction and under the head's lock.

    Called with the open feed, the circle, the scope and whether it is given now; not for a record that changes nothing.
    """
    if do not in _on_change:
        _on_change.append(do)


def record_consent(actor: Membership, *, scope: ConsentScope, given: bool, words: Words) -> Consent:
    """Records a consent given or withdrawn. Withdrawing `circle` freezes an active circle. Raises Refused."""
    require(actor, Act.CONSENT, gives=given)
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.CONSENT, gives=given)
        return record(feed, inside.circle, scope=scope, given=given, by=inside, words=words)


def note_first(circle: Circle, scopes: Iterable[ConsentScope], *, by: Membership, words: Words) -> None:
    """The rows of what is consented to at the opening, of which the opening itself is the line."""
    for scope in scopes:
        _row(circle, scope, given=True, by=by, words=words)


def record(feed: OpenFeed, circle: Circle, *, scope: ConsentScope, given: bool, by: Membership | None, words: Words) -> Consent:
    """Row and line of a consent, and what follows from it, under the head's lock."""
    before = consents.has(circle.id, scope)
    made = _row(circle, scope, given=given, by=by, words=words)
    kind = Kind.CONSENT_GIVEN if given else Kind.CONSENT_WITHDRAWN
    feed.append(kind, EVERYONE, made.mark, actor=by.pk if by else None)
    if given != before:
        if scope is ConsentScope.COORDINATION:
            circle.coordination_consent = given
            circle.save(update_fields=["coordination_consent"])
        for do in _on_change:
            do(feed, circle, scope, given)
    if scope is ConsentScope.CIRCLE and not given and circle.state == CircleState.ACTIVE:
        states.turn(feed, circle, CircleState.FROZEN, by=by, reason=words.reason, cause=Cause.CONSENT)
    return made


def _row(circle: Circle, scope: ConsentScope, *, given: bool, by: Membership | None, words: Words) -> Consent:
    made = Consent(circle=circle, scope=scope, given=given, by=by, at=clock.now())
    made.sealed_words = words.sealed(circle.patient.vault, f"circles.consent:{made.mark}")
    made.save(force_insert=True)
    return made
