"""Devices, ladders, alerts that climb them, and the outbox of everything that leaves the page."""
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from foundation import ids
from messaging.feed.enums import Rank
from messaging.feed.models import FeedLine
from notifications.enums import Channel, DeliveryState, LadderKind, Lane, News, Phase, Stride, Transport
from people.accounts.models import Person, Session, Structure
from people.circles.enums import Role
from people.circles.models import Circle, Membership


class Unheard(models.Model):
    """A line of the feed that nobody here has heard yet; written in its transaction, gone in the one that made notices of it."""

    line = models.OneToOneField(FeedLine, models.CASCADE, related_name="+")
    rank = models.SmallIntegerField(choices=Rank.choices)

    class Meta:
        indexes: ClassVar = [models.Index("rank", "id", name="unheard_by_rank")]


class Device(models.Model):
    """A browser or an app that a signed-in session may be reached by. It ends with that session, in whatever way that ends."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    person = models.ForeignKey(Person, models.CASCADE, related_name="devices")
    session = models.ForeignKey(Session, models.CASCADE, related_name="devices")
    transport = models.CharField(max_length=8, choices=Transport.choices, default=Transport.WEB_PUSH)
    sealed_address = models.BinaryField()  # {"endpoint", "p256dh", "auth"} or a native token, under the site's key
    address_hash = models.BinaryField(max_length=32, unique=True)  # keyed: one device is one person's at a time
    name = models.CharField(max_length=80)  # what its browser says of itself: "Chrome, Android"
    language = models.CharField(max_length=5)
    made_at = models.DateTimeField()  # all of the machine's clock
    seen_at = models.DateTimeField()  # the page was open there and renewed the subscription
    sent_at = models.DateTimeField(null=True)  # the push service took something for it
    shown_at = models.DateTimeField(null=True)  # it said that it had shown something
    failing_since = models.DateTimeField(null=True)  # refused, or silent, since; null once it shows something
    gone_at = models.DateTimeField(null=True)  # the push service says that it is no more; kept so that people see why it is silent

    class Meta:
        indexes: ClassVar = [models.Index("person", name="push_device_by_person")]


class Ladder(models.Model):
    """Who is told of an urgent message, of one circle or, as a default, of the circles in which a structure is; one for each kind."""

    circle = models.ForeignKey(Circle, models.CASCADE, null=True, related_name="ladders")
    structure = models.ForeignKey(Structure, models.CASCADE, null=True, related_name="ladders")
    kind = models.CharField(max_length=16, choices=LadderKind.choices, default=LadderKind.URGENT)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(circle=None, structure__isnull=False) | Q(circle__isnull=False, structure=None), name="ladder_of_one"
            ),
            models.UniqueConstraint("circle", "kind", name="ladder_once_per_circle"),
            models.UniqueConstraint("structure", "kind", name="ladder_once_per_structure"),
        ]


class Rung(models.Model):
    """Whom to tell after how many seconds without a taker: a role, a member, or whoever of a structure is on duty."""

    ladder = models.ForeignKey(Ladder, models.CASCADE, related_name="rungs")
    place = models.PositiveSmallIntegerField()  # from 0
    after_s = models.PositiveIntegerField()
    role = models.CharField(max_length=32, choices=Role.choices, blank=True)
    member = models.ForeignKey(Membership, models.CASCADE, null=True, related_name="+")
    structure = models.ForeignKey(Structure, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("ladder", "place", name="rung_once")]


class Climb(models.Model):
    """An alert on its ladder. Times are those of the service's clock, so that rungs hold whatever was killed in between."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="climbs")
    subject = models.UUIDField(unique=True)  # the post
    hospital = models.BooleanField(default=False)  # a hospital's event: moved after what people ask
    phase = models.CharField(max_length=8, choices=Phase.choices, default=Phase.CLIMBING)
    started_at = models.DateTimeField()  # of the present ascent: the rungs count from here
    told_s = models.IntegerField(default=-1)  # the time of the last level told, in seconds after the start; -1: none yet
    next_at = models.DateTimeField(null=True)  # when there is something to do; null: nothing more

    class Meta:
        indexes: ClassVar = [models.Index("hospital", "next_at", name="climb_due_by_asker", condition=Q(next_at__isnull=False))]


class ClimbStep(models.Model):
    """What an alert did at a moment, and whom it meant: the post shows it."""

    climb = models.ForeignKey(Climb, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=12, choices=Stride.choices)
    at = models.DateTimeField()
    rung = models.SmallIntegerField(null=True)
    members = models.JSONField(default=list)  # ids of memberships
    until = models.DateTimeField(null=True)  # of "unanswered": when somebody comes on duty, if that is known


class Notice(models.Model):
    """Somebody is to be told of something. What it was about is asked again when it is sent."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    news = models.CharField(max_length=16, choices=News.choices)
    lane = models.SmallIntegerField(choices=Lane.choices)
    circle = models.ForeignKey(Circle, models.CASCADE, null=True, related_name="+")
    subject = models.UUIDField(null=True, db_index=True)  # the post
    step = models.ForeignKey(ClimbStep, models.CASCADE, null=True, related_name="notices")
    at = models.DateTimeField()  # of the machine's clock

    class Meta:
        indexes: ClassVar = [models.Index("at", name="notice_by_time")]


class Delivery(models.Model):
    """One notice by one way. Its id is random: it is all that a push holds beside a constant sentence, and good for one showing."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    device = models.ForeignKey(Device, models.SET_NULL, null=True, related_name="deliveries")
    lane = models.SmallIntegerField(choices=Lane.choices)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    due_at = models.DateTimeField()  # of the machine's clock; moved forward as a lease
    unless_shown = models.BooleanField(default=False)  # a fallback: needless once a device has shown the notice
    attempts = models.PositiveIntegerField(default=0)  # counted up by each claim: whoever has another number does nothing any more
    failures = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=32, blank=True)  # what the service said last: "201", "429", "timeout" …
    sent_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("lane", "due_at", name="delivery_due", condition=Q(state="waiting")),
            models.Index("state", "due_at", name="delivery_by_state"),
        ]


class Preference(models.Model):
    """How somebody wants to be told. Choices are codes and hours, see `notifications.protocol`."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="preference")
    choices = models.JSONField(default=dict)
    digest_at = models.DateTimeField(null=True, db_index=True)  # of the service's clock: the next digest
    digest_since = models.DateTimeField(null=True)  # news since then is not in a digest yet
