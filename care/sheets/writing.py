"""A form written as a FHIR R4 Questionnaire again: whatever was understood, nothing lost."""
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from care.sheets import extensions as known
from care.sheets.enums import ItemType
from care.sheets.questionnaire import Band, Condition, Item, Option, Plain, Questionnaire, Rule, Said

Json = dict[str, Any]


def written(form: Questionnaire, *, identifier: str = "", version: int | None = None, status: str = "active") -> Json:
    """The Questionnaire as JSON values."""
    extension = [{"url": known.FILLED_BY, "valueCode": who} for who in form.filled_by] + [_rule(rule) for rule in form.rules]
    if form.series_by:
        extension.append({"url": known.SERIES_BY, "valueString": form.series_by})
    head: Json = {
        "resourceType": "Questionnaire", "id": identifier, "language": form.language, "extension": extension, "url": form.url,
        "version": str(version) if version else "", "name": form.name, **_said("title", form.title), "status": status,
        "subjectType": ["Patient"],
        **_said("description", form.description), **_said("purpose", form.purpose), **_said("copyright", form.copyright),
    }  # fmt: skip
    return {**_filled(head), "item": [_item(item) for item in form.items]}


def _filled(members: Json) -> Json:
    """Without what says nothing: FHIR knows no empty members."""
    return {name: value for name, value in members.items() if value not in ("", None, [], False, {})}


def number(value: Decimal) -> int | float:
    """A number of JSON."""
    return int(value) if value == value.to_integral_value() else float(value)


def _said(name: str, said: Said) -> Json:
    if not said:
        return {}
    translations = [
        {"url": known.TRANSLATION, "extension": [{"url": "lang", "valueCode": code}, {"url": "content", "valueString": text}]}
        for code, text in said.others
    ]  # fmt: skip
    return {name: said.text, **({f"_{name}": {"extension": translations}} if translations else {})}


def _rule(rule: Rule) -> Json:
    parts: list[Json] = [{"url": "condition", "valueString": rule.condition.written}]
    parts.append({"url": rule.act.value, **_said("valueString", rule.words)})
    parts += [{"url": "to", "valueCode": role} for role in rule.to]
    if rule.due is not None:
        parts.append({"url": "due", "valueInteger": rule.due})
    return {"url": known.RULE, "extension": parts}


def _item(item: Item) -> Json:
    members: Json = {
        "linkId": item.link_id, "extension": list(_extensions(item)), "prefix": item.prefix, **_said("text", item.text),
        "type": item.type.value,
        "enableWhen": [_condition(condition) for condition in item.conditions], "enableBehavior": "any" if item.any_condition else "",
        "required": item.required, "repeats": item.repeats, "readOnly": item.read_only, "maxLength": item.longest,
        "answerOption": [_option(option) for option in item.options], "initial": [_initial(item, value) for value in item.initial],
        "item": [_item(child) for child in item.items],
    }  # fmt: skip
    if len(item.conditions) > 1 and not item.any_condition:
        members["enableBehavior"] = "all"  # que-12: it must be said where there are several
    return _filled(members)


def _extensions(item: Item) -> Iterable[Json]:
    for url, bound in ((known.MIN_VALUE, item.low), (known.MAX_VALUE, item.high)):
        if isinstance(bound, Decimal):
            yield {"url": url, "valueInteger" if item.type is ItemType.INTEGER else "valueDecimal": number(bound)}
        elif bound is not None:
            yield {"url": url, "valueDate": bound}
    for url, count in ((known.MOST_PLACES, item.places), (known.MIN_OCCURS, item.least or None), (known.MAX_OCCURS, item.most)):
        if count is not None:
            yield {"url": url, "valueInteger": count}
    if item.unit:
        yield {"url": known.UNIT, "valueCoding": {"system": known.UCUM, "code": item.unit[0], "display": item.unit[1]}}
    if item.formula:
        yield {"url": known.CALCULATED, "valueString": item.formula.written}
    yield from (_band(band) for band in item.bands)
    if item.hidden:
        yield {"url": known.HIDDEN, "valueBoolean": True}
    if item.measure:
        parts = [{"url": "kind", "valueCode": item.measure.kind}, {"url": "part", "valueCode": item.measure.part}]
        yield {"url": known.MEASURE, "extension": parts}


def _band(band: Band) -> Json:
    bounds = (("from", band.low), ("to", band.high))
    parts: list[Json] = [{"url": url, "valueDecimal": number(bound)} for url, bound in bounds if bound is not None]
    parts += [{"url": "label", **_said("valueString", band.label)}, {"url": "tone", "valueCode": band.tone.value}]
    return {"url": known.BAND, "extension": parts}


def _option(option: Option) -> Json:
    score = [{"url": known.ORDINAL, "valueDecimal": number(option.score)}] if option.score is not None else []
    head = _filled({"extension": score, "initialSelected": option.initial})
    if option.kind == "Coding":
        coding = {**_filled({"system": option.system}), "code": option.code, **_said("display", option.label)}
        return {**head, "valueCoding": coding}
    if option.kind == "String":
        return {**head, **_said("valueString", option.label)}
    return {**head, "valueInteger": int(option.code)}


def _condition(condition: Condition) -> Json:
    value = _value(condition.kind, condition.answer)
    return {"question": condition.question, "operator": condition.operator.value, f"answer{condition.kind}": value}


def _initial(item: Item, value: Plain) -> Json:
    option = item.option(str(value)) if item.type.chooses else None
    kind = option.kind if option else _INITIAL.get(item.type, "String")
    return {f"value{kind}": _value(kind, value)}


_INITIAL = {
    ItemType.BOOLEAN: "Boolean", ItemType.INTEGER: "Integer", ItemType.DECIMAL: "Decimal", ItemType.QUANTITY: "Quantity",
    ItemType.DATE: "Date", ItemType.DATE_TIME: "DateTime", ItemType.OPEN_CHOICE: "String",
}  # fmt: skip


def _value(kind: str, value: Plain) -> Any:
    if kind == "Coding":
        return {"code": value}
    if kind == "Quantity":
        return {"value": number(Decimal(value))}
    if isinstance(value, Decimal):
        return number(value)
    return int(value) if kind == "Integer" else value
