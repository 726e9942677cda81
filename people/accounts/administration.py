"""What an administrator does for the people of a structure. Each act is a line of the administration; none touches a circle.

A changed confirmation or team list tells the rooms upstairs inside its transaction, and they end what rested on it.
"""
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.clock import longest
from foundation.errors import Conflict, Invalid, NotFound
from people.accounts import services
from people.accounts.access import require_still
from people.accounts.appointments import note
from people.accounts.enums import Done, Profession
from people.accounts.letters import send_letter
from people.accounts.locks import locked_person, locked_structure
from people.accounts.models import Administrator, Affiliation, Person
from people.accounts.numbers import is_rpps
from people.accounts.queries import UNDO, last_end, works
from people.accounts.sessions import end_sessions
from people.accounts.teams import join_team, leave_team
from people.accounts.telephone import parsed_phone, shown_phone


def confirm_colleague(actor: Administrator, *, person: UUID, profession: str, rpps: str = "") -> None:
    """Vouches for the profession of somebody on the actor's team list.

    Raises NotFound, Conflict `accounts.own_confirmation`, Invalid `accounts.no_profession`, `accounts.bad_rpps` or
    `accounts.rpps_elsewhere`.
    """
    rpps = "".join(rpps.split())
    if profession not in Profession.values:
        raise Invalid("accounts.no_profession", _("Choose the profession."), errors={"profession": _("Choose one of the list.")})
    if rpps and not is_rpps(rpps):
        sentence = _("This is not an RPPS number: eleven figures, as on the card.")
        raise Invalid("accounts.bad_rpps", sentence, errors={"rpps": sentence})
    with transaction.atomic():
        colleague = _colleague(actor, person)
        if colleague.pk == actor.person_id:
            raise Conflict("accounts.own_confirmation", _("Nobody confirms themselves: Pro Santé Connect or another administrator does."))
        if rpps and Person.objects.filter(rpps=rpps).exclude(pk=colleague.pk).exists():
            sentence = _("This number cannot be recorded here. The person confirms it by Pro Santé Connect.")
            raise Invalid("accounts.rpps_elsewhere", sentence, errors={"rpps": sentence})
        services.confirm_profession(person=colleague, profession=profession, rpps=rpps)
        note(actor.person, Done.CONFIRMED, structure=actor.structure_id, about=colleague)


def withdraw_confirmation(actor: Administrator, *, person: UUID) -> None:
    """No longer vouches for a profession: every right that rests on it ends with this transaction, and the person is told.

    Raises NotFound, Conflict `accounts.confirmed_elsewhere` where Pro Santé Connect vouches, `accounts.not_confirmed`.
    """
    with transaction.atomic():
        colleague = _colleague(actor, person)
        if SocialAccount.objects.filter(user=colleague).exists():
            raise Conflict("accounts.confirmed_elsewhere", _("Pro Santé Connect confirms this profession. End the work here instead."))
        if not colleague.confirmed:
            raise Conflict("accounts.not_confirmed", _("This profession is not confirmed."))
        services.withdraw_confirmation(person=colleague)
        note(actor.person, Done.WITHDREW, structure=actor.structure_id, about=colleague)
    _tell(actor, colleague, "confirmation_withdrawn")


def end_work(actor: Administrator, *, person: UUID) -> None:
    """Takes somebody off the actor's team list, with every right that rests on it. Raises NotFound."""
    with transaction.atomic():
        colleague = _colleague(actor, person)
        until = longest(row.until for row in works(actor.structure_id, colleague.pk))
        leave_team(person=colleague, structure=actor.structure_id)
        note(actor.person, Done.ENDED, structure=actor.structure_id, about=colleague, until=until)


def take_back_end(actor: Administrator, *, person: UUID) -> None:
    """Undoes an end of work within a day of it: from now on the person works here again, in the same units. Raises NotFound."""
    with transaction.atomic():
        require_still(actor)
        locked_person(person)
        locked_structure(actor.structure_id)
        now = clock.now()
        end = last_end(actor.structure_id, person)
        if end is None or end.about is None or end.at < now - UNDO or works(actor.structure_id, person).exists():
            raise NotFound
        if end.until is not None and end.until <= now:
            raise NotFound  # the work would be over by now
        ended = Affiliation.objects.filter(structure=actor.structure_id, person=person).order_by("-until").first()
        same = Affiliation.objects.filter(structure=actor.structure_id, person=person, until=ended.until if ended else None)
        for row in same.select_related("unit"):
            join_team(person=end.about, structure=actor.structure_id, unit=row.unit, since=max(row.since, now), until=end.until)
        note(actor.person, Done.TOOK_BACK, structure=actor.structure_id, about=end.about)


def restart_factor(actor: Administrator, *, person: UUID) -> None:
    """Removes the lost second factor and passkeys of somebody on the team list, ends their sessions and tells them by e-mail.

    Raises NotFound, Conflict `accounts.own_factor`: one's own is changed under "Me", where it is asked for once more.
    """
    with transaction.atomic():
        colleague = _colleague(actor, person)
        if colleague.pk == actor.person_id:
            raise Conflict("accounts.own_factor", _("Your own second factor is changed under Me."))
        Authenticator.objects.filter(user=colleague).delete()
        end_sessions(colleague)
        note(actor.person, Done.RESTARTED, structure=actor.structure_id, about=colleague)
    _tell(actor, colleague, "factor_removed")


def change_settings(actor: Administrator, *, name: str, phone: str) -> None:
    """Name and telephone of the structure. What it is and its FINESS number are the operator's: rights may rest on them.

    Raises NotFound, Invalid `accounts.bad_phone`.
    """
    phone = shown_phone(parsed_phone(phone)) if phone else ""
    with transaction.atomic():
        require_still(actor)
        structure = locked_structure(actor.structure_id)
        structure.name, structure.phone = name, phone
        structure.save(update_fields=["name", "phone"])
        note(actor.person, Done.SETTINGS, structure=structure.pk)


def _colleague(actor: Administrator, person: UUID) -> Person:
    """Somebody on the actor's team list, they and the structure locked. Raises NotFound."""
    require_still(actor)
    colleague = locked_person(person)
    locked_structure(actor.structure_id)
    if colleague is None or not works(actor.structure_id, person).exists():
        raise NotFound
    return colleague


def _tell(actor: Administrator, colleague: Person, letter: str) -> None:
    if colleague.email:
        send_letter(letter, colleague.email, structure=actor.structure.name)
