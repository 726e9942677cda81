"""After each word about a stay: its state made anew, the rights that hang on it, its cards, and whether the family is left in peace."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from foundation import clock
from hospital.stays.enums import StayState
from hospital.stays.folding import Folded, Moved, fold
from hospital.stays.models import Movement, Stay
from hospital.stays.posting import Said, scene_of, settle_posts
from hospital.stays.recording import moved_of, store_moved
from hospital.stays.settling import settle_stay
from messaging.feed.services import OpenFeed
from people.circles.enums import CircleState
from people.circles.models import Circle

_COLUMNS = ["event", "stay_class", "unit_id", "at", "historic", "arrival", "facts", "cancelled_at", "post", "told"]


def refold(feed: OpenFeed, circle: Circle, stay: Stay) -> list[Said]:
    """Settles a stay under its circle's lock, in the caller's transaction; what was said of it in the thread."""
    rows = list(stay.movements.all())
    before = {row.pk: _columns(row) for row in rows}
    moved = {bytes(row.digest).hex(): moved_of(row) for row in rows}
    for row in rows:
        store_moved(row, moved[bytes(row.digest).hex()])
    folded = fold(moved.values())
    _store(stay, folded, list(moved.values()))
    scene = scene_of(feed, circle, stay, [unit for one in moved.values() for unit in (one.said.unit,)])
    settle_stay({circle.pk: feed}, stay)
    said = settle_posts(scene, rows, moved, folded)
    for row in rows:
        if _columns(row) != before[row.pk]:
            row.save(update_fields=_COLUMNS)
    _spare_family(circle)
    return said


def _columns(row: Movement) -> list[Any]:
    return [getattr(row, name) for name in _COLUMNS]


def _store(stay: Stay, folded: Folded, moved: list[Moved]) -> None:
    """A mark that somebody is to be spared is never taken off by a message that says nothing of it."""
    stay.state = StayState.CANCELLED if stay.released_at else folded.state
    stay.stay_class, stay.unit_id = folded.stay_class, folded.unit or None
    stay.planned_for, stay.admitted_at, stay.discharged_at = folded.planned_for, folded.admitted_at, folded.discharged_at
    stay.died = folded.died and not stay.released_at
    stay.protected = stay.protected or any(one.protected for one in moved)
    stay.relatives_untold = stay.relatives_untold or any(one.relatives_untold for one in moved)
    stay.save()


def _spare_family(circle: Circle) -> None:
    """As soon as a hospital announces a death, patient and relatives are reminded of nothing; no longer once it takes that back."""
    died = Stay.objects.filter(circle=circle, died=True).exists()
    if died == (circle.family_silent_since is not None):
        return
    circle.family_silent_since = clock.now() if died else None
    circle.save(update_fields=["family_silent_since"])


def circles_under(feeds: Mapping[UUID, OpenFeed]) -> list[Circle]:
    """The circles of locked feeds, read under their locks; erased ones left out."""
    circles = Circle.objects.filter(pk__in=list(feeds)).exclude(state=CircleState.ERASED).select_related("patient").order_by("pk")
    return [under(feeds, circle) for circle in circles]


def under(feeds: Mapping[UUID, OpenFeed], circle: Circle) -> Circle:
    """The circle with its locked head at hand."""
    circle.head = feeds[circle.pk].head
    return circle
