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


class Rank(models.IntegerChoices):
    """In which order those who tell people of lines hear them: what people ask, what hospitals ask, all else, and what asks nobody."""

    ALERT = 0
    HOSPITAL = 1
    ORDINARY = 2
    LEAST = 3


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
    GLASS_BROKEN = "glass.broken"  # somebody of a hospital came in by force of an emergency
    GLASS_REVIEWED = "glass.reviewed"
    IDENTITY_WARNED = "identity.warned"  # a hospital withdrew or changed what identified the patient
    TASK_ADDED = "task.added"
    TASK_CHANGED = "task.changed"
    TASK_TAKEN = "task.taken"
    TASK_HANDED_BACK = "task.handed_back"
    TASK_DONE = "task.done"
    TASK_CANCELLED = "task.cancelled"
    TASK_DUE = "task.due"  # soon: who has it, or is asked, is reminded
    TASK_LATE = "task.late"  # its time has passed: the desk is told too
    APPOINTMENT_ADDED = "appointment.added"
    APPOINTMENT_CHANGED = "appointment.changed"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
    APPOINTMENT_KEPT = "appointment.kept"  # the visit was done
    APPOINTMENT_MISSED = "appointment.missed"
    APPOINTMENT_DUE = "appointment.due"  # soon: patient, relatives and who is expected are reminded
    SUMMARY_CHANGED = "summary.changed"
    MEASURE_NOTED = "measure.noted"
    MEASURE_WITHDRAWN = "measure.withdrawn"
    PLAN_CHANGED = "plan.changed"
    PLAN_PUBLISHED = "plan.published"
    PLAN_AGREED = "plan.agreed"
    PLAN_DUE = "plan.due"  # a review: the referent is told
    SHEET_FILLED = "sheet.filled"
    SHEET_WITHDRAWN = "sheet.withdrawn"
    STAY_ASKED = "stay.asked"  # a planned stay, asked of a unit
    STAY_ANSWERED = "stay.answered"
    KEY_DESTROYED = "key.destroyed"
    SESSION_ENDED = "session.ended"
    ACCOUNT_DISABLED = "account.disabled"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105  -- a kind of line, not a password
