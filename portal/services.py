"""Writes of the portal: what belongs to a person's own pages, and what goes through several rooms."""
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict
from foundation.vault.seal import SITE, seal
from people.accounts.locks import lock_person, lock_structures
from people.accounts.models import Person
from people.accounts.queries import Office, structures_of
from people.accounts.services import disable_account, forget_sign_in
from people.accounts.teams import leave_team
from people.audit.services import Access, record_access, record_administration
from people.circles.models import Membership
from people.circles.queries import memberships_of
from people.circles.services import end_membership
from portal.models import AccessReview, Pin, ReviewState
from portal.queries.rights import last_of_care_team
from portal.queries.unusual import key_of
from portal.unusual import Flag


def pin_circle(membership: Membership, *, pinned: bool) -> None:
    """Keeps a circle among the reader's pinned ones, or no longer."""
    if pinned:
        Pin.objects.get_or_create(person=membership.person, circle=membership.circle_id)
    else:
        Pin.objects.filter(person=membership.person, circle=membership.circle_id).delete()


def close_account(person: Person, *, session: UUID | None = None) -> None:
    """Ends every part in a team and a circle, with lines as if one had left each, and the account with its sessions.

    What the person has taken is open again; what they wrote stays theirs. Raises Conflict `accounts.last_of_care_team`.
    """
    if last_of_care_team(person):
        sentence = _("You are the last of the care team in a circle. Let somebody of the care team in there, then close your account.")
        raise Conflict("accounts.last_of_care_team", sentence)
    with transaction.atomic():
        lock_person(person)
        teams = sorted(structures_of(person, clock.now()).values_list("pk", flat=True))
        lock_structures(teams)  # all of them before any circle: the order in which everybody locks
        for team in teams:
            leave_team(person=person, structure=team)
        for member in memberships_of(person).order_by("circle"):
            member.person = person
            end_membership(member, member=member.pk)
        record_access(Access(person.pk, person.pk, "", "account.closed", "own", session))
        disable_account(person=person)
        forget_sign_in(person=person)


def answer_review(officer: Person, flag: Flag, *, office: Office, state: ReviewState, word: str) -> None:
    """Keeps what an officer found about an unusual access, with its line; a second answer replaces the first, the lines stay."""
    key = key_of(flag)
    sealed = seal(SITE, f"portal.review:{key}", word)
    with transaction.atomic():
        said = {"rule": flag.rule, "state": state, "sealed_word": sealed, "by": officer, "at": clock.now()}
        AccessReview.objects.update_or_create(key=key, defaults=said)
        structure = office.structure.pk if office.structure else None
        record_administration(officer.pk, structure, f"review.{state}", flag.person, right="officer")
