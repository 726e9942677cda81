"""What `fhir.resources` accepts and FHIR or a French guide does not: closed codes, targets of references. One table, by element."""

_JDV_J23 = frozenset({"DEM-AVIS", "GEN", "INST", "INTERV", "OBS"})  # JDV_J23-TypeNoteCahierLiaison-CISIS
_JDV_J110 = frozenset({"INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX", "MASQUE_PS", "MASQUE_PSOCIAL", "MASQUE_PT"})
NOTE_TYPES, VISIBILITIES, NORMAL = _JDV_J23, _JDV_J110, "N"
EVENTS = frozenset({"ADM", "SOR", "DOC", "NOT"})  # TRE_R254-TypeEvenement
NOTE_SYSTEM = "https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote"
VISIBILITY_SYSTEM = "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument"
EVENT_SYSTEM = "https://mos.esante.gouv.fr/NOS/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement"
PROFESSIONS = "TRE_G15-ProfessionSante"
NOTE_PROFILE = "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-document-reference"
EMERGENCY = "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-ext-is-emergency"
NDE = "https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/"

_REQUEST = {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"}
_ENCOUNTER = {"planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "unknown"}
CLOSED: dict[tuple[str, str], frozenset[str]] = {  # (resource or "*", element path without indices) → its codes
    ("DocumentReference", "status"): frozenset({"current", "superseded", "entered-in-error"}),
    ("DocumentReference", "docStatus"): frozenset({"preliminary", "final", "amended", "entered-in-error"}),
    ("DocumentReference", "relatesTo.code"): frozenset({"replaces", "transforms", "signs", "appends"}),
    ("CommunicationRequest", "status"): frozenset(_REQUEST),
    ("CommunicationRequest", "priority"): frozenset({"routine", "urgent", "asap", "stat"}),
    ("Encounter", "status"): frozenset(_ENCOUNTER),
    ("Patient", "gender"): frozenset({"male", "female", "other", "unknown"}),
    ("Practitioner", "gender"): frozenset({"male", "female", "other", "unknown"}),
    ("RelatedPerson", "gender"): frozenset({"male", "female", "other", "unknown"}),
    ("Subscription", "status"): frozenset({"requested", "active", "error", "off"}),
    ("Subscription", "channel.type"): frozenset({"rest-hook", "websocket", "email", "sms", "message"}),
    ("*", "identifier.use"): frozenset({"usual", "official", "temp", "secondary", "old"}),
    ("*", "masterIdentifier.use"): frozenset({"usual", "official", "temp", "secondary", "old"}),
    ("*", "name.use"): frozenset({"usual", "official", "temp", "nickname", "anonymous", "old", "maiden"}),
    ("*", "telecom.system"): frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"}),
}
_AUTHORS = frozenset({"Practitioner", "PractitionerRole", "Organization", "Device", "Patient", "RelatedPerson"})
TARGETS: dict[tuple[str, str], frozenset[str]] = {
    ("DocumentReference", "subject"): frozenset({"Patient"}),  # FHIR allows more; the guides and we do not
    ("DocumentReference", "author"): _AUTHORS,
    ("DocumentReference", "custodian"): frozenset({"Organization"}),
    ("DocumentReference", "relatesTo.target"): frozenset({"DocumentReference"}),
    ("CommunicationRequest", "subject"): frozenset({"Patient"}),
    ("CommunicationRequest", "encounter"): frozenset({"Encounter"}),
    ("CommunicationRequest", "requester"): _AUTHORS,
    ("PractitionerRole", "practitioner"): frozenset({"Practitioner"}),
    ("PractitionerRole", "organization"): frozenset({"Organization"}),
    ("RelatedPerson", "patient"): frozenset({"Patient"}),
    ("Encounter", "subject"): frozenset({"Patient"}),
}
KNOWN = (  # of which a bundle may be made
    "Binary", "CommunicationRequest", "Device", "DocumentReference", "Encounter", "List", "Location", "Organization", "Patient",
    "Practitioner", "PractitionerRole", "RelatedPerson", "Subscription",
)  # fmt: skip
