"""Inviting into a structure by e-mail. What is answered is the same whether or not an address has an account."""
import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict, Invalid, NotFound
from foundation.vault.seal import keyed_hash
from people.accounts.access import require_still
from people.accounts.appointments import appoint_administrator, note
from people.accounts.enums import Done, Purpose
from people.accounts.letters import send_letter
from people.accounts.locks import lock_person, locked_structure
from people.accounts.models import Administrator, Affiliation, Operator, Person, TeamInvitation, running
from people.accounts.queries import has_account, open_invitation
from people.accounts.services import NewPerson, prepare_people, store_people
from people.accounts.teams import join_team

TERM = dt.timedelta(days=7)
MOST_OPEN = 200  # of one structure: nobody sends spam in our name

LinkTo = Callable[[str], str]  # the address of the page that a secret opens


@dataclass(frozen=True)
class NewColleague:
    """What somebody without an account says of themselves when they accept. The profession is only declared."""

    given_name: str
    family_name: str
    password: str
    profession: str = ""
    language: str = "fr"


def invite_colleague(actor: Administrator, *, email: str, link_to: LinkTo) -> TeamInvitation:
    """Invites an address into the actor's structure; an open invitation of the same address is sent again.

    Raises NotFound, Conflict `accounts.too_many_invitations`.
    """
    return _invite(actor, actor.structure_id, Purpose.COLLEAGUE, email, link_to)


def invite_administrator(actor: Operator, *, structure: UUID, email: str, link_to: LinkTo) -> TeamInvitation:
    """Invites an address to administer a structure. Raises NotFound, Structure.DoesNotExist."""
    return _invite(actor, structure, Purpose.ADMINISTRATOR, email, link_to)


def resend_invitation(actor: Administrator | Operator, *, invitation: UUID, link_to: LinkTo) -> None:
    """A new link for a pending invitation, with a new week; the old link is dead. Raises NotFound."""
    with transaction.atomic():
        require_still(actor)
        found = _pending(actor, invitation)
        secret = _renew(found)
        note(actor.person, Done.RESENT, right=_right(actor), structure=found.structure_id)
    _send(found, link_to(secret))


def revoke_invitation(actor: Administrator | Operator, *, invitation: UUID) -> None:
    """Takes a pending invitation back: its link opens nothing any more. Raises NotFound."""
    with transaction.atomic():
        require_still(actor)
        found = _pending(actor, invitation)
        found.revoked_at = clock.now()
        found.save(update_fields=["revoked_at"])
        note(actor.person, Done.REVOKED, right=_right(actor), structure=found.structure_id)


def accept_as_new(*, secret: str, who: NewColleague) -> Person:
    """Makes the account for which a link was sent, its address verified by the link, and joins it to the structure.

    Raises NotFound for a link that opens nothing, Conflict `accounts.sign_in_to_accept` where the address has an account.
    """
    found = open_invitation(secret)
    if found is None:
        raise NotFound
    new = NewPerson(who.given_name, who.family_name, found.email, who.password, who.profession, language=who.language)
    people = prepare_people([new])  # hashed before any lock is taken
    with transaction.atomic():
        invitation = _locked(secret)
        if has_account(invitation):
            raise Conflict("accounts.sign_in_to_accept", _("This address has an account: sign in to accept."))
        store_people(people)
        _let_in(invitation, people[0])
    return people[0]


def accept_as(person: Person, *, secret: str) -> None:
    """Joins an account that exists. Raises NotFound, Invalid `accounts.other_address` where the link was sent to another address."""
    with transaction.atomic():
        lock_person(person)
        invitation = _locked(secret)
        if not EmailAddress.objects.filter(user=person, email=invitation.email, verified=True).exists():
            raise Invalid("accounts.other_address", _("This link was sent to another address than that of your account."))
        _let_in(invitation, person)


def _invite(actor: Administrator | Operator, structure: UUID, purpose: Purpose, email: str, link_to: LinkTo) -> TeamInvitation:
    email = email.strip().lower()
    with transaction.atomic():
        require_still(actor)
        team = locked_structure(structure)
        open_ones = TeamInvitation.objects.filter(structure=team, purpose=purpose, accepted_at=None, revoked_at=None)
        found = open_ones.filter(address_hash=keyed_hash("team_invitation.address", email)).first()
        if found is None:
            if open_ones.count() >= MOST_OPEN:
                raise Conflict("accounts.too_many_invitations", _("Too many invitations are open. Take some back first."))
            found = TeamInvitation(structure=team, purpose=purpose, made_at=clock.now())
            found.set_email(email)
        found.invited_by = actor.person
        secret = _renew(found)
        act = Done.INVITED if purpose == Purpose.COLLEAGUE else Done.INVITED_ADMINISTRATOR
        note(actor.person, act, right=_right(actor), structure=team.pk)
    _send(found, link_to(secret))
    return found


def _right(actor: Administrator | Operator) -> str:
    return "operator" if isinstance(actor, Operator) else "administrator"


def _renew(invitation: TeamInvitation) -> str:
    """A new secret and a new week, saved; the secret itself is in the e-mail only."""
    secret = secrets.token_urlsafe(24)
    invitation.secret_hash = keyed_hash("team_invitation.secret", secret)
    invitation.expires_at = clock.now() + TERM
    invitation.sent_at = None
    invitation.save()
    return secret


def _send(invitation: TeamInvitation, link: str) -> None:
    """After the commit, so that no link is out that opens nothing; a page shows what did not leave, to be sent again."""
    administrator = invitation.purpose == Purpose.ADMINISTRATOR
    if send_letter("invited", invitation.email, structure=invitation.structure.name, administrator=administrator, link=link):
        TeamInvitation.objects.filter(pk=invitation.pk).update(sent_at=clock.now())


def _pending(actor: Administrator | Operator, invitation: UUID) -> TeamInvitation:
    mine = {"purpose": Purpose.ADMINISTRATOR} if isinstance(actor, Operator) else {
        "purpose": Purpose.COLLEAGUE, "structure": actor.structure_id,
    }  # fmt: skip
    found = TeamInvitation.objects.select_for_update(of=("self",)).select_related("structure")
    row = found.filter(pk=invitation, accepted_at=None, revoked_at=None, **mine).first()
    if row is None:
        raise NotFound
    return row


def _locked(secret: str) -> TeamInvitation:
    """The invitation that a link opens, its row locked: of two who come at once, the second finds it used.

    The structure before it, as everybody who changes its people does.
    """
    found = open_invitation(secret)
    if found is not None:
        locked_structure(found.structure_id)
        found = open_invitation(secret, locked=True)
    if found is None:
        raise NotFound
    return found


def _let_in(invitation: TeamInvitation, person: Person) -> None:
    now = clock.now()
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    note(person, Done.ACCEPTED, right="invited", structure=invitation.structure_id, about=person)
    if invitation.purpose == Purpose.ADMINISTRATOR:
        appoint_administrator(invitation.invited_by, person=person, structure=invitation.structure_id)
    elif not Affiliation.objects.filter(running(now), person=person, structure=invitation.structure_id).exists():
        join_team(person=person, structure=invitation.structure_id)
