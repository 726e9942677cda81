"""What holds the people of a unit in a patient's thread: made what the stay and the unit's list say, whenever either changes.

An interval's end is a term, for which nothing has to run (ADR 20). Who is off the list, in another unit or of a stay that was
cancelled is out by an act, at once, and comes in again only by joining anew; a term moves with the stay, forwards and back.
"""
import datetime as dt
from collections.abc import Collection, Iterable
from uuid import UUID

from foundation import clock
from hospital.stays.access import discreet_among, may_join, people_on_list
from hospital.stays.intervals import Interval, grace_of, interval_of
from hospital.stays.models import BrokenGlass, Hospital, Stay
from messaging.feed.services import all_opened
from people.accounts.models import Affiliation, Person, running
from people.circles.enums import Source
from people.circles.models import Grant, GrantRows
from people.circles.queries import held_until
from people.circles.services import Feeds
from people.circles.teams import say_terms, take_away

OF_HOSPITALS = (Source.STAY, Source.BREAK_GLASS)


def settle_stay(feeds: Feeds, stay: Stay) -> None:
    """Makes the grants of who joined for a stay what it says now. Inside a transaction, its circle's feed open under the head's lock.

    Whoever joined before a stay became discreet stays in; but only the care team hears of how their term moves from then on, and a
    term that is past stays past: everybody would see it open again.
    """
    held = list(_open(Grant.objects.filter(source=Source.STAY, about=stay.pk)).select_related("membership"))
    if held and discreet_among([stay]):
        held = _kept_quiet(held)
    if not held:
        return
    interval = interval_of(stay, grace_of(Hospital.objects.filter(pk=stay.structure_id).first()))
    listed = people_on_list(stay.unit_id, {grant.membership.person_id for grant in held}) if interval else {}
    staying = [grant for grant in held if grant.membership.person_id in listed]
    take_away(feeds, [grant for grant in held if grant not in staying], by=None)
    if interval is not None:
        _move(feeds, [(grant, term_for(interval, listed[grant.membership.person_id])) for grant in staying])


def _kept_quiet(held: Collection[Grant]) -> list[Grant]:
    """Those of a discreet stay's grants that run, marked as quiet for good."""
    Grant.objects.filter(pk__in=[grant.pk for grant in held]).update(quiet=True)
    for grant in held:
        grant.quiet = True
    now = clock.now()
    return [grant for grant in held if grant.until is None or grant.until > now]


def term_for(interval: Interval, listed: Iterable[Affiliation]) -> Interval:
    """A stay's interval for somebody on the unit's list: it ends with their place there."""
    now = clock.now()
    ends = [row.until for row in listed if row.since <= now]
    on_list = None if None in ends else max(end for end in ends if end)
    return Interval(interval.since, min((end for end in (interval.until, on_list) if end), default=None))


def follow_team(structure: UUID, people: Collection[UUID]) -> None:
    """A hospital's list has changed: whoever fell off a unit's is out of its stays, whoever left the hospital out of everything."""
    theirs = _open(Grant.objects.filter(source__in=OF_HOSPITALS, membership__person__in=people))
    stays = list(Stay.objects.filter(structure=structure, pk__in=theirs.filter(source=Source.STAY).values("about")))
    glasses = BrokenGlass.objects.filter(structure=structure, pk__in=theirs.filter(source=Source.BREAK_GLASS).values("about"))
    broken = theirs.filter(source=Source.BREAK_GLASS, about__in=list(glasses.values_list("pk", flat=True)))
    circles = {stay.circle_id for stay in stays} | set(broken.values_list("membership__circle", flat=True))
    if not circles:
        return
    still = Affiliation.objects.filter(running(clock.now()), structure=structure, person__in=people).values("person")
    with all_opened(circles) as feeds:
        for stay in Stay.objects.filter(pk__in=[stay.pk for stay in stays]):  # as they are under the locks
            settle_stay(feeds, stay)
        take_away(feeds, list(broken.exclude(membership__person__in=still)), by=None)


def circles_of_team(structure: UUID, people: Collection[UUID]) -> set[UUID]:
    """The feeds that `follow_team` opens, and perhaps some more."""
    return _circles_of(_open(Grant.objects.filter(source__in=OF_HOSPITALS, membership__person__in=people)))


def circles_of_account(person: Person) -> set[UUID]:
    """The feeds that `follow_account` opens."""
    return _circles_of(_open(Grant.objects.filter(source__in=OF_HOSPITALS, membership__person=person)))


def circles_of_confirmation(person: Person) -> set[UUID]:
    """The feeds that `follow_confirmation` opens."""
    return set() if may_join(person) else circles_of_account(person)


def _circles_of(grants: GrantRows) -> set[UUID]:
    return set(grants.values_list("membership__circle", flat=True))


def follow_confirmation(person: Person) -> None:
    """A profession that is not confirmed any more holds nobody in a stay. Needs the lock of the person's row."""
    if not may_join(person):
        follow_account(person)


def follow_account(person: Person) -> None:
    """Who signs in no more, or is no professional any more, is out of every stay and every emergency. Needs their lock."""
    held = _open(Grant.objects.filter(source__in=OF_HOSPITALS, membership__person=person))
    circles = set(held.values_list("membership__circle", flat=True))
    if circles:
        with all_opened(circles) as feeds:
            take_away(feeds, list(held.all()), by=None)


def _open(grants: GrantRows) -> GrantRows:
    """Those that no act has ended, also where their term is past: a discharge that is taken back opens them again."""
    return grants.filter(ended_at=None, membership__ended_at=None)


def _move(feeds: Feeds, wanted: Collection[tuple[Grant, Interval]]) -> None:
    wanted = [(grant, Interval(grant.since, term.until) if grant.quiet else term) for grant, term in wanted]  # its beginning was seen
    moved = [grant for grant, term in wanted if (grant.since, grant.until) != (term.since, term.until)]
    if not moved:
        return
    before = _terms(moved)
    for grant, term in wanted:
        grant.since, grant.until = term.since, term.until
    Grant.objects.bulk_update(moved, ["since", "until"])
    after = _terms(moved)  # what another stay holds open as long as before has nothing to tell
    told = {grant.membership for grant in moved if before.get(grant.membership_id) != after.get(grant.membership_id)}
    say_terms(feeds, list(told), quiet=all(grant.quiet for grant in moved))


def _terms(grants: Collection[Grant]) -> dict[UUID, dt.datetime | str | None]:
    """Until when the memberships of some grants are held open from now on; "" for those that nothing holds."""
    members = {grant.membership_id for grant in grants}
    held = held_until(Grant.objects.filter(membership__in=members, ended_at=None), clock.now())
    return {member: held.get(member, "") for member in members}
