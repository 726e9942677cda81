"""Break-glass: somebody of a hospital comes into a thread by force of an emergency, for four hours, with a reason, told at once.

Membership, lines, the row to be reviewed and the letters to the data protection officer are one transaction: where one of them can't be
written, nobody is in.
"""
import datetime as dt
import logging
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import clock, ids
from foundation.errors import Conflict, Forbidden, Invalid, NotFound
from foundation.vault.seal import seal
from hospital.stays.access import hospitals_of, require_one_person
from hospital.stays.alarms import alarms_of, who_answers
from hospital.stays.enums import GlassLetterKind, GlassReason
from hospital.stays.joining import come_in
from hospital.stays.models import BrokenGlass, GlassLetter
from hospital.stays.seeking import Sought, find_circle
from messaging.feed.enums import Kind, Standing
from messaging.feed.services import all_opened
from people.accounts.locks import locked_person, locked_structure
from people.accounts.models import Person, Structure
from people.circles.enums import CircleState, Role, Source
from people.circles.models import Circle, Grant, Membership
from people.circles.oppositions import refuse_opposed
from people.circles.services import Admission, Feeds, close_lapsed

log = logging.getLogger("cercle.hospital")
TERM = dt.timedelta(hours=4)
TOLD = frozenset({Standing.CARE_TEAM, Standing.PATIENT})
LONGEST_REASON = 2000


@dataclass(frozen=True)
class Why:
    """Why the glass is broken: a code, and a sentence of one's own."""

    code: str
    reason: str


def require_emergency_staff(actor: Person) -> list[Structure]:
    """The hospitals for which a confirmed professional works. Raises Forbidden `hospital.shared_account`, `hospital.unconfirmed`,
    `hospital.no_hospital`."""
    require_one_person(actor)
    hospitals = hospitals_of(actor)
    if not hospitals:
        raise Forbidden("hospital.no_hospital", _("Only a professional of a hospital comes in by force of an emergency."))
    return hospitals


def look_up(actor: Person, *, sought: Sought, session: UUID | None) -> Circle:
    """The circle of whom the actor looks for, so that the identity can be shown before anything is broken.

    Raises Forbidden, TooFast, NotFound, Conflict `hospital.several`.
    """
    return find_circle(actor, sought, hospitals=require_emergency_staff(actor), session=session)


def break_glass(actor: Person, *, sought: Sought, why: Why, hospital: UUID | None = None, session: UUID | None = None) -> BrokenGlass:
    """Lets the actor in until four hours from now; broken twice at a time is broken once.

    Raises Forbidden, Invalid `hospital.no_reason`, TooFast, NotFound, Conflict `hospital.several`, `circles.already_member`,
    `circles.opposed`.
    """
    hospitals = require_emergency_staff(actor)
    why = _checked(why)
    known = find_circle(actor, sought, hospitals=hospitals, session=session)
    place = next((one for one in hospitals if one.pk == hospital), hospitals[0])
    with transaction.atomic():
        person = locked_person(actor.pk)
        if person is None or place.pk not in {one.pk for one in require_emergency_staff(person)}:
            raise NotFound
        locked_structure(place.pk)
        with all_opened([known.id]) as feeds:
            circle = Circle.objects.select_related("patient").get(pk=known.pk)
            if circle.state != CircleState.ACTIVE:
                raise NotFound
            close_lapsed([circle.id])
            return _running(circle, person) or _break(feeds, circle, person, place, why)


def _checked(why: Why) -> Why:
    """A code that nobody knows counts as "other": the sentence says it. Raises Invalid."""
    missing = {"reason_code": why.code.strip(), "reason": why.reason.strip()}
    errors = {name: _("Say why.") for name, said in missing.items() if not said}
    if errors or len(why.reason) > LONGEST_REASON:
        raise Invalid("hospital.no_reason", _("Say why you need to see this now."), errors=errors or {"reason": _("This is too long.")})
    return Why(why.code if why.code in GlassReason.values else GlassReason.OTHER, why.reason.strip())


def _running(circle: Circle, person: Person) -> BrokenGlass | None:
    """The glass by which the person is in already. Raises Conflict for who is a member otherwise."""
    there = Membership.objects.filter(circle=circle, person=person, ended_at=None).first()
    if there is None:
        return None
    held = Grant.objects.live(clock.now()).filter(membership=there)
    if held.exclude(source=Source.BREAK_GLASS).exists() or there.stands_in_for_id:
        raise Conflict("circles.already_member", _("You are in this circle already."))
    return BrokenGlass.objects.select_related("membership").filter(pk__in=held.values("about")).order_by("-until").first()


def _break(feeds: Feeds, circle: Circle, person: Person, hospital: Structure, why: Why) -> BrokenGlass:
    refuse_opposed(circle.id, person.pk)
    now = clock.now()
    until, alarms = now + TERM, alarms_of(person, hospital, circle)
    member, _fresh = come_in(feeds, circle, person, Admission(Role.HOSPITAL_STAFF, until=until), hospital=hospital)
    glass = BrokenGlass(id=ids.new(), membership=member, structure=hospital, reason_code=why.code, at=now, until=until, alarms=alarms)
    glass.sealed_reason = seal(circle.patient.vault, f"stays.glass.reason:{glass.pk}", why.reason)
    glass.save(force_insert=True)
    Grant.objects.create(membership=member, source=Source.BREAK_GLASS, about=glass.pk, since=now, until=until)
    feeds[circle.id].append(Kind.GLASS_BROKEN, TOLD, glass.pk, actor=member.pk, until=until)
    kind = GlassLetterKind.ALARM if alarms else GlassLetterKind.BROKEN
    due, answering = timezone.now(), who_answers(hospital.pk)
    GlassLetter.objects.bulk_create(GlassLetter(glass=glass, person=one, kind=kind, due_at=due) for one in answering)
    if not answering:  # the person gets in all the same: patient and coordinators are told, and the review stays open
        log.error("hospital.nobody_answers hospital=%s glass=%s", hospital.pk, glass.pk)
    return glass
