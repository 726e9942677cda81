"""Publishing the plan, and agreeing to what was published."""
import json
from uuid import UUID

from django.db import transaction

from care.plan import errors
from care.plan.differences import Content, Difference, difference
from care.plan.editions import content_for, content_of, edition_place, editions_for, entries_for, living_entries, newest_editions
from care.plan.enums import How
from care.plan.models import Agreement, Edition, Publication
from care.records.models import RecordKey
from foundation import clock
from foundation.errors import NotFound
from foundation.vault.seal import seal
from messaging.feed.enums import Kind, Standing
from messaging.feed.models import FeedLine
from messaging.feed.services import OpenFeed, opened
from people.circles.access import require, still_enters
from people.circles.enums import Audience, Role
from people.circles.models import Membership
from people.circles.policy import Act


def publish_plan(actor: Membership, *, key: UUID | None = None) -> Publication:
    """Makes an edition for each standing in whose view something changed; the others get nothing, not even a number.

    Who publishes must read the whole plan. A key that was answered gives the same publication. Raises Refused, NotFound, Conflict
    `plan.nothing_new`.
    """
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.KEEP_PLAN, audience=Audience.CARE_TEAM)
        known = RecordKey.objects.filter(person=actor.person_id, key=key).first() if key else None
        if known is not None:
            found = Publication.objects.filter(pk=known.record, circle=actor.circle_id).first()
            if found is None:
                raise NotFound
            return found
        made = _publish(feed, inside)
        if key is not None:
            RecordKey.objects.create(person_id=actor.person_id, circle_id=actor.circle_id, key=key, digest=b"", record=made.pk)
        return made


def _publish(feed: OpenFeed, by: Membership) -> Publication:
    entries, newest = living_entries(by.circle_id), newest_editions(by.circle_id)
    contents = {standing: content_for(entries, standing) for standing in Standing}
    moved = [standing for standing in Standing if _differ(content_of(newest.get(standing)), contents[standing])]
    if not moved:
        raise errors.nothing_new()
    made = Publication.objects.create(circle=by.circle, by=by, at=clock.now())
    line = feed.append(Kind.PLAN_PUBLISHED, frozenset(moved), made.pk, actor=by.pk, at=made.at)
    for standing in moved:
        before = newest.get(standing)
        _keep(made, standing, before.number + 1 if before else 1, line, contents[standing])
    return made


def _differ(before: Content, after: Content) -> bool:
    return difference(before, after).count > 0


def _keep(made: Publication, standing: Standing, number: int, line: FeedLine, content: Content) -> None:
    edition = Edition(publication=made, circle=made.circle, standing=standing, number=number, seq=line.number(standing))
    sealed = json.dumps(list(content), ensure_ascii=False)
    edition.sealed_content = seal(made.circle.patient.vault, edition_place(edition), sealed)
    edition.save(force_insert=True)


def unpublished(member: Membership) -> Difference:
    """What a member reads in the plan that their newest edition does not say yet."""
    editions = editions_for(member)
    return difference(content_of(editions[0] if editions else None), content_for(entries_for(member), member.stands))


def agree_plan(actor: Membership, *, number: int, of_patient: bool = False, how: How = How.SELF) -> Agreement:
    """Agrees to the actor's newest edition; with `of_patient` writes down what the patient said or signed. Once is enough.

    Raises Refused, NotFound, Conflict `plan.older_edition`, `plan.patient_has_none`.
    """
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.AGREE_PLAN)
        editions = editions_for(inside)
        if number not in {one.number for one in editions}:
            raise NotFound
        if editions[0].number != number:
            raise errors.older_edition()
        publication = _patients(inside) if of_patient else editions[0].publication
        return _agree(feed, inside, publication, of_patient, how if of_patient else How.SELF)


def _patients(inside: Membership) -> Publication:
    """What the patient can have agreed to: the newest publication that has an edition for the patient."""
    require(inside, Act.KEEP_PLAN, audience=Audience.PATIENT)
    edition = newest_editions(inside.circle_id).get(Standing.PATIENT)
    if edition is None:
        raise errors.patient_has_none()
    return edition.publication


def _agree(feed: OpenFeed, inside: Membership, publication: Publication, of_patient: bool, how: How) -> Agreement:
    mine = Agreement.objects.filter(publication=publication, member=inside, of_patient=of_patient).first()
    if mine is not None:
        return mine
    made = Agreement.objects.create(publication=publication, member=inside, of_patient=of_patient, how=how, at=clock.now())
    readers = frozenset(Standing(one.standing) for one in publication.editions.all())
    feed.append(Kind.PLAN_AGREED, readers, made.pk, actor=inside.pk, at=made.at)
    return made


def may_record_for_patient(member: Membership) -> bool:
    """Whether somebody may write down the patient's agreement: of the care team, not the patient."""
    return member.stands is Standing.CARE_TEAM and member.role != Role.PATIENT
