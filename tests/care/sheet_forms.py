"""Small forms for the tests of sheets, and ways to change one in one place."""
import copy
from typing import Any

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
OURS = "urn:cercle:sheets"


def option(code: str, score: int | None = None) -> dict[str, Any]:
    """An option, with its score."""
    extension = {"extension": [{"url": ORDINAL, "valueDecimal": score}]} if score is not None else {}
    return {**extension, "valueCoding": {"code": code, "display": code.title()}}


def rule(condition: str, act: str, words: str, *to: str) -> dict[str, Any]:
    """A rule that acts."""
    parts = [{"url": "condition", "valueString": condition}, {"url": act, "valueString": words}]
    return {"url": f"{OURS}:rule", "extension": [*parts, *({"url": "to", "valueCode": role} for role in to)]}


FORM: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "language": "fr",
    "extension": [
        {"url": f"{OURS}:filled-by", "valueCode": "patient"},
        rule("{score} >= 3 or {weight} - lowest({weight}, 72) >= 2", "alert", "À voir aujourd’hui", "gp"),
    ],
    "title": "Suivi",
    "_title": {"extension": [{"url": TRANSLATION, "extension": [{"url": "lang", "valueCode": "en"},
                                                               {"url": "content", "valueString": "Follow-up"}]}]},
    "status": "active",
    "item": [
        {"linkId": "weight", "text": "Poids", "type": "quantity", "required": True, "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueDecimal": 20},
            {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueDecimal": 300},
            {"url": UNIT, "valueCoding": {"system": "http://unitsofmeasure.org", "code": "kg", "display": "kg"}}]},
        {"linkId": "pain", "text": "Douleur", "type": "choice",
         "answerOption": [option("none", 0), option("some", 1), option("strong", 3)]},
        {"linkId": "since", "text": "Depuis", "type": "date", "required": True,
         "enableWhen": [{"question": "pain", "operator": "!=", "answerCoding": {"code": "none"}}]},
        {"linkId": "signs", "text": "Signes", "type": "group", "item": [
            {"linkId": "fever", "text": "Fièvre", "type": "boolean"},
            {"linkId": "words", "text": "Remarque", "type": "text", "maxLength": 200},
            {"linkId": "others", "text": "Autres", "type": "open-choice", "repeats": True,
             "answerOption": [option("a", 1), option("b", 2)]},
        ]},
        {"linkId": "score", "text": "Score", "type": "integer", "readOnly": True, "extension": [
            {"url": f"{OURS}:calculated", "valueString": "sum({pain}, {fever}, {others}, 0)"},
            {"url": f"{OURS}:band", "extension": [{"url": "from", "valueDecimal": 3}, {"url": "label", "valueString": "élevé"},
                                                  {"url": "tone", "valueCode": "worry"}]}]},
    ],
}  # fmt: skip


def form(**members: Any) -> dict[str, Any]:
    """The form, with other members."""
    return {**copy.deepcopy(FORM), **members}


def with_items(*items: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A form of these items alone."""
    return {"resourceType": "Questionnaire", "title": "Essai", "status": "active", "item": list(items), **members}


def item(link_id: str, kind: str = "integer", **members: Any) -> dict[str, Any]:
    """An item."""
    return {"linkId": link_id, "type": kind, **members}


def calculated(link_id: str, formula: str) -> dict[str, Any]:
    """An item that is worked out."""
    return item(link_id, "decimal", extension=[{"url": f"{OURS}:calculated", "valueString": formula}])


def when(question: str, **members: Any) -> dict[str, Any]:
    """A condition."""
    return {"question": question, "operator": "exists", "answerBoolean": True, **members}
