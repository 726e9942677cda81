"""Every page of administration, by every kind of person; and that nobody sees a circle by administering."""
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from ninja.operation import PathView

from care.sheets.forming import add_form
from config.urls import urlpatterns
from foundation.vault.seal import create_vault
from hospital.gateway.models import Feed
from hospital.stays.announcements import Identity
from hospital.stays.enums import DoubtKind, Verdict
from hospital.stays.identities import decide_doubt, raise_doubt
from hospital.stays.models import Doubt
from people.accounts import administration, invitations
from people.accounts.appointments import appoint_administrator, appoint_operator
from people.accounts.enums import StructureKind
from people.accounts.models import Affiliation, Person, TeamInvitation, Unit
from people.accounts.queries import circles_of_structures, register_circle_count
from people.circles.access import System
from people.circles.models import Membership, Patient
from people.circles.queries import circles_with
from people.circles.traits import Traits
from portal.urls import urlpatterns as pages
from tests.accounts.offices import Practice, follow, last_link, link_to, person, practice, signed_in
from tests.portal.cast import load

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
KINDS = ("anonymous", "stranger", "colleague", "other administrator", "administrator", "operator")

FORM = {"resourceType": "Questionnaire", "title": "Toux", "item": [{"linkId": "q1", "type": "boolean", "text": "Tousse ?"}]}
# Route → (method, what is sent, status for whom it is for).
STRUCTURE: dict[str, tuple[str, dict[str, str], int]] = {
    "structures/<str:structure_id>/people": ("GET", {}, 200),
    "structures/<str:structure_id>/people/<str:person_id>": ("GET", {}, 200),
    "structures/<str:structure_id>/people/<str:person_id>/confirm": ("POST", {"profession": "nurse"}, 302),
    "structures/<str:structure_id>/people/<str:person_id>/withdraw": ("POST", {}, 302),
    "structures/<str:structure_id>/people/<str:person_id>/second-factor": ("POST", {}, 302),
    "structures/<str:structure_id>/people/<str:person_id>/end": ("POST", {}, 302),
    "structures/<str:structure_id>/people/<str:person_id>/return": ("POST", {}, 302),
    "structures/<str:structure_id>/invite": ("POST", {"email": "ines@example.org"}, 302),
    "structures/<str:structure_id>/invitations/<str:invitation_id>/send": ("POST", {}, 302),
    "structures/<str:structure_id>/invitations/<str:invitation_id>/revoke": ("POST", {}, 302),
    "structures/<str:structure_id>/numbers": ("GET", {}, 200),
    "structures/<str:structure_id>/settings": ("POST", {"name": "Cabinet"}, 302),
    "structures/<str:structure_id>/ladder": ("GET", {}, 200),
    "structures/<str:structure_id>/feeds": ("GET", {}, 200),
    "structures/<str:structure_id>/feeds/<str:feed_id>/sheet": ("GET", {}, 200),
    "structures/<str:structure_id>/trial": ("GET", {}, 200),
    "structures/<str:structure_id>/identities": ("GET", {}, 200),
    "structures/<str:structure_id>/identities/<str:doubt_id>": ("POST", {"verdict": "?"}, 302),
    "structures/<str:structure_id>/identities/<str:doubt_id>/undo": ("POST", {}, 302),
    "structures/<str:structure_id>/forms": ("GET", {}, 200),
    "structures/<str:structure_id>/forms/new": ("GET", {}, 200),
    "structures/<str:structure_id>/forms/import": ("POST", {"text": "{}"}, 422),
    "structures/<str:structure_id>/forms/<str:form_id>": ("GET", {}, 200),
    "structures/<str:structure_id>/forms/<str:form_id>/edit": ("GET", {}, 200),
    "structures/<str:structure_id>/forms/<str:form_id>/version": ("GET", {}, 200),
    "structures/<str:structure_id>/forms/<str:form_id>/questionnaire.json": ("GET", {}, 200),
    "structures/<str:structure_id>/forms/<str:form_id>/withdraw": ("POST", {"withdrawn": "1"}, 302),
    "structures/<str:structure_id>/units": ("GET", {}, 200),
    "structures/<str:structure_id>/units/keep": ("POST", {"code": "4420", "name": "Cardiologie"}, 302),
    "structures/<str:structure_id>/units/place": ("POST", {"person": "?", "unit": "?"}, 302),
    "structures/<str:structure_id>/units/take": ("POST", {"person": "?", "unit": "?"}, 302),
    "structures/<str:structure_id>/units/arrange": ("POST", {"grace_h": "72", "stale_h": "24"}, 302),
    "structures/<str:structure_id>/units/preview": ("POST", {}, 302),
    "structures/<str:structure_id>/units/apply": ("POST", {"file": ""}, 302),
}
FACTS = {"name": "ADMR de Dax", "kind": "home_help", "finess": "400900045", "phone": ""}
OPERATOR: dict[str, tuple[str, dict[str, str], int]] = {
    "operator/": ("GET", {}, 200),
    "operator/health": ("GET", {}, 200),
    "operator/deliveries": ("GET", {}, 200),
    "operator/deliveries/retry": ("POST", {}, 302),
    "operator/feeds": ("GET", {}, 200),
    "operator/feeds/new": ("POST", {"structure": "?", "msh4": "X", "mode": "observed"}, 422),
    "operator/feeds/<str:feed_id>": ("POST", {"mode": "stopped"}, 302),
    "operator/feeds/<str:feed_id>/sheet": ("GET", {}, 200),
    "operator/feeds/<str:feed_id>/certificate": ("POST", {"remove": "1"}, 302),
    "operator/feeds/<str:feed_id>/replay": ("POST", {}, 302),
    "operator/structures/new": ("POST", FACTS, 302),
    "operator/structures/<str:structure_id>": ("POST", FACTS, 302),
    "operator/structures/<str:structure_id>/administrators": ("POST", {"email": "luc@example.org"}, 302),
    "operator/structures/<str:structure_id>/administrators/<str:person_id>/end": ("POST", {}, 302),
    "operator/structures/<str:structure_id>/invitations/<str:invitation_id>/send": ("POST", {}, 302),
    "operator/structures/<str:structure_id>/invitations/<str:invitation_id>/revoke": ("POST", {}, 302),
}


@pytest.fixture
def here() -> Practice:
    """The practice and its people."""
    return practice()


def somebody(here: Practice, kind: str) -> Person | None:
    """Who calls."""
    return {
        "anonymous": None, "stranger": here.stranger, "colleague": here.bea, "other administrator": here.paul.person,
        "administrator": here.anne.person, "operator": here.omar.person,
    }[kind]  # fmt: skip


def call(client: Client, method: str, path: str, data: dict[str, str]) -> Any:
    """A page's answer."""
    return client.get(path) if method == "GET" else client.post(path, data)


def address(route: str, here: Practice) -> str:
    """The route with ids of things that are there, made so that the act makes sense."""
    if route.startswith("operator"):
        invitation = invitations.invite_administrator(here.omar, structure=here.structure.pk, email="ann@example.org", link_to=link_to)
        person = here.anne.person_id
    else:
        invitation = invitations.invite_colleague(here.anne, email="ann@example.org", link_to=link_to)
        person = here.bea.pk
    if route.endswith("withdraw"):
        administration.confirm_colleague(here.anne, person=person, profession="nurse")
    if route.endswith("return"):
        administration.end_work(here.anne, person=person)
    if "/units" in route:
        _become_hospital(here, listed=route.endswith("take"))
    feed = Feed.objects.create(structure=here.structure, msh4="DEMO", made_at=timezone.now()) if "feed_id" in route else None
    doubt = _decided(here) if "doubt_id" in route else None
    form = add_form(here.anne, questionnaire=FORM) if "form_id" in route else None
    ids = {
        "structure_id": here.structure.pk, "person_id": person, "invitation_id": invitation.pk, "feed_id": feed and feed.pk,
        "doubt_id": doubt and doubt.pk, "form_id": form and form.form_id,
    }  # fmt: skip
    return "/" + re.sub(r"<str:(\w+)>", lambda found: str(ids[found.group(1)]), route)


def _become_hospital(here: Practice, *, listed: bool) -> None:
    """The structure is a hospital with one unit; `listed`: a colleague is on its list."""
    here.structure.kind = StructureKind.HOSPITAL
    here.structure.save()
    unit = Unit.objects.create(structure=here.structure, code="4510", name="Gériatrie")
    if listed:
        Affiliation.objects.create(person=here.bea, structure=here.structure, unit=unit, since=timezone.now())


def _filled(data: dict[str, str], here: Practice) -> dict[str, str]:
    """What is sent, naming the colleague and the unit where it asks for one."""
    unit = Unit.objects.filter(structure=here.structure).first() if "unit" in data else None
    return {"person": str(here.bea.pk), "unit": str(unit.pk)} if unit else data


def _decided(here: Practice) -> Doubt:
    """A doubt of the structure's identity desk, decided."""
    patient, traits = Patient(vault=uuid4()), Traits("Durand", "Petit", ["Jeanne"], "1941-03-09", "F")
    create_vault(patient.vault)
    patient.set_traits(traits)
    patient.save()
    doubt = raise_doubt(here.structure.pk, Identity(traits, (("A", "1"),)), patient, DoubtKind.TRAITS)
    return decide_doubt(System("test"), doubt=doubt.pk, verdict=Verdict.OTHER)


def test_the_table_holds_every_route_of_administration() -> None:
    routes = {str(page.pattern) for page in pages if str(page.pattern).startswith(("structures/", "operator/"))}
    assert routes == {*STRUCTURE, *OPERATOR}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("route", [*STRUCTURE, *OPERATOR])
def test_a_page_is_there_for_its_office_alone(here: Practice, route: str, kind: str) -> None:
    method, data, well = {**STRUCTURE, **OPERATOR}[route]
    owner = "administrator" if route in STRUCTURE else "operator"
    path = address(route, here)
    answer = call(signed_in(somebody(here, kind)), method, path, _filled(data, here))
    if kind == "anonymous":
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (302, "/accounts/login/")
    elif kind == owner:
        assert answer.status_code == well
        assert "location" not in answer.headers or "/accounts/" not in answer.headers["location"]
    else:
        assert answer.status_code == 404
        elsewhere = "/" + re.sub("<[^>]*>", str(uuid4()), route) + ("x" if route in OPERATOR else "")
        nothing = call(signed_in(somebody(here, kind)), method, elsewhere, data)
        assert (nothing.status_code, nothing.content) == (404, answer.content)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("route", [*STRUCTURE, *OPERATOR])
def test_malformed_and_unknown_ids_are_not_there(here: Practice, route: str, method: str) -> None:
    client = signed_in(here.anne.person if route in STRUCTURE else here.omar.person)
    if "<" in route:
        for text in ("x", "00000000-0000-0000-0000-00000000000１", str(uuid4()), f"{here.structure.pk}%0a"):
            answer = call(client, method, "/" + re.sub("<[^>]*>", text, route), {})
            assert answer.status_code in {404, 405}


def test_a_disabled_account_has_no_office(here: Practice) -> None:
    client = signed_in(here.anne.person)
    Person.objects.filter(pk=here.anne.person_id).update(is_active=False)
    assert client.get(f"/structures/{here.structure.pk}/people").status_code == 302


def test_the_list_says_who_is_confirmed_and_has_a_second_factor(here: Practice) -> None:
    Authenticator.objects.create(user=here.anne.person, type="totp", data={})
    client = signed_in(here.anne.person)
    page = client.get(f"/structures/{here.structure.pk}/people", headers={"accept-language": "en"}).content.decode()
    rows = re.findall(r'<a class="c-person".*?</a>', page, re.S)
    assert ["Anne" in row or "Bea" in row for row in rows] == [True, True]
    anne, bea = rows
    assert ("confirmée depuis" in anne, "second facteur installé" in anne) == (True, True)
    assert ("pas encore confirmée" in bea, "pas de second facteur" in bea) == (True, True)


def test_a_refused_number_is_said_beside_its_field(here: Practice) -> None:
    path = f"/structures/{here.structure.pk}/people/{here.bea.pk}/confirm"
    answer = signed_in(here.anne.person).post(path, {"profession": "nurse", "rpps": "10001234567"})
    assert answer.status_code == 422
    assert "onze chiffres" in answer.content.decode()
    assert not Person.objects.get(pk=here.bea.pk).confirmed


def test_kind_and_number_of_a_structure_are_the_operators(here: Practice) -> None:
    data = {"name": "Cabinet", "phone": "05 36 49 00 00", "kind": "hospital", "finess": "400000001"}
    signed_in(here.anne.person).post(f"/structures/{here.structure.pk}/settings", data)
    here.structure.refresh_from_db()
    assert (here.structure.name, here.structure.phone) == ("Cabinet", "05 36 49 00 00")
    assert (here.structure.kind, here.structure.finess) == ("nursing_office", "")
    signed_in(here.omar.person).post(f"/operator/structures/{here.structure.pk}", data)
    here.structure.refresh_from_db()
    assert (here.structure.kind, here.structure.finess) == ("hospital", "400000001")


def test_a_refused_telephone_number_is_said_beside_its_field(here: Practice) -> None:
    for who, path in ((here.anne.person, f"/structures/{here.structure.pk}/settings"), (here.omar.person, "/operator/structures/new")):
        answer = signed_in(who).post(path, {**FACTS, "phone": "call me"})
        assert answer.status_code == 422
        assert 'id="id_phone_error"' in answer.content.decode()


def test_the_ways_there_stand_under_me_for_those_who_have_them(here: Practice) -> None:
    ways = {kind: signed_in(somebody(here, kind)).get("/me").content.decode() for kind in KINDS[1:]}
    assert {kind for kind, page in ways.items() if f"/structures/{here.structure.pk}/people" in page} == {"administrator"}
    assert {kind for kind, page in ways.items() if 'href="/operator/"' in page} == {"operator"}


def test_circles_are_counted_and_no_more(here: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("people.accounts.queries._circle_counts", [circles_with])
    assert circles_of_structures([here.structure.pk]) == {here.structure.pk: 0}
    register_circle_count(lambda structures: dict.fromkeys(structures, 613))
    for who, path in ((here.anne.person, f"/structures/{here.structure.pk}/numbers"), (here.omar.person, "/operator/")):
        assert "613" in signed_in(who).get(path).content.decode()


def _addresses(patterns: list[Any], before: str = "/") -> Iterator[tuple[str, str]]:
    """(method, address) of every route about one circle or post."""
    for pattern in patterns:
        where = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, where)
        elif isinstance(pattern, URLPattern) and re.search(r"(circles|patients|posts)/<", where):
            view = inspect.getclosurevars(pattern.callback).nonlocals.get("self") if inspect.isfunction(pattern.callback) else None
            methods = {one for each in view.operations for one in each.methods} if isinstance(view, PathView) else {"GET", "POST"}
            for method in sorted(methods):
                yield method, where


@pytest.mark.parametrize("office", ["administrator", "operator"])
def test_no_circle_is_seen_by_administering(tmp_path: Path, office: str) -> None:
    ids = load(tmp_path)
    claire = Person.objects.get(pk=ids["claire"])
    Membership.objects.filter(circle=UUID(ids["p1"]), person=claire).delete()
    if office == "administrator":
        appoint_administrator(None, person=claire, structure=UUID(ids["chd"]))
    else:
        appoint_operator(person=claire)
    client, asked = signed_in(claire), 0
    for method, route in _addresses(list(urlpatterns)):
        path = re.sub(r"<[^>]*>", ids["p1"], route)
        answer = client.generic(method, path, "{}", content_type="application/json")
        assert answer.status_code in {404, 405}, (method, path, answer.status_code)
        assert b"Durand" not in answer.content
        asked += 1
    assert asked > 20
    assert client.get("/api/v1/circles").json()["items"] == []
    own = [f"/structures/{ids['chd']}/{room}" for room in ("people", "numbers", "settings")]
    for path in ("/", "/new", "/todo", "/portal/patients", *own, "/operator/", f"/operator/structures/{ids['chd']}"):
        page = client.get(path).content.decode()
        assert "Jeanne" not in page
        assert ids["p1"] not in page


def test_pages_are_asked_for_in_as_many_statements_however_many_work_there(here: Practice) -> None:
    client, counts = signed_in(here.anne.person), []
    for names in (("Uma",), ("Vic", "Wim", "Xan", "Yan", "Zoe")):
        for name in names:
            Affiliation.objects.create(person=person(name, "nurse"), structure=here.structure, since=timezone.now())
        client.get("/me")
        with CaptureQueriesContext(connection) as statements:
            assert client.get(f"/structures/{here.structure.pk}/people").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_link_of_an_invitation_leads_to_the_host_that_was_called(here: Practice) -> None:
    signed_in(here.anne.person).post(f"/structures/{here.structure.pk}/invite", {"email": "ines@example.org"})
    assert follow(last_link()).headers["location"] == "/accounts/join/"
    assert TeamInvitation.objects.get().sent_at is not None
