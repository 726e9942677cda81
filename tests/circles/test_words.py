"""How people are called: the doctor's title and the trade in the person's own gender, the same for pages and scripts."""
import pytest
from django.utils import translation

from foundation.vault import seal
from people.accounts.models import Person
from people.accounts.services import NewPerson, create_person
from people.circles.enums import Role
from people.circles.words import short_name, titled, trade, trades


@pytest.mark.parametrize(
    ("profession", "gender", "role", "french", "english"),
    [
        ("nurse", "F", "nurse", "infirmière", "nurse"),
        ("nurse", "M", "nurse", "infirmier", "nurse"),
        ("nurse", "", "nurse", "infirmier ou infirmière", "nurse"),
        ("nurse", "F", "coordinator", "coordinatrice", "coordinator"),
        ("social_worker", "M", "coordinator", "coordinateur", "coordinator"),
        ("nurse", "M", "hospital_staff", "équipe hospitalière", "hospital staff"),
        ("physician", "F", "gp", "médecin généraliste", "general practitioner"),
        ("physician", "M", "specialist", "médecin spécialiste", "specialist"),
        ("care_assistant", "F", "other_health", "aide-soignante", "care assistant"),
        ("other", "M", "other_health", "professionnel de santé", "health professional"),
        ("", "F", "nurse", "infirmière", "nurse"),
        ("", "F", "home_help", "aide à domicile", "home help"),
        ("", "M", "patient", "patient", "patient"),
        ("physician", "F", "relative", "proche", "relative"),
        ("physician", "F", "", "médecin", "physician"),
        ("", "F", "", "", ""),
    ],
)
def test_a_trade_is_said_in_the_person_s_own_gender(profession: str, gender: str, role: str, french: str, english: str) -> None:
    person = Person(profession=profession, gender=gender)
    with translation.override("fr"):
        assert trade(person, role) == french
    with translation.override("en"):
        assert trade(person, role) == english


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize(
    ("profession", "confirmed", "role", "name", "short"),
    [
        ("physician", True, "gp", "Dr Hélène Castets", "Dr Castets"),
        ("physician", True, "relative", "Hélène Castets", "H. Castets"),
        ("physician", True, "", "Dr Hélène Castets", "Dr Castets"),
        ("physician", False, "", "Hélène Castets", "H. Castets"),
        ("nurse", True, "nurse", "Hélène Castets", "H. Castets"),
    ],
)
def test_a_physician_bears_the_title_where_they_are_one(profession: str, confirmed: bool, role: str, name: str, short: str) -> None:
    seal.forget()
    seal.create_vault(seal.SITE)
    person = create_person(NewPerson("Hélène", "Castets", "helene@example.org", profession=profession, confirmed=confirmed))
    assert (titled(person, role), short_name(person, role)) == (name, short)


@pytest.mark.parametrize("gender", ["F", "M", ""])
@pytest.mark.parametrize("role", Role)
def test_scripts_get_the_words_of_the_pages(role: Role, gender: str) -> None:
    with translation.override("fr"):
        forms = trades()["words"][role]
        assert forms.get(gender, forms[""]) == trade(Person(gender=gender), role) != ""
