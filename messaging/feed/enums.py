"""Words of the feed: who stands where, and what kinds of change there are."""
from django.db import models


class Standing(models.TextChoices):
    """The four standings of the contract. The care team sees every line."""

    CARE_TEAM = "care_team"
    WIDER_TEAM = "wider_team"
    PATIENT = "patient"
    RELATIVES = "relatives"

    @property
    def column(self) -> str:
        """The counter's column on head, line and read mark: `care`, `wider`, `patient`, `relatives`."""
        return self.value.removesuffix("_team")


Standings = frozenset[Standing]
EVERYONE: Standings = frozenset(Standing)


class Kind(models.TextChoices):
    """Kinds of lines: those of the contract and of `docs/protocol.md`, and those of the site-wide feed that only the hub reads."""

    POST_WRITTEN = "post.written"
    POST_CORRECTED = "post.corrected"
    POST_RETRACTED = "post.retracted"
    MEDIA_READY = "media.ready"
    MEDIA_REFUSED = "media.refused"
    MEDIA_HEARD = "media.heard"
    ALERT_TAKEN = "alert.taken"
    ALERT_REOPENED = "alert.reopened"
    ALERT_ESCALATED = "alert.escalated"
    ALERT_UNREACHED = "alert.unreached"  # every device of a rung is dead: somebody has to telephone
    ALERT_UNANSWERED = "alert.unanswered"
    ALERT_DONE = "alert.done"
    LADDER_CHANGED = "ladder.changed"
    MEMBER_JOINED = "member.joined"
    MEMBER_LEFT = "member.left"
    MEMBER_CHANGED = "member.changed"
    CONTACT_ADDED = "contact.added"
    CONTACT_CHANGED = "contact.changed"
    CONTACT_REMOVED = "contact.removed"
    ACCESS_PRINTED = "access.printed"
    REQUEST_MADE = "request.made"
    REQUEST_ANSWERED = "request.answered"
    UNION_PROPOSED = "union.proposed"
    UNION_REFUSED = "union.refused"
    UNION_MADE = "union.made"
    UNION_UNDONE = "union.undone"
    CIRCLE_STATE_CHANGED = "circle.state_changed"
    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    GUARDIAN_NAMED = "guardian.named"
    GUARDIAN_ENDED = "guardian.ended"  # before its term; a term reached needs no line
    OPPOSITION_WITHDRAWN = "opposition.withdrawn"  # its beginning is the `member.left` of who was opposed
    INCIDENT_NOTED = "incident.noted"
    KEY_DESTROYED = "key.destroyed"
    SESSION_ENDED = "session.ended"
    ACCOUNT_DISABLED = "account.disabled"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105  -- a kind of line, not a password
