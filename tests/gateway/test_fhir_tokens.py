"""SMART Backend Services: who gets a token, who does not, and what a token opens."""
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.management import CommandError, call_command
from django.test import Client

from hospital.gateway.models import AccessToken, FhirClient, UsedAssertion
from hospital.gateway.scopes import allows, granted
from tests.gateway.fhir_world import TOKEN, Program, World, assertion, fhir_world

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two hospitals."""
    return fhir_world(tmp_path)


def refusal(answer: Any) -> tuple[int, str]:
    """(status, code) of an OAuth refusal."""
    return answer.status_code, answer.json()["error"]


def test_a_signed_assertion_becomes_a_token_of_five_minutes_of_which_a_hash_is_kept(world: World) -> None:
    answer = world.program("dax").ask(scope="system/Patient.read system/CareTeam.rs system/Nothing.read openid")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("bearer", 300, "system/Patient.read system/CareTeam.rs")
    assert answer["Cache-Control"] == "no-store"
    kept = AccessToken.objects.get()
    assert told["access_token"].encode() not in bytes(kept.digest)
    assert len(bytes(kept.digest)) == 32


def test_an_assertion_is_good_once(world: World) -> None:
    said = assertion("dax-api")
    program = world.program("dax")
    assert program.ask(client_assertion=said).status_code == 200
    assert refusal(program.ask(client_assertion=said)) == (401, "invalid_client")
    assert UsedAssertion.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "http://testserver/fhir/metadata"}, {"exp": int(time.time()) + 3600}, {"exp": int(time.time()) - 60}, {"jti": None},
        {"sub": "pau-api"}, {"iss": "pau-api", "sub": "pau-api"}, {"iss": "nobody", "sub": "nobody"}, {"kid": "another"}, {"exp": None},
        {"key": ec.generate_private_key(ec.SECP384R1())}, {"exp": str(int(time.time()) + 240)},
    ],
    ids=["address", "too long", "over", "no jti", "another subject", "another client", "unknown", "unknown key", "no end", "forged",
         "a text"],
)  # fmt: skip
def test_whatever_is_wrong_with_an_assertion_gives_no_token(world: World, wrong: dict[str, Any]) -> None:
    assert refusal(world.program("dax").ask(client_assertion=assertion("dax-api", **wrong))) == (401, "invalid_client")
    assert not AccessToken.objects.exists()


def test_other_algorithms_are_refused(world: World) -> None:
    program = world.program("dax")
    small = rsa.generate_private_key(65537, 2048)
    registered = FhirClient.objects.get(client_id="dax-api")
    registered.jwks["keys"].append({**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(small.public_key())), "kid": "rsa"})
    registered.save()
    assert program.ask(client_assertion=assertion("dax-api", key=small, kid="rsa", alg="RS384")).status_code == 200
    assert refusal(program.ask(client_assertion=assertion("dax-api", key=small, kid="rsa", alg="RS256"))) == (401, "invalid_client")
    assert refusal(program.ask(client_assertion=assertion("dax-api", key="x" * 48, alg="HS384"))) == (401, "invalid_client")
    none = jwt.encode({"iss": "dax-api", "sub": "dax-api", "aud": TOKEN}, "", algorithm="none")
    assert refusal(program.ask(client_assertion=none)) == (401, "invalid_client")


def test_what_is_not_asked_rightly_is_said_so(world: World) -> None:
    program = world.program("dax")
    assert refusal(program.ask(grant_type="password")) == (400, "unsupported_grant_type")
    assert refusal(program.ask(scope="patient/Patient.read user/*.*")) == (400, "invalid_scope")
    assert refusal(program.ask(client_assertion="a.b.c")) == (400, "invalid_request")
    assert refusal(Client().get("/fhir/token")) == (400, "invalid_request")


def test_a_token_opens_until_its_client_ends(world: World) -> None:
    program = world.program("dax")
    assert program.get("/Patient?_id=x").status_code == 200
    call_command("fhir_client", "end", "dax-api")
    answer = program.get("/Patient?_id=x")
    assert (answer.status_code, answer["WWW-Authenticate"], answer.json()["resourceType"]) == (401, "Bearer", "OperationOutcome")
    assert refusal(program.ask()) == (401, "invalid_client")


def test_without_a_token_no_address_tells_anything() -> None:
    asked = [Client().get(f"/fhir/{where}") for where in ("Patient", "Patient/x", "CareTeam/x/_history/1", "nothing", "a/b/c/d/e/f")]
    assert {(answer.status_code, answer.content) for answer in asked} == {(401, asked[0].content)}


def test_scopes_of_both_versions() -> None:
    assert granted("system/Patient.read system/Patient.rs launch system/Patient.cud") == "system/Patient.read system/Patient.rs"
    assert allows("system/Patient.read", "Patient", "s")
    assert not allows("system/Patient.read", "CareTeam", "s")
    assert allows("system/*.rs", "CareTeam", "r")
    assert not allows("system/DocumentReference.rs", "DocumentReference", "c")
    assert allows("system/DocumentReference.write", "DocumentReference", "c")
    assert granted("system/Patient.sr system/Patient. system/.read system/*.read") == "system/*.read"


def test_a_scope_that_was_not_given_is_refused_with_an_outcome(world: World) -> None:
    answer = Program("dax-api", "system/CareTeam.read").get("/Patient?_id=x")
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (403, "forbidden")


def test_the_operator_registers_public_keys_only(world: World, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    keys = {"keys": [json.loads(jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()))) | {"kid": "1"}]}
    file.write_text(json.dumps(keys))
    with pytest.raises(CommandError, match="public"):
        call_command("fhir_client", "add", "second", "--hospital", "400000001", "--jwks", str(file))
    keys["keys"][0].pop("d")
    file.write_text(json.dumps(keys))
    call_command("fhir_client", "add", "second", "--hospital", "400000001", "--jwks", str(file))
    assert FhirClient.objects.get(client_id="second").structure.name == "CH de Dax"
