"""What the trail's codes say in words: deeds, and by which right."""
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from people.accounts.enums import Done
from people.audit.models import STRANGER

_ADMINISTRATION = "administration."
_WHAT: dict[str, Promise] = {
    "circle.opened": gettext_lazy("Opened the circle"),
    "fhir.audit": gettext_lazy("Read its own accesses, by program"),
    "fhir.careteam": gettext_lazy("Read who is in the circle, by program"),
    "fhir.document": gettext_lazy("Read a message or a document, by program"),
    "fhir.documents": gettext_lazy("Read messages and documents, by program"),
    "fhir.file": gettext_lazy("Read a file, by program"),
    "fhir.patient": gettext_lazy("Read the patient's identity, by program"),
    "circle.created": gettext_lazy("Opened this circle for the first time"),
    "search": gettext_lazy("Searched in the thread"),
    "media.opened": gettext_lazy("Listened to or opened a file"),
    "document.opened": gettext_lazy("Read a document of the hospital's"),
    "transcript.written": gettext_lazy("Put a voice note into words"),
    "transcription.asked": gettext_lazy("Asked a secretary to write a voice note down"),
    "transcription.ended": gettext_lazy("Ended that a secretary writes a voice note down"),
    "patients.listed": gettext_lazy("Opened the list of patients"),
    "unit.listed": gettext_lazy("Opened the list of their unit's patients"),
    "people.searched": gettext_lazy("Searched for people"),
    "member.joined": pgettext_lazy("deed", "Let somebody in"),
    "member.left": gettext_lazy("Ended a membership"),
    "member.changed": gettext_lazy("Changed a membership"),
    "circle.state_changed": gettext_lazy("Changed the state of the circle"),
    "consent.given": gettext_lazy("Recorded a consent"),
    "consent.withdrawn": gettext_lazy("Withdrew a consent"),
    "opposition.withdrawn": gettext_lazy("Withdrew an opposition"),
    "guardian.named": gettext_lazy("Named who exercises the patient's rights"),
    "guardian.ended": gettext_lazy("Ended that somebody exercises the patient's rights"),
    "contact.added": gettext_lazy("Kept somebody to call"),
    "contact.changed": gettext_lazy("Changed somebody to call"),
    "contact.removed": gettext_lazy("Removed somebody to call"),
    "invitation.sent": gettext_lazy("Invited somebody by e-mail"),
    "invitation.shown": gettext_lazy("Showed a code to let somebody in"),
    "invitation.withdrawn": gettext_lazy("Withdrew an invitation"),
    "invitation.accepted": gettext_lazy("Came in by an invitation"),
    "glass.broken": gettext_lazy("Came in by force of an emergency"),
    "glass.looked_up": gettext_lazy("Looked for a patient in an emergency"),
    "glass.reviewed": gettext_lazy("Reviewed an entry by force of an emergency"),
    "request.made": gettext_lazy("Somebody asked to be let in"),
    "request.answered": gettext_lazy("Answered somebody who asked to be let in"),
    "union.proposed": gettext_lazy("Proposed to join two circles of the patient"),
    "union.refused": gettext_lazy("Refused to join two circles"),
    "union.made": gettext_lazy("Joined two circles of the patient"),
    "union.undone": gettext_lazy("Made two circles of one again"),
    "stay.asked": gettext_lazy("Asked a unit for a planned stay"),
    "stay.read": gettext_lazy("Read the request for a planned stay"),
    "stay.answered": gettext_lazy("Answered the request for a planned stay"),
    "record.exported": gettext_lazy("Took a copy of the patient's record"),
    "record.exported.pdf": gettext_lazy("Took a copy of the patient's record, to read and print"),
    "record.exported.zip": gettext_lazy("Took a copy of the patient's record, with its files"),
    "record.fetched": gettext_lazy("Fetched the copy of the patient's record"),
    "agenda.fetched": gettext_lazy("Fetched the agenda with a calendar program"),
    "plan.printed": gettext_lazy("Printed the care plan"),
    "summary.printed": gettext_lazy("Printed the patient at a glance"),
    "ladder.changed": gettext_lazy("Changed who is told of urgent messages"),
    "access.printed": gettext_lazy("Printed a code to sign in with"),
    "incident.noted": gettext_lazy("Withdrew a message written in the wrong thread"),
    "identity.warned": gettext_lazy("A hospital no longer stands by this patient's INS"),
    "trail.printed": gettext_lazy("Printed the list of accesses"),
    "archive.made": gettext_lazy("Took a copy of their own data"),
    "person.corrected": gettext_lazy("Corrected their own name or profession"),
    "account.closed": gettext_lazy("Closed their account"),
    "reviews.opened": gettext_lazy("Opened the unusual accesses"),
    "review.fine": gettext_lazy("Saw an unusual access as fine"),
    "review.asked": gettext_lazy("Asked about an unusual access"),
    "review.incident": gettext_lazy("Noted an unusual access as an incident"),
    "identity.decided": gettext_lazy("Decided at the hospital whether its patient is this one"),
    "identity.undone": gettext_lazy("Took a decision about the hospital's patient back"),
    STRANGER: gettext_lazy("Wanted to open the circle without a right, and was refused"),
}
_ADMINISTRATION = "administration."  # and one of `Done`
_RIGHTS: dict[str, Promise] = {
    "admitted": gettext_lazy("member of the circle"),
    "structure": gettext_lazy("through the structure"),
    "union": gettext_lazy("member of the joined circle"),
    "delegation": pgettext_lazy("right", "as a replacement"),
    "stay": pgettext_lazy("right", "for a hospital stay"),
    "break_glass": pgettext_lazy("right", "by force of an emergency"),
    "own": gettext_lazy("their own"),
    "hospital": gettext_lazy("hospital where the patient stays"),
    "system": gettext_lazy("by itself"),
    "none": gettext_lazy("no right"),
    "administrator": pgettext_lazy("right", "administrator"),
    "operator": pgettext_lazy("right", "operator of the service"),
    "machine": gettext_lazy("at the service itself"),
    "invited": pgettext_lazy("right", "invited"),
    "asked": pgettext_lazy("right", "unit that was asked"),
    "officer": gettext_lazy("data protection officer"),
    "role": gettext_lazy("refused: the role does not allow it"),
    "audience": gettext_lazy("refused: not among the readers"),
    "not_author": gettext_lazy("refused: not the author"),
    "not_owner": gettext_lazy("refused: somebody else has it"),
    "glass": gettext_lazy("refused: here by force of an emergency"),
    "circle_frozen": gettext_lazy("refused: the circle is frozen"),
    "circle_closed": gettext_lazy("refused: the circle is closed"),
    "circle_deceased": gettext_lazy("refused: the circle is closed since the death"),
    "last_care_member": gettext_lazy("refused: the last of the care team"),
}


def deed(what: str) -> str:
    """What was done. A code without words of its own is shown as it is: better than nothing at all."""
    if what in _WHAT:
        return str(_WHAT[what])
    if what.startswith(_ADMINISTRATION):
        return _("Administration: %(act)s") % {"act": Done(what.removeprefix(_ADMINISTRATION)).label}
    return _("Was refused an act") if what.startswith("refused:") else what


def by_right(right: str) -> str:
    """By which right, or why it was refused."""
    return str(_RIGHTS.get(right, right))
