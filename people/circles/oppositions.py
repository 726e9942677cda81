"""The patient's opposition to somebody's presence: it ends the membership at once, and the person does not come back."""
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict, NotFound
from messaging.feed.enums import Kind, Standing
from messaging.feed.services import OpenFeed, opened
from people.circles.access import require, still_enters
from people.circles.enums import Role
from people.circles.guardians import is_guardian
from people.circles.models import Membership, Opposition
from people.circles.policy import Act
from people.circles.spoken import Words

_SEEN_BY = frozenset({Standing.CARE_TEAM, Standing.PATIENT})


def speaks_for_patient(member: Membership) -> bool:
    """Whether this member's "no" is the patient's: the patient, or a guardian as long as the term runs."""
    return member.role == Role.PATIENT or is_guardian(member)


def note(leaving: Membership, *, by: Membership, words: Words) -> Opposition:
    """The row of an opposition, under the head's lock; end the membership afterwards."""
    leaving.opposed = True
    leaving.save(update_fields=["opposed"])
    made = Opposition(membership=leaving, by=by, at=clock.now())
    made.sealed_words = words.sealed(leaving.circle.patient.vault, f"circles.opposition:{made.mark}")
    made.save(force_insert=True)
    return made


def refuse_opposed(circle: UUID, person: UUID) -> None:
    """Raises Conflict `circles.opposed` where the patient's opposition to this person stands."""
    if opposed_places([circle], [person]):
        sentence = _("The patient has opposed this person's presence. The opposition has to be withdrawn first.")
        raise Conflict("circles.opposed", sentence)


def opposed_places(circles: Iterable[UUID], people: Iterable[UUID]) -> set[tuple[UUID, UUID]]:
    """(circle, person) wherever one of these people does not come back by anybody's act."""
    rows = Membership.objects.filter(circle__in=list(circles), person__in=list(people), opposed=True)
    return set(rows.values_list("circle", "person"))


def withdraw_opposition(actor: Membership, *, mark: UUID | None, words: Words) -> Opposition:
    """The person may be admitted again. Raises Refused, or NotFound where no such opposition stands in the actor's circle."""
    require(actor, Act.OPPOSE)
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.OPPOSE)
        standing = Opposition.objects.filter(membership__circle=inside.circle_id, mark=mark, withdrawn_at=None) if mark else None
        opposition = standing.select_related("membership__circle__patient").first() if standing is not None else None
        if opposition is None:
            raise NotFound
        lift(feed, opposition, by=inside, words=words)
        return opposition


def lift(feed: OpenFeed, opposition: Opposition, *, by: Membership, words: Words) -> None:
    """Row and line of a withdrawal, under the head's lock."""
    membership = opposition.membership
    opposition.withdrawn_at, opposition.withdrawn_by = clock.now(), by
    place = f"circles.opposition.withdrawal:{opposition.mark}"
    opposition.sealed_withdrawal = words.sealed(membership.circle.patient.vault, place)
    opposition.save(update_fields=["withdrawn_at", "withdrawn_by", "sealed_withdrawal"])
    membership.opposed = False
    membership.save(update_fields=["opposed"])
    feed.append(Kind.OPPOSITION_WITHDRAWN, _SEEN_BY, opposition.mark, actor=by.pk)


def lift_for(feed: OpenFeed, patient: Membership, person: UUID) -> None:
    """The patient lets somebody in again whom the patient had opposed: that withdraws it."""
    standing = Opposition.objects.filter(membership__circle=patient.circle_id, membership__person=person, withdrawn_at=None)
    for opposition in standing.select_related("membership__circle__patient"):
        lift(feed, opposition, by=patient, words=Words())


def history(circle: UUID) -> list[Opposition]:
    """Every opposition of a circle, newest first, with whom and by whom."""
    rows = Opposition.objects.filter(membership__circle=circle).order_by("-at", "-pk")
    return list(rows.select_related("membership__circle__patient", "membership__person", "by__person", "withdrawn_by__person"))
