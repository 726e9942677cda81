"""Forms as FHIR R4 Questionnaires: read strictly, refused with the place, written again without loss."""
import contextlib
import json
import time
import tracemalloc
from typing import Any

import pytest

from care.sheets.errors import Malformed
from care.sheets.reading import read_questionnaire, understood
from care.sheets.shipped import shipped_forms
from care.sheets.writing import written
from tests.care.sheet_forms import FORM, OURS, calculated, form, item, option, rule, when, with_items


def nested(deep: int) -> dict[str, Any]:
    """Groups in groups."""
    inner = item("q")
    for level in range(deep - 1):
        inner = item(f"g{level}", "group", item=[inner])
    return with_items(inner)


def test_a_form_is_written_again_as_it_was_read() -> None:
    once = written(understood(FORM))
    assert once == FORM | {"subjectType": ["Patient"]}
    assert understood(once) == understood(FORM)


def test_shipped_forms_are_understood_whole_and_are_valid_fhir() -> None:
    from fhir.resources.R4B.questionnaire import Questionnaire

    for key, questionnaire in shipped_forms().items():
        assert questionnaire.ignored == (), key
        again = written(questionnaire)
        assert understood(json.loads(json.dumps(again))) == questionnaire, key
        Questionnaire(**_without_shadows(again))
        assert questionnaire.title.told("en") != questionnaire.title.text, key
        untold = [one.link_id for one in questionnaire.by_id.values() if one.text and not one.text.others]
        assert len(untold) < len(questionnaire.by_id) / 2, key


def test_what_is_not_understood_is_named_and_left_out() -> None:
    read = understood(form(publisher="CHD", contact=[{"name": "x"}], extension=[{"url": "http://example.org/x", "valueString": "y"}]))
    assert set(read.ignored) == {"extension[0]", "contact"}
    assert "contact" not in written(read)


LOOPS = with_items(item("n"), calculated("a", "{b} + 1"), calculated("b", "{c}"), calculated("c", "{a} * {n}"))
THROUGH_A_CONDITION = with_items(item("g", "group", enableWhen=[when("s")], item=[item("n")]), calculated("s", "{n} + 1"))
BAD: list[tuple[Any, str]] = [
    ([], ""),
    ("x", ""),
    (None, ""),
    ({"resourceType": "Patient"}, "resourceType"),
    (form(title=7), "title"),
    (form(title=None), "title"),
    (form(title=" "), "title"),
    (form(title="x" * 201), "title"),
    (form(title="a\u202eb"), "title"),
    (form(item=[]), "item"),
    (form(item={}), "item"),
    (form(item=[7]), "item[0]"),
    (form(modifierExtension=[]), "modifierExtension"),
    (form(extension={}), "extension"),
    (form(extension=[{"valueString": "x"}]), "extension[0].url"),
    (form(extension=[{"url": f"{OURS}:filled-by", "valueCode": "nurse"}]), "extension[0].valueCode"),
    (form(extension=[rule("{score}", "alert", "x", "plumber")]), "extension[0].extension[2].valueCode"),
    (form(extension=[rule("{nothing} > 1", "alert", "x")]), "extension[0]"),
    (form(extension=[rule("{score} >", "alert", "x")]), "extension[0].extension[0].valueString"),
    (form(extension=[{"url": f"{OURS}:rule", "extension": []}]), "extension[0]"),
    (form(_title={"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/translation"}]}), "_title.extension[0]"),
    (with_items(item("a"), item("a")), "item[1].linkId"),
    (with_items(item("")), "item[0].linkId"),
    (with_items(item("{a}")), "item[0].linkId"),
    (with_items({"type": "integer"}), "item[0].linkId"),
    (with_items(item("a", "url")), "item[0].type"),
    (with_items(item("a", "reference")), "item[0].type"),
    (with_items(item("a", required="yes")), "item[0].required"),
    (with_items(item("a", maxLength=0)), "item[0].maxLength"),
    (with_items(item("a", maxLength=10**400)), "item[0].maxLength"),
    (with_items(item("a", "group", repeats=True)), "item[0].repeats"),
    (with_items(item("a", "display", item=[item("b")])), "item[0].item"),
    (with_items(item("a", "choice")), "item[0].answerOption"),
    (with_items(item("a", answerOption=[option("x")])), "item[0].answerOption"),
    (with_items(item("a", "choice", answerOption=[option("x"), option("x")])), "item[0].answerOption[1]"),
    (with_items(item("a", "choice", answerOption=[{"valueCoding": {"display": "x"}}])), "item[0].answerOption[0].valueCoding.code"),
    (with_items(item("a", "choice", answerOption=[option("x")] * 201)), "item[0].answerOption"),
    (with_items(item("a", "choice", answerOption=[option("x")], initial=[{"valueCoding": {"code": "y"}}])), "item[0].initial[0]"),
    (with_items(item("a", initial=[{"valueString": "y"}])), "item[0].initial[0]"),
    (with_items(item("a", enableBehavior="some")), "item[0].enableBehavior"),
    (with_items(item("a"), item("g", "group", item=[item("b", enableWhen=[when("a"), when("z")])])),
     "item[1].item[0].enableWhen[1].question"),
    (with_items(item("a"), item("b", enableWhen=[{"question": "a", "operator": "~"}])), "item[1].enableWhen[0].operator"),
    (with_items(item("a"), item("b", enableWhen=[when("a", operator="=")])), "item[1].enableWhen[0].answerBoolean"),
    (with_items(item("a", enableWhen=[when("a")])), "item[0].enableWhen"),
    (with_items(item("a", "quantity")), "item[0]"),
    (with_items(item("a", extension=[{"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": float("nan")}])),
     "item[0].extension[0].valueInteger"),
    (with_items(calculated("a", "{b")), "item[0].extension[0].valueString"),
    (with_items(calculated("a", "__import__('os')")), "item[0].extension[0].valueString"),
    (with_items(calculated("a", "1 " + "+ 1 " * 500)), "item[0].extension[0].valueString"),
    (with_items(calculated("a", "(" * 30 + "1" + ")" * 30)), "item[0].extension[0].valueString"),
    (with_items(calculated("a", "{a} + 1")), "item[0].extension[0].valueString"),
    (LOOPS, "item[1].extension[0].valueString"),
    (THROUGH_A_CONDITION, "item[1].extension[0].valueString"),
    (nested(17), ".".join(["item[0]"] * 16) + ".item"),
    (with_items(*(item(f"i{at}") for at in range(501))), "item"),
    (with_items(*(item(f"i{at}") for at in range(10_000))), "item"),
    (with_items(*(item(f"g{at}", "group", item=[item(f"q{at}.{n}") for n in range(50)]) for at in range(100))), "item[8].item"),
]  # fmt: skip


@pytest.mark.parametrize(("questionnaire", "place"), BAD, ids=range(len(BAD)))
def test_a_malformed_form_is_refused_with_its_place(questionnaire: Any, place: str) -> None:
    with pytest.raises(Malformed) as refused:
        understood(questionnaire)
    assert refused.value.place == place
    assert str(refused.value.sentence)


TEXTS = [
    b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"[]" * 600_000, b'{"resourceType":"Questionnaire","x":NaN}', b'{"a":1,"a":2}',
    b'{"resourceType":"Questionnaire","title":"' + b"x" * 10_000_000 + b'"}', b'{"x":' + b"9" * 100_000 + b"}",
]  # fmt: skip


@pytest.mark.parametrize("raw", TEXTS, ids=range(len(TEXTS)))
def test_a_malformed_text_is_refused_soon_and_in_little_memory(raw: bytes) -> None:
    began = time.process_time()
    tracemalloc.start()
    with pytest.raises(Malformed):
        read_questionnaire(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * 1024 * 1024
    assert time.process_time() - began < 5  # a bound for what would not end, not a measurement


def test_a_text_that_is_no_json_tells_line_and_column() -> None:
    with pytest.raises(Malformed) as refused:
        read_questionnaire('{"resourceType": "Questionnaire",\n "title": }')
    assert "2" in str(refused.value.sentence)
    assert "11" in str(refused.value.sentence)


def test_every_member_of_a_wrong_type_is_refused_and_never_a_failure() -> None:
    """Each value anywhere in a form, replaced by one of every other type: either understood, or refused with a place."""
    wrong: list[Any] = [None, True, -1, 1.5, "x", [], {}, [[]], [{}], {"x": []}, "x" * 5000]
    for path in _paths(FORM):
        for value in wrong:
            changed = form()
            spot = changed
            for step in path[:-1]:
                spot = spot[step]
            spot[path[-1]] = value
            with contextlib.suppress(Malformed):
                understood(changed)


def _without_shadows(value: Any) -> Any:
    """Without "_valueString", which FHIR allows in an extension (translations) and the library does not know there."""
    if isinstance(value, dict):
        return {name: _without_shadows(member) for name, member in value.items() if name != "_valueString"}
    return [_without_shadows(member) for member in value] if isinstance(value, list) else value


def _paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    return [path for step, member in steps for path in [(*before, step), *_paths(member, (*before, step))]]
