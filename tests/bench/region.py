"""The real part of a region: circles that open, written as the loader of demos writes them. What is measured is measured here.

One coordinator is in every circle and one nurse in the first forty, as in life; around them general practitioners, nurses, home
helps and families who overlap. Posts spread over two years; some are urgent and done, a few are in somebody's hands.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from foundation import clock
from journal.bulk import NewJournal, Words, store_journals
from journal.enums import Urgency
from messaging.live.bulk import Marked, new_mark, store_marks
from notifications.enums import Channel, DeliveryState, Lane, News
from notifications.models import Delivery, Notice
from people.accounts.models import Person
from people.accounts.services import NewPerson, create_people
from people.audit.bulk import new_trail, store_trails
from people.audit.services import Access
from people.circles.bulk import CircleTraits, NewCircle, new_circles, store_circles
from people.circles.enums import Audience, Role
from people.circles.models import Membership
from people.circles.services import Admission
from people.circles.traits import Traits

NURSED = 40
POSTS, OPENINGS = 75, 20  # of each circle; a line of the feed for each post, and one for each member
_AT_ONCE = 100
_ROLES = [Role.COORDINATOR, Role.NURSE, Role.GP, Role.PHARMACIST, Role.HOME_HELP, Role.SOCIAL_WORKER, Role.RELATIVE, Role.RELATIVE]
_CROWD = 300  # people who share the other places
_SAID = "Vu ce matin au domicile, pansement refait, plaie propre. TA 13/8, apyrétique. Renouveler l'ordonnance avant vendredi. "


@dataclass(frozen=True)
class Region:
    """Who is measured, and in which circles: the coordinator's are all of them, the nurse's the first forty."""

    coordinator: UUID
    nurse: UUID
    circles: list[UUID]

    @property
    def nursed(self) -> list[UUID]:
        """The nurse's circles."""
        return self.circles[:NURSED]


def founded(circles: int) -> Region:
    """So many circles of eight with 83 lines each."""
    dice = random.Random(8)
    people = create_people([_somebody(number) for number in range(_CROWD)])
    made: list[UUID] = []
    for start in range(0, circles, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, circles))
        new = new_circles(CircleTraits(_traits(number), "bench", clock.now() - dt.timedelta(days=730)) for number in numbers)
        with transaction.atomic():
            _lived(new, numbers, people, dice)
        made += [each.circle.id for each in new]
    return Region(people[0].pk, people[1].pk, made)


def _somebody(number: int) -> NewPerson:
    profession = {0: "coordinator", 1: "nurse"}.get(number, ("physician", "nurse", "pharmacist", "")[number % 4])
    return NewPerson("Claude", f"Lafitte{number}", f"r{number}@example.org", profession=profession, confirmed=bool(profession))


def _traits(number: int) -> Traits:
    name = "".join(chr(97 + number // 26**place % 26) for place in range(3))
    return Traits(f"Durand{name}", f"Petit{name}", ["Jeanne"], f"19{30 + number % 60}-03-{1 + number % 28:02}", "F", "40088")


def _lived(circles: Sequence[NewCircle], numbers: range, people: Sequence[Person], dice: random.Random) -> None:
    """Two years in some circles, stored."""
    journals = []
    for new, number in zip(circles, numbers, strict=True):
        for place, person in enumerate(_around(number, people, dice)):
            new.join(person, Admission(_ROLES[place]), at=new.circle.opened_at)
        journals.append(_written(new, dice))
    store_circles(list(circles))
    store_journals(journals)
    for new in circles:
        store_marks(list(_marked(new, dice)))
        store_trails([new_trail(new.circle.id, _openings(new, dice))])
    _told(journals)


def _around(number: int, people: Sequence[Person], dice: random.Random) -> list[Person]:
    nurse = people[1] if number < NURSED else dice.choice(people[10:100])
    return [people[0], nurse, *dice.sample(people[100:], len(_ROLES) - 2)]


def _moments(new: NewCircle, count: int, dice: random.Random) -> list[dt.datetime]:
    begun, days = new.circle.opened_at, dt.timedelta(days=729)
    return sorted(begun + days * dice.random() for _ in range(count))


def _written(new: NewCircle, dice: random.Random) -> NewJournal:
    journal, team = NewJournal(new), new.members[:5]
    for number, at in enumerate(_moments(new, POSTS, dice)):
        audience = dice.choice([Audience.CIRCLE, Audience.CARE_TEAM, Audience.CIRCLE])
        urgency = Urgency.URGENT if number in {20, 50} else Urgency.INFO
        author = dice.choice(team)
        post = journal.write(author, Words(f"{number}. {_SAID}"[: dice.randint(40, 130)], audience, urgency), at=at)
        if urgency is Urgency.URGENT:  # at the very moment, so that the lines stay in order
            journal.take(post, team[0], at=at)
            if number == 20 or dice.random() < 0.8:
                journal.complete(post, team[0], at=at)
    return journal


def _marked(new: NewCircle, dice: random.Random) -> Iterator[Marked]:
    for member in new.members[:6]:
        made = new_mark(member, new.feed.lines, _moments(new, 12, dice))
        if made:
            yield made


def _openings(new: NewCircle, dice: random.Random) -> list[tuple[dt.datetime, Access]]:
    moments = _moments(new, OPENINGS, dice)
    return [(at, _opening(dice.choice(new.members), UUID(int=dice.getrandbits(128)))) for at in moments]


def _opening(member: Membership, session: UUID) -> Access:
    return Access(member.circle_id, member.person_id, member.role, "circle.opened", "admitted", session, device="Firefox")


def _told(journals: Sequence[NewJournal]) -> None:
    """The coordinator was told of one post in five, long ago."""
    notices = [
        Notice(person=journal.circle.members[0].person, news=News.POST, lane=Lane.ORDINARY, circle=journal.circle.circle, subject=post.pk,
               at=clock.now() - dt.timedelta(days=5))
        for journal in journals
        for post in journal.posts[::5]
    ]  # fmt: skip
    Notice.objects.bulk_create(notices)
    Delivery.objects.bulk_create(
        Delivery(notice=notice, channel=Channel.PUSH, lane=Lane.ORDINARY, state=DeliveryState.SHOWN, due_at=notice.at) for notice in notices
    )
