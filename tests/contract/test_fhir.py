"""A foreign program against the running service: SMART Backend Services by cumulus-fhir-support, which knows nothing of this one."""
import asyncio
import datetime as dt
import json
import time
import uuid
from typing import Any

import httpx2
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cumulus_fhir_support import FhirClient
from jwcrypto import jwk

from tests.contract.cast import person
from tests.contract.running import Server
from tests.gateway.fhir_samples import event, patient

INS, OID = "241034008800138", "1.2.250.1.213.1.4.8"


def _keys() -> tuple[dict[str, Any], dict[str, Any]]:
    """(the private JWK Set that the program keeps, the public one that it registers)."""
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = jwk.JWK.from_pem(pem)
    key.update(kid="foreign-1", alg="ES384", use="sig")
    private = {**json.loads(key.export_private()), "key_ops": ["sign"]}
    return {"keys": [private]}, {"keys": [json.loads(key.export_public())]}


def _hospital(server: Server, public: dict[str, Any]) -> None:
    """A hospital whose program is registered, and a patient with an INS in a circle."""
    unit = {"key": "foreign_unit", "code": "4420", "name": "Cardiologie"}
    client = {"client_id": "foreign-api", "jwks": public}
    named = {"key": "foreign", "name": "CH de Mont", "finess": "400000077", "kind": "hospital"}
    hospital = {**named, "units": [unit], "fhir_client": client}
    names = {"family_name": "Castets", "birth_name": "Castets", "given_names": ["Yvonne"]}
    whom = {
        **names, "key": "yvonne", "birth_date": "1941-03-09", "sex": "F", "birth_place_code": "40088", "ins": {"value": INS, "oid": OID},
        "members": [{"person": "foreign_nurse", "role": "nurse"}],
    }  # fmt: skip
    server.load({"structures": [hospital], "people": [person("foreign_nurse", "nurse")], "patients": [whom]})


async def _asked(server: Server, private: dict[str, Any], *where: str) -> list[Any]:
    kinds = ["Patient", "CareTeam", "DocumentReference", "AuditEvent"]
    async with FhirClient(f"{server.url}/fhir", kinds, smart_client_id="foreign-api", smart_jwks=private) as client:
        return [(await client.request("GET", address)).json() for address in where]


def test_a_foreign_program_finds_the_way_in_and_reads_a_patient_for_the_stay(server: Server) -> None:
    private, public = _keys()
    _hospital(server, public)
    wheres = ["metadata", f"Patient?identifier=urn:oid:{OID}|{INS}", f"CareTeam?patient.identifier=urn:oid:{OID}|{INS}"]
    statement, found, teams = asyncio.run(_asked(server, private, *wheres))
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    assert (found["resourceType"], found["type"], found["total"], teams["total"]) == ("Bundle", "searchset", 0, 0)
    assert _declare_admission(server, private["keys"][0]) == 201
    _statement, found, teams = asyncio.run(_asked(server, private, *wheres))
    assert found["entry"][0]["resource"]["name"][0]["family"] == "Castets"
    assert len(teams["entry"][0]["resource"]["participant"]) == 1


def _declare_admission(server: Server, private: dict[str, Any]) -> int:
    """The status of the answer to an event that says that the patient came in an hour ago."""
    claims: dict[str, Any] = {"iss": "foreign-api", "sub": "foreign-api", "aud": f"{server.url}/fhir/token", "jti": str(uuid.uuid4())}
    claims["exp"] = int(time.time()) + 200
    signed = jwt.encode(claims, jwt.PyJWK(private, algorithm="ES384").key, algorithm="ES384", headers={"kid": "foreign-1"})
    form = {"grant_type": "client_credentials", "scope": "system/CommunicationRequest.c", "client_assertion": signed,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}  # fmt: skip
    token = httpx2.post(f"{server.url}/fhir/token", data=form).json()["access_token"]
    at = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)).isoformat(timespec="seconds")
    called = {"use": "official", "family": "CASTETS", "given": ["Yvonne"]}
    names: dict[str, Any] = {"name": [called], "gender": "female", "birthDate": "1941-03-09"}
    body = event("ADM", at, contained=[{**patient(INS, **names), "id": "p"}], requester={"display": "CH de Mont"})
    sent = {"authorization": f"Bearer {token}", "content-type": "application/fhir+json"}
    return httpx2.post(f"{server.url}/fhir/CommunicationRequest", content=json.dumps(body), headers=sent).status_code
