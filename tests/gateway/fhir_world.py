"""Two hospitals with a program each, patients of circles, and stays: for the tests of `/fhir/`."""
import datetime as dt
import json
import time
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from foundation import clock
from hospital.stays.enums import StayState
from hospital.stays.models import Stay
from people.accounts.models import Structure, Unit
from people.circles.models import Circle
from tests.portal.cast import load

INS = "241034008800138"
OID = "1.2.250.1.213.1.4.8"
TOKEN = "http://testserver/fhir/token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EVERYTHING = "system/*.* system/*.rs"


@cache
def private_key(name: str) -> ec.EllipticCurvePrivateKey:
    """A program's own key, one for all tests."""
    return ec.generate_private_key(ec.SECP384R1())


def jwks(name: str) -> dict[str, Any]:
    """What the program registers."""
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private_key(name).public_key()))
    return {"keys": [{**public, "kid": f"{name}-1", "alg": "ES384", "use": "sig"}]}


def assertion(name: str, *, key: Any = None, kid: str = "", alg: str = "ES384", **claims: Any) -> str:
    """A signed assertion; what is given goes before what is right."""
    said = {"iss": name, "sub": name, "aud": TOKEN, "exp": int(time.time()) + 240, "jti": str(uuid.uuid4()), **claims}
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(kept, key or private_key(name), algorithm=alg, headers={"kid": kid or f"{name}-1"})


@dataclass
class Program:
    """One hospital's program, with its token."""

    name: str
    scope: str = EVERYTHING
    client: Client = field(default_factory=Client)
    _token: str = ""

    def ask(self, **form: Any) -> Any:
        """The token endpoint's answer."""
        given = {"grant_type": "client_credentials", "scope": self.scope, "client_assertion_type": ASSERTION, **form}
        return self.client.post("/fhir/token", {"client_assertion": given.pop("client_assertion", None) or assertion(self.name), **given})

    @property
    def token(self) -> str:
        """A running token, asked for once."""
        if not self._token:
            answer = self.ask()
            assert answer.status_code == 200, answer.content
            self._token = answer.json()["access_token"]
        return self._token

    def call(self, method: str, where: str, body: Any = None, **headers: str) -> Any:
        """The answer below `/fhir`."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"authorization": f"Bearer {self.token}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.generic(method, f"/fhir{where}", data, content_type="application/fhir+json", headers=sent)

    def get(self, where: str, **headers: str) -> Any:
        """A reading."""
        return self.call("GET", where, **headers)


@dataclass
class World:
    """Ids by key (`dax`, `pau`, `cardio`, `jeanne`, `paul`, people), and a program per hospital."""

    ids: dict[str, str]
    programs: dict[str, Program] = field(default_factory=dict)

    def program(self, hospital: str, scope: str = EVERYTHING) -> Program:
        """A hospital's program, with its own token for the scope."""
        return self.programs.setdefault(f"{hospital} {scope}", Program(f"{hospital}-api", scope))

    def circle(self, patient: str) -> Circle:
        """A patient's circle."""
        return Circle.objects.select_related("patient").get(pk=uuid.UUID(self.ids[patient]))

    def stay(self, patient: str, hospital: str = "dax", *, state: str = StayState.IN_HOSPITAL, ended_h: float | None = None) -> Stay:
        """A stay that began two days ago; `ended_h` hours ago it ended."""
        now = clock.now()
        return Stay.objects.create(
            structure=Structure.objects.get(pk=self.ids[hospital]), circle=self.circle(patient), digest=uuid.uuid4().bytes * 2,
            state=StayState.ENDED if ended_h is not None else state, unit=Unit.objects.filter(structure__pk=self.ids[hospital]).first(),
            admitted_at=now - dt.timedelta(days=2), opened_at=now - dt.timedelta(days=2),
            discharged_at=None if ended_h is None else now - dt.timedelta(hours=ended_h),
        )  # fmt: skip


def fhir_world(folder: Path) -> World:
    """Loads it: Jeanne has an INS, Paul has none; both have a nurse, a GP and a daughter around them."""
    same = {"password": "Zx9-un-cheval", "structures": [], "units": [], "language": "fr"}
    people = [
        {**same, "key": key, "email": f"{key}@example.org", "family_name": key.title(), "given_name": "Camille", "profession": profession}
        for key, profession in (("nurse", "nurse"), ("gp", "physician"), ("daughter", None))
    ]
    ward = {"key": "ward", "email": "ward@example.org", "family_name": "Ward", "structures": ["dax"], "units": ["cardio"]}
    people.append({**people[0], **ward})
    members = [{"person": key, "role": role, "history": "all", "since": None, "until": None}
               for key, role in (("nurse", "nurse"), ("gp", "gp"), ("daughter", "relative"))]  # fmt: skip
    same_patient = {"birth_date": "1941-03-09", "birth_place_code": "40088", "members": members}
    patients = [
        {**same_patient, "key": "jeanne", "family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "sex": "F",
         "ins": {"value": INS, "oid": OID}},
        {**same_patient, "key": "paul", "family_name": "Lafitte", "birth_name": "Lafitte", "given_names": ["Paul"], "sex": "M",
         "ins": None},
    ]  # fmt: skip
    hospitals = [
        {"key": key, "name": name, "finess": finess, "kind": "hospital", "units": [{"key": unit, "code": "4420", "name": "Cardiologie"}],
         "fhir_client": {"client_id": f"{key}-api", "jwks": jwks(f"{key}-api")}}
        for key, name, finess, unit in (("dax", "CH de Dax", "400000001", "cardio"), ("pau", "CH de Pau", "640000002", "cardio_pau"))
    ]  # fmt: skip
    return World(load(folder, {"structures": hospitals, "people": people, "patients": patients}))
