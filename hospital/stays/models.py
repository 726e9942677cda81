"""Stays, their movements, whom they are matched with; doubts about identities, broken glasses; what a hospital has set."""
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import ids
from hospital.stays.enums import (
    Discretion,
    DoubtKind,
    Event,
    GlassLetterKind,
    GlassReason,
    GlassVerdict,
    StayClass,
    StayState,
    Verdict,
)
from people.accounts.models import Structure, Unit
from people.circles.models import Circle, Membership, Patient


class Hospital(models.Model):
    """What a hospital has set. A hospital without a row has the defaults."""

    structure = models.OneToOneField(Structure, models.CASCADE, primary_key=True, related_name="hospital")
    grace_h = models.PositiveSmallIntegerField(default=72)  # how long the ward stays in the thread after a discharge, at most 72
    discretion = models.CharField(max_length=16, choices=Discretion.choices, default=Discretion.CARE_TEAM)
    stale_h = models.PositiveSmallIntegerField(default=24)  # an event older than that at reception alerts nobody
    outpatients = models.BooleanField(default=False)  # whether consultations are told at all
    leaves = models.BooleanField(default=False)  # whether leaves from a stay, and the return from them, are told


class DiscreetUnit(models.Model):
    """A unit of which the family and the wider team hear nothing: psychiatry, addictology, gynaecology …"""

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="discreet")


class HospitalIdentifier(models.Model):
    """A hospital's number for a patient of a circle (IPP): a link that a match or a human made, and a human may end."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)  # a keyed hash of structure, authority and value
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="hospital_identifiers")
    sealed_value = models.BinaryField()  # "AUTHORITY\x1fVALUE", under the patient's key
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    doubt = models.ForeignKey("stays.Doubt", models.SET_NULL, null=True, related_name="links")  # a human's verdict made it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("structure", "digest", "patient", condition=Q(ended_at=None), name="identifier_once_per_patient"),
        ]


class Stay(models.Model):
    """One stay of a patient of a circle in a hospital. What stands here is the fold of its movements, made anew with each of them."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="stays")
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="stays")
    digest = models.BinaryField(max_length=32)  # a keyed hash of structure, authority and number of the stay (PV1-19)
    state = models.CharField(max_length=16, choices=StayState.choices, default=StayState.NONE)
    stay_class = models.CharField(max_length=1, choices=StayClass.choices, default=StayClass.OTHER)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="stays")  # where the patient is, or was last
    planned_for = models.DateTimeField(null=True)
    admitted_at = models.DateTimeField(null=True)
    discharged_at = models.DateTimeField(null=True)
    died = models.BooleanField(default=False)
    protected = models.BooleanField(default=False)  # PD1-12, PV1-16, PID-32 CACH or ANOM
    relatives_untold = models.BooleanField(default=False)  # somebody is marked NK1-7 = P: no relative is told anything of this stay
    opened_at = models.DateTimeField()  # when it was first heard of
    identifier = models.ForeignKey(HospitalIdentifier, models.SET_NULL, null=True, related_name="stays")  # under which it was told of first
    released_at = models.DateTimeField(null=True)  # a human said that it is another person's: it counts as cancelled

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("structure", "digest", "circle", name="stay_once_per_circle")]
        indexes: ClassVar = [models.Index("unit", "state", name="stay_by_unit")]


class Movement(models.Model):
    """One movement of a stay, known by its number within the stay (ZBE-1). A cancel that came first is one without an event.

    `versions` is all that was said of it; the columns are what follows from them, whatever their order (`folding.merged`).
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    stay = models.ForeignKey(Stay, models.CASCADE, related_name="movements")
    digest = models.BinaryField(max_length=32)  # a keyed hash of stay, authority and number of the movement
    event = models.CharField(max_length=16, choices=Event.choices, blank=True, default="")
    stay_class = models.CharField(max_length=1, choices=StayClass.choices, default=StayClass.OTHER)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    sealed_place = models.BinaryField(default=bytes)  # the unit's name as the message has it, under the patient's key
    at = models.DateTimeField(null=True)  # when it happened (ZBE-2), or is planned
    known_at = models.DateTimeField()  # when we were told
    arrival = models.BigIntegerField(default=0)  # which of two corrections came later: the number of the message that said it
    historic = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)  # codes only: nature, mode of discharge …
    post = models.UUIDField(null=True)  # the post that tells it
    versions = models.JSONField(default=list)  # of `folding.Version`: ids, codes and times only
    told = models.JSONField(default=dict)  # of `posting.Told`: what of it was told, to which standings

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("stay", "digest", name="movement_once_per_stay")]


class OpenStay(models.Model):
    """A stay of somebody who has no circle, for 31 days at most: keyed hashes, so that a circle opened meanwhile finds it.

    Nobody can list these: no page and no call reads them but the one that adopts.
    """

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)  # as `Stay.digest`
    ins = models.BinaryField(max_length=32, default=bytes)  # as `TraitHash` of purpose "ins"; empty where the message had no qualified INS
    birth = models.BinaryField(max_length=32, default=bytes)  # a keyed hash of INS and birth date: who has one and not the other is another
    identifier = models.BinaryField(max_length=32, default=bytes)  # as `HospitalIdentifier.digest`
    likeness = models.BinaryField(max_length=32, default=bytes)  # `numbers.likeness`: what a number finds has to agree with it
    state = models.CharField(max_length=16, choices=StayState.choices)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")
    since = models.DateTimeField(null=True)  # when it began
    moved_at = models.DateTimeField()  # the time of the newest movement: an older one changes nothing
    protected = models.BooleanField(default=False)
    relatives_untold = models.BooleanField(default=False)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("structure", "digest", name="open_stay_once")]
        indexes: ClassVar = [models.Index("ins", name="open_stay_by_ins"), models.Index("identifier", name="open_stay_by_identifier")]


class Doubt(models.Model):
    """An identity that waits for a human of the hospital, with both sides as they were. A verdict is a link, and can be taken back."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=DoubtKind.choices)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)  # of what the doubt is about, so that it is asked once
    traits = models.BinaryField(max_length=32, default=bytes)  # a keyed hash of their traits: a verdict holds for these
    sealed_theirs = models.BinaryField()  # the hospital's identity as JSON, under the patient's key
    message = models.UUIDField(null=True)  # the gateway's message that waits for the verdict
    raised_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)  # the verdict was taken back; a new row asks again
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("structure", "kind", "digest", "patient", condition=Q(verdict=""), name="doubt_open_once"),
        ]


class BrokenGlass(models.Model):
    """Somebody of a hospital came into a circle by force of an emergency: why, until when, and what its review found."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="glasses")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+")
    reason_code = models.CharField(max_length=16, choices=GlassReason.choices)
    sealed_reason = models.BinaryField()  # under the patient's key
    at = models.DateTimeField()
    until = models.DateTimeField()
    alarms = models.JSONField(default=list)  # of `Alarm`
    alarmed_at = models.DateTimeField(null=True)  # when the data protection officer was written to
    verdict = models.CharField(max_length=16, choices=GlassVerdict.choices, blank=True, default="")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sealed_finding = models.BinaryField(default=bytes)


class GlassLetter(models.Model):
    """An e-mail about a broken glass, for whoever answers for data protection there: a row until it has left."""

    glass = models.ForeignKey(BrokenGlass, models.CASCADE, related_name="letters")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=GlassLetterKind.choices)
    due_at = models.DateTimeField(null=True, db_index=True)  # the machine's clock: the queue, and the lease of who sends it
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("glass", "person", "kind", name="glass_letter_once")]
