"""What can be done with which resource: (resource, interaction) → who does it. The letter is that of the scope it needs."""
from hospital.gateway.fhir.asking import Ask, Handler, Reply
from hospital.gateway.fhir.audits import read_audit, search_audits
from hospital.gateway.fhir.bundles import create, update
from hospital.gateway.fhir.careteams import read_care_team, read_history, read_version, search_care_teams
from hospital.gateway.fhir.documents_out import read_binary, read_document, search_documents
from hospital.gateway.fhir.outcomes import refused
from hospital.gateway.fhir.patients import read_patient, search_patients
from hospital.gateway.fhir.subscriptions import (
    create_subscription,
    delete_subscription,
    read_subscription,
    search_subscriptions,
    update_subscription,
)  # fmt: skip
from hospital.gateway.scopes import RESOURCES

LETTERS = {"read": "r", "search": "s", "create": "c", "update": "u", "delete": "d", "vread": "r", "history": "r"}
_TABLE: dict[tuple[str, str], Handler] = {
    ("AuditEvent", "read"): read_audit,
    ("AuditEvent", "search"): search_audits,
    ("Binary", "read"): read_binary,
    ("CareTeam", "history"): read_history,
    ("CareTeam", "read"): read_care_team,
    ("CareTeam", "search"): search_care_teams,
    ("CareTeam", "vread"): read_version,
    ("CommunicationRequest", "create"): create,
    ("DocumentReference", "create"): create,
    ("DocumentReference", "read"): read_document,
    ("DocumentReference", "search"): search_documents,
    ("DocumentReference", "update"): update,
    ("Patient", "read"): read_patient,
    ("Patient", "search"): search_patients,
    ("Subscription", "create"): create_subscription,
    ("Subscription", "delete"): delete_subscription,
    ("Subscription", "read"): read_subscription,
    ("Subscription", "search"): search_subscriptions,
    ("Subscription", "update"): update_subscription,
}


def answered(ask: Ask, interaction: str) -> Reply:
    """The answer to one question or order. Raises FhirRefused: 404 for unknown resources, 405 for what one cannot do with a known one."""
    if ask.kind not in RESOURCES:
        raise refused(404, "not-supported", f"There is no {ask.kind[:64]} here. The CapabilityStatement at metadata says what there is.")
    handler = _TABLE.get((ask.kind, interaction))
    if handler is None:
        raise refused(405, "not-supported", f"There is no {interaction} of {ask.kind} here.")
    ask.caller.require(ask.kind, LETTERS[interaction])
    return handler(ask)
