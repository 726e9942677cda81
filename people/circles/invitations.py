"""Inviting somebody: by a link in an e-mail or by a code on the screen. What the link's secret opens is asked again when it is used.

A secret is kept nowhere, only its keyed hash. Invitations are dated by the machine's clock, as all tokens are; terms by the service's.
"""
import datetime as dt
import secrets
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Invalid, NotFound, TooFast
from foundation.vault.seal import keyed_hash, seal
from messaging.feed.services import OpenFeed, opened
from people.accounts.locks import lock_person
from people.accounts.models import Person
from people.circles import policy
from people.circles.access import Refused, require, still_enters
from people.circles.enums import CircleState, History, Invited, Role, Way
from people.circles.models import Invitation, Membership
from people.circles.policy import Act
from people.circles.queries import live_members
from people.circles.services import Admission, check_fit, check_term, let_in

LINK_RUNS = dt.timedelta(days=7)
CODE_RUNS = dt.timedelta(minutes=10)
MOST_A_DAY = 100  # e-mails that one person causes by invitations
AGAIN_AFTER = dt.timedelta(minutes=1)


def new_secret() -> tuple[str, bytes]:
    """(a secret for a link, its keyed hash)."""
    secret = secrets.token_urlsafe(32)
    return secret, secret_digest(secret)


def secret_digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return keyed_hash("circles.invitation.token", secret)


def address_digest(email: str) -> bytes:
    """An e-mail address as invitations compare it."""
    return keyed_hash("circles.invitation.address", email.strip().lower())


def invite_by_email(actor: Membership, *, email: str, admission: Admission) -> Invitation:
    """Invites an address; the worker sends the link. An earlier invitation of the same address into this circle is withdrawn.

    Nobody is looked up, so it is the same whether the address is known or not.
    Raises Refused, Invalid `circles.bad_address` or `circles.term_past`, TooFast.
    """
    require(actor, Act.ADMIT, other_role=admission.role)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        words = _("An e-mail address, for example claire@example.org.")
        raise Invalid("circles.bad_address", words, errors={"email": words}) from None
    check_term(admission)
    now, digest = timezone.now(), address_digest(address)
    _refuse_floods(actor, now)
    with transaction.atomic(), opened(actor.circle_id):
        inside = _still_admitting(actor, admission.role)
        earlier = Invitation.objects.filter(circle=inside.circle_id, address=digest, accepted_at=None, revoked_at=None)
        earlier.update(revoked_at=now, revoked_by=inside.pk, due_at=None)
        made = _invitation(inside, admission, Way.EMAIL, now + LINK_RUNS)
        made.address, made.due_at = digest, now
        made.sealed_address = seal(inside.circle.patient.vault, f"circles.invitation.address:{made.pk}", address)
        made.save(force_insert=True)
    return made


def show_code(actor: Membership, *, admission: Admission) -> tuple[Invitation, str]:
    """(an invitation for whoever stands beside the actor, its secret to be shown once). Raises Refused, Invalid `circles.term_past`."""
    require(actor, Act.ADMIT, other_role=admission.role)
    check_term(admission)
    secret, digest = new_secret()
    with transaction.atomic(), opened(actor.circle_id):
        inside = _still_admitting(actor, admission.role)
        made = _invitation(inside, admission, Way.CODE, timezone.now() + CODE_RUNS)
        made.token = digest
        made.save(force_insert=True)
    return made, secret


def resend_invitation(actor: Membership, *, invitation: UUID | None) -> Invitation:
    """A new link for another seven days; the former one is dead. The one who sends again answers for it from now on.

    Raises NotFound, Refused, TooFast within a minute of the last, Conflict `circles.invitation_over` for one accepted or withdrawn.
    """
    found = own_invitation(actor, invitation)
    require(actor, Act.ADMIT, other_role=found.into)
    now = timezone.now()
    with transaction.atomic(), opened(actor.circle_id):
        inside = _still_admitting(actor, found.into)
        row = Invitation.objects.filter(pk=found.pk, way=Way.EMAIL, accepted_at=None, revoked_at=None).first()
        if row is None:
            raise invitation_over()
        if settings.LIMITS and row.sent_at is not None and row.sent_at > now - AGAIN_AFTER:
            raise TooFast(round((row.sent_at + AGAIN_AFTER - now).total_seconds()) + 1)
        row.by, row.token, row.due_at, row.sent_at, row.expires_at = inside, None, now, None, now + LINK_RUNS
        row.save()
    return row


def revoke_invitation(actor: Membership, *, invitation: UUID | None) -> None:
    """Withdraws an invitation: its link is dead with the commit. Whoever may end a role's membership may. Raises NotFound, Refused."""
    found = own_invitation(actor, invitation)
    with transaction.atomic(), opened(actor.circle_id):
        inside = still_enters(actor)
        require(inside, Act.END_MEMBERSHIP, other_role=found.into)
        pending = Invitation.objects.filter(pk=found.pk, accepted_at=None, revoked_at=None)
        pending.update(revoked_at=timezone.now(), revoked_by=inside.pk, due_at=None)


def accept_invitation(actor: Person, *, token: bytes) -> Membership:
    """Lets the actor in by a link's keyed hash, once. Whoever is inside already stays as they are.

    Raises Conflict `circles.invitation_over` (unknown, used, expired, withdrawn, or given by somebody who may not any more),
    `circles.invitation_elsewhere` (for another address), `circles.invitation_waits` (the circle takes nobody in now),
    Invalid `circles.role_unfit`.
    """
    found = Invitation.objects.filter(token=token).first()
    if found is None:
        raise invitation_over()
    with transaction.atomic():
        lock_person(actor)
        with opened(found.circle_id) as feed:
            return _accept(feed, found.pk, actor, token)


def _accept(feed: OpenFeed, invitation: UUID, actor: Person, token: bytes) -> Membership:
    """Uses an invitation up, under the locks of the actor's row and of the circle's head."""
    row = Invitation.objects.select_related("by").get(pk=invitation)
    if row.token is None or bytes(row.token) != token or row.state_at(timezone.now()) is not Invited.PENDING:
        raise invitation_over()
    if not meant_for(row, actor):
        raise Conflict("circles.invitation_elsewhere", _("This invitation is for another address. Sign in with that one."))
    inviter, role = _inviter_now(row), row.into
    held = live_members([row.circle_id]).filter(membership__person=actor).first()
    inside = held.membership if held else None
    if inside is None:
        check_fit(actor, role)
        inside = row.member = _let_in(feed, inviter, actor, row)
    row.accepted_at, row.token = timezone.now(), None
    row.save()
    return inside


def _let_in(feed: OpenFeed, inviter: Membership, actor: Person, row: Invitation) -> Membership:
    try:
        return let_in(feed, inviter, actor, Admission(row.into, History(row.history), until=row.until))
    except Conflict as refused:
        if refused.code == "circles.opposed":  # what the patient has said of somebody is not theirs to learn by a link
            raise invitation_over() from None
        raise


def pending_by_token(token: bytes) -> Invitation | None:
    """The invitation that a link's keyed hash opens now, with its circle and inviter; None for any other."""
    readable = Invitation.objects.select_related("circle__patient", "by__person").exclude(circle__state=CircleState.ERASED)
    found = readable.filter(token=token).first() if token else None
    return found if found and found.state_at(timezone.now()) is Invited.PENDING else None


def meant_for(row: Invitation, person: Person) -> bool:
    """Whether a person has the invited address, and has shown that it is theirs. A code is for whoever holds it."""
    if row.way == Way.CODE:
        return True
    verified = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return any(address_digest(email) == bytes(row.address) for email in verified)


def own_invitation(actor: Membership, invitation: UUID | None) -> Invitation:
    """An invitation into the actor's circle, into a role that the actor may admit or end. Raises NotFound."""
    found = Invitation.objects.filter(circle=actor.circle_id, pk=invitation).first() if invitation else None
    if found is None or not may_see(actor, found.into):
        raise NotFound
    return found


def may_see(actor: Membership, role: Role) -> bool:
    """Whether somebody sees who is invited into a role: those who admit into it, in whatever state the circle is."""
    return role in policy.admissible(Role(actor.role))


def require_admitting(actor: Membership) -> None:
    """Raises Refused for whoever admits nobody."""
    if not list(policy.admissible(Role(actor.role))):
        raise Refused(actor, Act.ADMIT, "role")


def invitation_over() -> Conflict:
    """409: one answer for every link that lets nobody in, so that it tells nothing."""
    return Conflict("circles.invitation_over", _("This invitation is over. Ask the person who invited you for a new one."))


def _refuse_floods(actor: Membership, now: dt.datetime) -> None:
    """Raises TooFast for somebody who has invited a hundred addresses today: nobody's mailbox is to be filled from here."""
    today = Invitation.objects.filter(by__person=actor.person_id, way=Way.EMAIL, created_at__gt=now - dt.timedelta(days=1))
    if settings.LIMITS and today.count() >= MOST_A_DAY:
        raise TooFast(3600)


def _still_admitting(actor: Membership, role: Role) -> Membership:
    inside = still_enters(actor)
    require(inside, Act.ADMIT, other_role=role)
    return inside


def _inviter_now(row: Invitation) -> Membership:
    """The inviter's membership as it is under the lock: they may have left, lost the right, or the circle stands still."""
    try:
        inviter = still_enters(row.by)
    except NotFound:
        raise invitation_over() from None
    if row.until is not None:
        check_term(Admission(row.into, until=row.until))
    state = CircleState(inviter.circle.state)
    if not policy.decide(Role(inviter.role), Act.ADMIT, CircleState.ACTIVE, other_role=row.into):
        raise invitation_over()
    if state is not CircleState.ACTIVE:
        raise Conflict("circles.invitation_waits", _("Nobody can come in at the moment. Ask the person who invited you."))
    return inviter


def _invitation(inside: Membership, admission: Admission, way: Way, expires: dt.datetime) -> Invitation:
    return Invitation(
        circle=inside.circle, by=inside, role=admission.role, history=admission.history, until=admission.until, way=way,
        created_at=timezone.now(), expires_at=expires,
    )
