"""Makes the posts of a stay what its movements say: written, corrected, withdrawn, once each, under the circle's open feed.

What is wanted follows from the movements alone (`telling`), what was told stands in each movement's row; so the same movements end
in the same cards in whatever order they came, and the same again ends in nothing.
"""
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from foundation import clock
from foundation.vault.seal import unseal
from hospital.stays.enums import Discretion, Event
from hospital.stays.folding import Folded, Moved
from hospital.stays.models import DiscreetUnit, Hospital, Movement, Stay
from hospital.stays.recording import ADOPTED
from hospital.stays.telling import CARE, Place, Rules, Wanted, cancelled_cards, reason_words, wanted
from journal.enums import AlertState, Urgency
from journal.events import correct_event, retract_event, withdraw_event, write_event
from journal.models import Post
from messaging.feed.enums import EVERYONE, Standing, Standings
from messaging.feed.services import OpenFeed
from people.accounts.models import Structure, Unit
from people.circles.enums import CircleState
from people.circles.models import Circle

_AHEAD = {Event.PLANNED, Event.LEAVING}  # nobody is anywhere by these
_SHUT = {CircleState.CLOSED, CircleState.DECEASED}
_MOVES_WITH_TIME = {"known_at", "hospital"}  # of a card's data: another value of these alone is no correction


@dataclass(frozen=True)
class Said:
    """What was done about one movement: `written`, `corrected`, `withdrawn`, `cancelled` (the card that says so). For dry runs."""

    did: str
    circle: Circle
    post: Post
    readers: frozenset[Standing]


@dataclass(frozen=True)
class Before:
    """What is known of a stay when a movement of it is told. `announced`: an A05 stands; `others_in`: the last card beyond the care team
    says that the patient is in hospital; `in_listed_unit`: the patient has been in a unit on the hospital's list.
    """

    announced: bool = False
    others_in: bool = False
    in_listed_unit: bool = False


@dataclass(frozen=True)
class Scene:
    """A stay in its circle, under the circle's open feed, with what its hospital has set."""

    feed: OpenFeed
    circle: Circle
    stay: Stay
    hospital: Hospital
    source: Structure
    units: Mapping[str, Unit]
    discreet: frozenset[str]


def scene_of(feed: OpenFeed, circle: Circle, stay: Stay, units: Sequence[str]) -> Scene:
    """Reads what the cards of a stay need. `units`: ids of those that its movements name."""
    hospital = Hospital.objects.filter(structure=stay.structure_id).first() or Hospital(structure_id=stay.structure_id)
    known = {str(unit.pk): unit for unit in Unit.objects.filter(pk__in=[unit for unit in units if unit])}
    discreet = frozenset(str(pk) for pk in DiscreetUnit.objects.filter(unit__in=list(known)).values_list("unit", flat=True))
    return Scene(feed, circle, stay, hospital, stay.structure, known, discreet)


def settle_posts(scene: Scene, rows: Sequence[Movement], moved: Mapping[str, Moved], folded: Folded) -> list[Said]:
    """The posts of all movements of a stay, in the order of time. Sets the rows' `post` and `told`; the caller saves."""
    before = Before(announced=any(one.counts and one.said.event is Event.PLANNED for one in moved.values()))
    said: list[Said] = []
    for row in sorted(rows, key=lambda each: moved[_key(each)].order):
        one = moved[_key(row)]
        stands = one.key in folded.units and not scene.stay.released_at  # what an admission that was taken back has taken with it does not
        want = _wanted(scene, row, one, folded.units[one.key], before) if stands else None
        said += _hide(scene, row, one, want.readers if want else _may_read(scene, folded.units.get(one.key) or one.said.unit))
        said += _settle(scene, row, one, want)
        if want is not None and want.cards.others is not None and row.told.get("live"):
            before = replace(before, others_in=want.cards.others.data["what"] == "in_hospital")
        if stands and one.counts and one.said.event not in _AHEAD and folded.units[one.key] in scene.discreet:
            before = replace(before, in_listed_unit=True)
    return said


def _key(row: Movement) -> str:
    return bytes(row.digest).hex()


def _wanted(scene: Scene, row: Movement, moved: Moved, unit_id: str, before: Before) -> Wanted | None:
    """Whom the stay was told to hears that it is over, wherever the patient was by then: else they read "in hospital" for ever."""
    stay, discretion = scene.stay, Discretion(scene.hospital.discretion)
    hidden = unit_id in scene.discreet or (before.in_listed_unit and not before.others_in)  # they never heard of the stay
    owed = moved.said.event is Event.DISCHARGED and before.others_in and not (stay.protected or stay.relatives_untold)
    named = "" if moved.said.unit else _place(scene, row)  # a label that is no unit of the hospital's says better where it was
    unit = None if named else scene.units.get(unit_id)
    code, name = (unit.code, unit.name) if unit else ("", named)
    if hidden and owed and discretion is Discretion.NOBODY:
        code = name = ""
    place = Place(scene.circle.zone, str(stay.pk), scene.source.name, code, name)
    rules = Rules(
        stay.protected or (hidden and not owed), discretion, stay.relatives_untold, before.announced, scene.hospital.outpatients,
        scene.hospital.leaves,
    )  # fmt: skip
    return wanted(moved, place, rules)


def _place(scene: Scene, row: Movement) -> str:
    return unseal(scene.circle.patient.vault, f"stays.movement.place:{row.pk}", row.sealed_place) if row.sealed_place else ""


def _may_read(scene: Scene, unit_id: str) -> Standings:
    """Who may read at all what was told of a movement that is told no more."""
    discreet = scene.stay.protected or unit_id in scene.discreet
    if scene.stay.released_at or (discreet and scene.hospital.discretion == Discretion.NOBODY):
        return frozenset()
    return CARE if discreet else EVERYONE - {Standing.RELATIVES} if scene.stay.relatives_untold else EVERYONE


def _hide(scene: Scene, row: Movement, moved: Moved, may: Standings) -> list[Said]:
    """What somebody has read who must not any more is out of sight, cards that were taken back before too: a card that "does not hold"
    would still say what it said, and of a stay that does go on even something false.
    """
    seen = frozenset(Standing(name) for name in row.told.get("seen", row.told.get("readers", [])))
    if seen <= may:
        return []
    why, said, kept = "another" if scene.stay.released_at else "cancelled" if moved.cancelled else "restricted", [], []
    for pk in row.told.get("posts", [str(row.post)]):
        post = _post(pk)
        if post.readers <= may:
            kept.append(pk)
            continue
        if pk == str(row.post):
            row.told = {**row.told, "live": False, "owed": row.told.get("owed") or _is_owed(post)}
        said.append(Said("withdrawn", scene.circle, post, post.readers))
        retract_event(scene.feed, post, reason=reason_words(why))
    row.told = {**row.told, "posts": kept, "seen": sorted(str(standing) for standing in seen & may)}
    return said


def _settle(scene: Scene, row: Movement, moved: Moved, want: Wanted | None) -> list[Said]:
    """One movement: what it was told as, against what it should be told as."""
    live = bool(row.told.get("live"))
    if want is None:
        return _take_back(scene, row, "cancelled" if moved.cancelled or scene.stay.released_at else "void") if live else []
    if not live:
        return [] if row.told.get("skipped") else _write(scene, row, moved, want)
    readers = sorted(str(standing) for standing in want.readers)
    if row.told["readers"] != readers:  # who sees a post never changes: it is taken back, and told anew to those who may know
        return [*_take_back(scene, row, "restricted"), *_write(scene, row, moved, want)]
    if row.told["print"] == print_of(want):
        return []
    post = _post(str(row.post))
    correct_event(scene.feed, post, cards=want.cards, reason=reason_words("corrected"))
    row.told = {**row.told, "print": print_of(want)}
    return [Said("corrected", scene.circle, post, want.readers)]


def _write(scene: Scene, row: Movement, moved: Moved, want: Wanted) -> list[Said]:
    """In a circle that is closed, or whose patient has died, nothing is told any more, also not when it opens again."""
    if scene.circle.state in _SHUT:
        row.told = {**row.told, "skipped": True}
        return []
    quiet = _is_quiet(scene, row, moved)
    post = write_event(
        scene.feed, scene.circle, source=scene.source, cards=want.cards, readers=want.readers, at=moved.said.known_at, quiet=quiet,
        urgency=Urgency.INFO if quiet else want.urgency,
    )  # fmt: skip
    row.post = post.pk
    row.told = _told(row, post, want.readers, live=True, print=print_of(want), owed=False)
    return [Said("written", scene.circle, post, want.readers)]


def _told(row: Movement, post: Post, readers: Standings, **more: Any) -> dict[str, Any]:
    """With one more post of the movement. `posts`: all of them that somebody may still read; `seen`: who has, of those who still may."""
    names = sorted(str(standing) for standing in readers)
    posts = [*row.told.get("posts", []), str(post.pk)]
    return {**row.told, "readers": names, "posts": posts, "seen": sorted({*row.told.get("seen", []), *names}), **more}


def _is_quiet(scene: Scene, row: Movement, moved: Moved) -> bool:
    """Historic, older than the hospital's term, taken over from before the circle, or in a frozen circle: nobody is called. What is told
    anew calls only where nobody had taken it on when it was taken back.
    """
    said = moved.said
    if said.historic or ADOPTED in said.facts or scene.circle.state == CircleState.FROZEN:
        return True
    if row.post is not None:
        return not row.told.get("owed")
    return (max(said.known_at, clock.now()) - said.at).total_seconds() / 3600 > scene.hospital.stale_h


def _take_back(scene: Scene, row: Movement, why: str) -> list[Said]:
    """The card stays and says that it does not hold; a cancelled one is followed by a card for the same readers that says so."""
    post, readers = _post(str(row.post)), frozenset(Standing(name) for name in row.told["readers"])
    before, owed = post.kept().cards, _is_owed(post)
    withdraw_event(scene.feed, post, reason=reason_words(why))
    row.told = {**row.told, "live": False, "owed": owed}
    said = [Said("withdrawn", scene.circle, post, readers)]
    if why == "cancelled" and scene.circle.state not in _SHUT:
        now = clock.now()
        quiet = post.quiet or scene.circle.state == CircleState.FROZEN
        again = write_event(
            scene.feed, scene.circle, source=scene.source, cards=cancelled_cards(before, str(post.pk), now), readers=readers, at=now,
            quiet=quiet,
        )  # fmt: skip
        row.told = _told(row, again, readers)
        said.append(Said("cancelled", scene.circle, again, readers))
    return said


def _is_owed(post: Post) -> bool:
    """Whether nobody has taken it on yet, though somebody has to."""
    return post.retracted_at is None and post.alert_state in {AlertState.OPEN, AlertState.UNANSWERED}


def _post(pk: str) -> Post:
    return Post.objects.select_related("circle__patient", "circle__head", "source").get(pk=pk)


def print_of(want: Wanted) -> str:
    """Of what a card says, so that only a change of it is a correction."""
    kept: list[Any] = [{k: v for k, v in want.cards.care.data.items() if k not in _MOVES_WITH_TIME}]
    kept.append(want.cards.others.data if want.cards.others else None)
    return hashlib.blake2s(json.dumps(kept, sort_keys=True).encode(), digest_size=16).hexdigest()
