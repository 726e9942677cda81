"""Unusual accesses for a data protection officer: the facts in a few statements, the flags by the rules, what was said of them."""
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max

from foundation import clock
from foundation.vault.seal import SITE, keyed_hash, unseal, warm
from journal.models import Post
from messaging.feed.enums import Standing
from people.accounts.models import Affiliation, Person
from people.accounts.queries import Office
from people.audit.models import TrailLine
from people.circles.enums import CircleState
from people.circles.models import Circle, Membership
from people.circles.queries import memberships_of
from people.circles.traits import normalised
from people.circles.words import titled, trade
from portal.models import AccessReview
from portal.unusual import Facts, Flag, bears, flags_of, hurried

WINDOW = dt.timedelta(days=30)
_MOST = 20_000  # pairs of person and circle, the newest
_LOOKS = ("circle.opened", "search", "circle.created", "media.opened")
_WORKING = {Standing.CARE_TEAM, Standing.WIDER_TEAM}
Pair = tuple[UUID, UUID]  # (person, circle)


@dataclass(frozen=True)
class Shown:
    """A flag as the page shows it: who, when, which circle by a label that says nothing, why; and what was said of it."""

    key: str
    flag: Flag
    name: str
    role: str
    label: str
    door: UUID | None  # the circle, for an officer who is a member of it like everybody else
    own: bool
    state: str
    word: str
    answered_at: dt.datetime | None


def unusual_for(officer: Person, office: Office) -> list[Shown]:
    """What this officer answers for, unanswered first, newest first."""
    since = clock.now() - WINDOW
    lines = TrailLine.objects.filter(at__gte=since, what__in=_LOOKS, person__isnull=False)
    if office.structure is not None:
        team = Affiliation.objects.filter(structure=office.structure).values("person")
        lines = lines.filter(person__in=team)
    looked = lines.values("person", "circle").annotate(last=Max("at"), times=Count("pk")).order_by("-last")[:_MOST]
    pairs: dict[Pair, tuple[dt.datetime, int]] = {
        (row["person"], row["circle"]): (row["last"], row["times"]) for row in looked if row["person"] is not None
    }
    openings: dict[UUID, list[tuple[dt.datetime, UUID]]] = defaultdict(list)
    for person, circle, at in lines.order_by("-at").values_list("person", "circle", "at")[: _MOST * 5]:
        if person is not None:
            openings[person].append((at, circle))
    flags = [flag for facts in _facts(pairs) for flag in flags_of(facts)]
    flags += [flag for person, looks in openings.items() for flag in hurried(person, looks)]
    return _shown(officer, flags)


def key_of(flag: Flag) -> str:
    """A flag's key outside: the same for the same flag, and nothing can be read from it."""
    return keyed_hash("review", flag.rule, str(flag.person), str(flag.circle or flag.day)).hex()[:32]


def label_of(circle: UUID) -> str:
    """A circle's opaque label: the same on each page, and nothing can be read from it."""
    digest = keyed_hash("review.circle", str(circle)).hex()[:8].upper()
    return f"{digest[:4]}\N{NON-BREAKING HYPHEN}{digest[4:]}"


def _facts(pairs: Mapping[Pair, tuple[dt.datetime, int]]) -> list[Facts]:
    people, circles = {person for person, _ in pairs}, {circle for _, circle in pairs}
    seats: dict[Pair, Membership] = {}
    for member in Membership.objects.filter(circle__in=circles).order_by("pk"):
        seats[member.person_id, member.circle_id] = member  # the newest of several
    posted = set(Post.objects.filter(circle__in=circles, author__person__in=people).values_list("author__person", "circle").distinct())
    places, named = _structures(seats), _names(people, circles)
    around: dict[UUID, set[UUID]] = defaultdict(set)
    for person, circle in seats:
        around[circle].add(person)
    facts = []
    for (person, circle), (last, times) in pairs.items():
        seat = seats.get((person, circle))
        if seat is None:
            continue
        others = {place for other in around[circle] - {person} for place in places[other]}
        facts.append(Facts(
            person, circle, last, times, professional=seat.standing in _WORKING, posted=(person, circle) in posted, visited=False,
            shares_structure=bool(places[person] & others), bears_the_name=bears(named[person][0], named[circle]),
        ))  # fmt: skip
    return facts


def _structures(seats: Mapping[Pair, Membership]) -> dict[UUID, set[UUID]]:
    """Where everybody in these circles works or worked, by person."""
    places: dict[UUID, set[UUID]] = defaultdict(set)
    people = {person for person, _ in seats}
    for person, structure in Affiliation.objects.filter(person__in=people).values_list("person", "structure"):
        places[person].add(structure)
    return places


def _names(people: Iterable[UUID], circles: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Family names, normalised: of people, and of the patients of circles (the name in use and that of birth)."""
    named: dict[UUID, list[str]] = defaultdict(lambda: [""])
    for person in Person.objects.filter(pk__in=people):
        named[person.pk] = [normalised(person.family_name)]
    around = list(Circle.objects.filter(pk__in=circles).exclude(state=CircleState.ERASED).select_related("patient"))
    warm({circle.patient.vault for circle in around})
    for circle in around:
        traits = circle.patient.traits
        named[circle.pk] = [normalised(traits.family_name), normalised(traits.birth_name)]
    return named


def _shown(officer: Person, flags: Iterable[Flag]) -> list[Shown]:
    by_key = {key_of(flag): flag for flag in flags}
    reviews = {review.key: review for review in AccessReview.objects.filter(key__in=by_key)}
    people = Person.objects.in_bulk({flag.person for flag in by_key.values()})
    mine = set(memberships_of(officer).values_list("circle", flat=True))
    shown = [
        _one(key, flag, people[flag.person], reviews.get(key), officer, mine) for key, flag in by_key.items() if flag.person in people
    ]
    return sorted(shown, key=lambda one: (bool(one.state), -one.flag.at.timestamp()))


def _one(key: str, flag: Flag, person: Person, review: AccessReview | None, officer: Person, mine: set[UUID]) -> Shown:
    return Shown(
        key=key, flag=flag, name=titled(person), role=trade(person), label=label_of(flag.circle) if flag.circle else "",
        door=flag.circle if flag.circle in mine else None, own=flag.person == officer.pk, state=review.state if review else "",
        word=unseal(SITE, f"portal.review:{review.key}", review.sealed_word) if review else "", answered_at=review.at if review else None,
    )
