"""What this server says of itself: the CapabilityStatement, and the discovery document of SMART App Launch."""
from hospital.gateway.fhir.outcomes import Resource
from hospital.gateway.scopes import RESOURCES, supported
from hospital.gateway.tokens import ALGORITHMS, GRANT

FHIR_VERSION = "4.0.1"
MEDIA_TYPE = "application/fhir+json"
_IG = "https://interop.esante.gouv.fr/ig/fhir"
PROFILES = {
    "AuditEvent": [f"{_IG}/tde/StructureDefinition/tde-auditevent"],
    "CareTeam": [f"{_IG}/cds/StructureDefinition/cds-ihe-careteam"],
    "CommunicationRequest": [f"{_IG}/nde/StructureDefinition/nde-eventdeclaration"],
    "DocumentReference": [
        f"{_IG}/cdl/StructureDefinition/cdl-document-reference",
        f"{_IG}/pdsm/StructureDefinition/pdsm-comprehensive-document-reference",
    ],
    "Patient": ["https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins"],
}
SEARCHES = {  # parameter → its type
    "AuditEvent": {"_id": "token", "date": "date", "patient": "reference"},
    "CareTeam": {"_id": "token", "identifier": "token", "patient": "reference", "patient.identifier": "token", "subject": "reference"},
    "DocumentReference": {
        "_id": "token", "date": "date", "identifier": "token", "patient": "reference", "patient.identifier": "token",
        "security-label": "token", "status": "token", "subject": "reference", "subject.identifier": "token", "type": "token",
    },
    "Patient": {"_id": "token", "identifier": "token"},
    "Subscription": {"_id": "token", "status": "token"},
}  # fmt: skip
_CODES = {"c": ["create"], "r": ["read"], "u": ["update"], "d": ["delete"], "s": ["search-type"]}
_VERSIONED = {"CareTeam"}


def capability_statement(base: str) -> Resource:
    """`GET metadata`. `base` is the server's address without a slash at its end."""
    security = {
        "cors": False,
        "service": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}],
                     "text": "SMART Backend Services: a signed assertion (private_key_jwt), system scopes."}],
        "extension": [{"url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                       "extension": [{"url": "token", "valueUri": f"{base}/token"}]}],
    }  # fmt: skip
    return {
        "resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-22", "kind": "instance",
        "software": {"name": "Cercle"}, "implementation": {"description": "Cercle: the hospital's door, JSON only.", "url": base},
        "fhirVersion": FHIR_VERSION, "format": [MEDIA_TYPE, "json"],
        "rest": [{
            "mode": "server", "security": security, "interaction": [{"code": "transaction"}],
            "documentation": "JSON only: XML is answered with 406. References to other servers are accepted and never followed.",
            "resource": [_resource(name) for name in RESOURCES],
        }],
    }  # fmt: skip


def _resource(name: str) -> Resource:
    codes = [code for letter in RESOURCES[name] for code in _CODES[letter]]
    if name in _VERSIONED:
        codes += ["vread", "history-instance"]
    described: Resource = {"type": name, "interaction": [{"code": code} for code in codes]}
    if name in PROFILES:
        described["supportedProfile"] = PROFILES[name]
    if name in SEARCHES:
        described["searchParam"] = [{"name": parameter, "type": kind} for parameter, kind in SEARCHES[name].items()]
    if name in _VERSIONED:
        described |= {"versioning": "versioned", "readHistory": True}
    if name == "DocumentReference":
        described |= {"conditionalCreate": True, "conditionalUpdate": True}
    return described


def smart_configuration(base: str) -> Resource:
    """`GET .well-known/smart-configuration`."""
    return {
        "token_endpoint": f"{base}/token",
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": supported(),
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
    }
