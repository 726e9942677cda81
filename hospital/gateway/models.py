"""Feeds, their messages, the programs that may ask over FHIR and what they subscribed to."""
import json
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from foundation import ids
from foundation.vault.seal import seal, unseal
from hospital.gateway.enums import Answer, FeedMode, MessageState
from people.accounts.models import Structure
from people.circles.enums import Audience
from people.circles.models import Patient


class Feed(models.Model):
    """One sender of HL7 v2: the facility that it may speak for (MSH-4), and the certificate by which it is known."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="feeds")
    msh4 = models.CharField(max_length=200, unique=True)
    certificate = models.CharField(max_length=64, blank=True, default="")  # SHA-256 of its client certificate, hexadecimal; "": none
    certificate_ends = models.DateTimeField(null=True)
    authorities = models.JSONField(default=list)  # assigning authorities whose numbers are this hospital's IPP; [] is any
    mode = models.CharField(max_length=16, choices=FeedMode.choices, default=FeedMode.LIVE)
    made_at = models.DateTimeField()
    seen = models.JSONField(default=dict)  # of a feed in observation: how many messages by answer; nothing of them is stored
    outcomes = models.JSONField(default=list)  # of its newest messages, as codes, the newest first: what they would have done
    worked_by = models.UUIDField(null=True)  # the process that works its messages out, by a name of its own
    worked_until = models.DateTimeField(null=True)  # the machine's clock: its lease


class Message(models.Model):
    """A message that was answered. The same one again (sender, MSH-10 and content) has the same answer and no second effect."""

    number = models.BigAutoField(primary_key=True)  # the order of arrival
    id = models.UUIDField(unique=True, default=ids.new)
    feed = models.ForeignKey(Feed, models.CASCADE, related_name="messages")
    control = models.CharField(max_length=199)  # MSH-10, which alone is not unique in real files
    digest = models.BinaryField(max_length=32)  # a keyed hash of sender, MSH-10 and content
    kind = models.CharField(max_length=16)  # "ADT^A01"
    answer = models.CharField(max_length=2, choices=Answer.choices)
    code = models.CharField(max_length=16, blank=True, default="")  # ERR-3, and ERR-5 after a slash
    state = models.CharField(max_length=16, choices=MessageState.choices)
    fault = models.JSONField(default=list)  # what was answered where it was not AA: ERR-3, ERR-5, ERR-2, ERR-8
    reason = models.CharField(max_length=64, blank=True, default="")  # a code: why it is in quarantine
    patient = models.ForeignKey(Patient, models.SET_NULL, null=True, related_name="+")  # under whose key it rests; null: the site's
    sealed = models.BinaryField(default=bytes)  # the bytes as they came, latin-1; empty once unmatched, ignored or past its time
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # when it may be worked out
    attempts = models.PositiveIntegerField(default=0)  # counted before it is tried, given back where the database failed
    failures = models.PositiveIntegerField(default=0)  # how often working it out failed
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("feed", "digest", name="message_once_per_feed")]
        indexes: ClassVar = [
            models.Index("due_at", name="message_due", condition=Q(due_at__isnull=False)),
            models.Index("feed", "state", name="message_by_state"),
            models.Index("feed", "number", name="message_waiting", condition=Q(state=MessageState.WAITING)),
            models.Index("received_at", name="message_by_time"),
        ]


class HospitalDocument(models.Model):
    """A document that a hospital sent: known by its id and that of its set, so that another version replaces it."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)  # a keyed hash of structure and the document's id (ClinicalDocument/id)
    set_digest = models.BinaryField(max_length=32, default=bytes)  # of its set (setId)
    circle = models.UUIDField()
    post = models.UUIDField(null=True)  # the post that shows it; null where nobody may see it
    stay = models.UUIDField(null=True)
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True)
    known_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)  # when it was worked out; null: it was received, and waits
    withdrawn_at = models.DateTimeField(null=True)  # its post ended: deleted, replaced, or shown to others by another post
    audience = models.CharField(max_length=16, choices=Audience.choices, blank=True, default="")  # of its post; "": nobody sees it
    sealed_content = models.BinaryField(default=bytes)  # `letters.content_of` as JSON, under the patient's key

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("structure", "digest", "circle", name="document_once_per_circle")]
        indexes: ClassVar = [models.Index("post", name="document_by_post", condition=Q(post__isnull=False))]

    def keep(self, vault: UUID, content: dict[str, Any]) -> None:
        """Seals what the document says into the row; save afterwards."""
        self.sealed_content = seal(vault, f"gateway.document:{self.pk}", json.dumps(content, ensure_ascii=False))

    def content(self, vault: UUID) -> dict[str, Any]:
        """What it says, unsealed; {} where it waits. Raises SealBroken."""
        opened: dict[str, Any] = json.loads(unseal(vault, f"gateway.document:{self.pk}", self.sealed_content)) if self.filed_at else {}
        return opened


class FhirClient(models.Model):
    """A program of one hospital that may ask and tell over FHIR (SMART Backend Services)."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    structure = models.ForeignKey(Structure, models.CASCADE, related_name="fhir_clients")
    client_id = models.CharField(max_length=200, unique=True)
    jwks = models.JSONField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class UsedAssertion(models.Model):
    """The `jti` of a signed assertion: once, until it has expired."""

    client = models.ForeignKey(FhirClient, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("client", "digest", name="assertion_once")]


class AccessToken(models.Model):
    """A bearer token for `/fhir/`: only its keyed hash is kept."""

    client = models.ForeignKey(FhirClient, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    scope = models.CharField(max_length=500)
    expires_at = models.DateTimeField(db_index=True)


class FhirRecord(models.Model):
    """What a program of a hospital has told over FHIR, by an identifier of its own: known again, it is not taken twice."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)  # "DocumentReference"
    digest = models.BinaryField(max_length=32)  # a keyed hash of structure, kind, system and value
    content = models.BinaryField(max_length=32)  # a keyed hash of what was sent, so that the same thing again is told from another one
    circle = models.UUIDField()
    subject = models.UUIDField()  # the post
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("structure", "kind", "digest", "circle", name="fhir_record_once")]


class DeclaredStay(models.Model):
    """The stay that a hospital's declared events speak of, where they name none: from an admission to the discharge that follows it."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)  # a keyed hash of structure and what the patient is known by there
    number = models.UUIDField(default=ids.new)  # which stands for the stay's number
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)  # 31 days where nobody of a circle is concerned

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("structure", "digest", name="declared_stay_once")]


class Subscription(models.Model):
    """A hospital's program wants to be told (FHIR R4, rest-hook): an id and nothing else goes out."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    client = models.ForeignKey(FhirClient, models.CASCADE, related_name="subscriptions")
    criteria = models.CharField(max_length=500)
    sealed_endpoint = models.BinaryField()
    secret = models.BinaryField(default=bytes)  # sealed; signs what goes out
    status = models.CharField(max_length=16, default="active")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Hook(models.Model):
    """Something to tell a subscriber: claimed under a lease, tried again, dead in the end."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="hooks")
    subject = models.UUIDField()
    due_at = models.DateTimeField(null=True, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
