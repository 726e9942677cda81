"""Extensions of a Questionnaire that are understood: FHIR's own for bounds, units, scores and translations, ours for what acts."""
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from care.measures.enums import MeasureKind as Kind
from care.measures.units import UNITS
from care.sheets import extensions as known
from care.sheets.enums import Acting, ItemType, Tone
from care.sheets.errors import Malformed
from care.sheets.formulas import BadFormula, Formula, parsed
from care.sheets.questionnaire import Band, MeasureKind, Rule, Said
from care.sheets.strict import Node
from people.circles.enums import Role

MOST_RULES = 50
_FILLERS = ("patient", "relatives")


@dataclass
class Extended:
    """What the extensions of an item say."""

    low: Decimal | str | None = None
    high: Decimal | str | None = None
    places: int | None = None
    least: int | None = None
    most: int | None = None
    unit: tuple[str, str] | None = None
    formula: Formula | None = None
    formula_at: str = ""
    bands: tuple[Band, ...] = ()
    measure: MeasureKind | None = None
    hidden: bool = False


def read_item_extensions(node: Node, kind: ItemType) -> Extended:
    """The extensions of an item; those that are not known are noted as ignored."""
    found = Extended()
    for url, extension in node.extensions():
        read = _OF_ITEMS.get(url)
        if read is None:
            node.ignored.append(extension.place)
            continue
        read(extension, found, kind)
        extension.close()
    if found.low is not None and found.high is not None and found.high < found.low:  # type: ignore[operator]  # both of the item's type
        raise Malformed(node.place, _("The highest value is below the lowest."))
    if found.measure and found.unit and found.unit[0] != UNITS[Kind(found.measure.kind)].ucum:
        raise Malformed(node.place, _("This measure has the unit %(unit)s.") % {"unit": UNITS[Kind(found.measure.kind)].ucum})
    if kind is ItemType.QUANTITY and found.unit is None:
        raise Malformed(node.place, _("A quantity needs its unit (questionnaire-unit)."))
    return found


def _low(node: Node, found: Extended, kind: ItemType) -> None:
    found.low = _bound(node, kind)


def _high(node: Node, found: Extended, kind: ItemType) -> None:
    found.high = _bound(node, kind)


def _bound(node: Node, kind: ItemType) -> Decimal | str:
    """A bound of the item's own type."""
    if kind.counts:
        for name in ("valueInteger", "valueDecimal"):
            value = node.number(name)
            if value is not None:
                return value
        quantity = node.node("valueQuantity")
        value = quantity.number("value") if quantity else None
        if value is not None:
            return value
    if kind is ItemType.DATE and (day := node.text("valueDate", 10)):
        return day
    raise Malformed(node.place, _("A bound of the item's type is expected here."))


def _places(node: Node, found: Extended, kind: ItemType) -> None:
    found.places = _given(node, node.whole("valueInteger", 0, 6))


def _least(node: Node, found: Extended, kind: ItemType) -> None:
    found.least = _given(node, node.whole("valueInteger", 0, 100))


def _most(node: Node, found: Extended, kind: ItemType) -> None:
    found.most = _given(node, node.whole("valueInteger", 1, 100))


def _given(node: Node, value: int | None) -> int:
    if value is None:
        raise node.wrong("valueInteger", _("A whole number is expected here."))
    return value


def _unit(node: Node, found: Extended, kind: ItemType) -> None:
    coding = node.node("valueCoding")
    code = coding.text("code", 40) if coding else ""
    if coding is None or not code or coding.text("system", 300) not in {"", known.UCUM}:
        raise node.wrong("valueCoding", _("A unit is a code of UCUM."))
    found.unit = (code, coding.text("display", 40) or code)
    coding.close()


def _calculated(node: Node, found: Extended, kind: ItemType) -> None:
    found.formula, found.formula_at = _formula(node), node.at("valueString")


def _formula(node: Node) -> Formula:
    try:
        return parsed(node.text("valueString", 4000))
    except BadFormula as error:
        raise node.wrong("valueString", str(error)) from None


def _band(node: Node, found: Extended, kind: ItemType) -> None:
    parts = _parts(node, {"from", "to", "label", "tone"})
    label = parts["label"].said("valueString", 300) if "label" in parts else Said()
    if not label:
        raise Malformed(node.place, _("A band has a label."))
    tone = parts["tone"].text("valueCode", 20) if "tone" in parts else "calm"
    if tone not in set(Tone):
        raise parts["tone"].wrong("valueCode", _("calm, watch or worry is expected here."))
    low, high = (_part_number(parts, name) for name in ("from", "to"))
    found.bands += (Band(label, low, high, Tone(tone)),)


def _part_number(parts: dict[str, Node], name: str) -> Decimal | None:
    if name not in parts:
        return None
    value = parts[name].number("valueDecimal")
    if value is None:
        raise parts[name].wrong("valueDecimal", _("A number is expected here."))
    return value


def _hidden(node: Node, found: Extended, kind: ItemType) -> None:
    found.hidden = node.flag("valueBoolean")


def _measure(node: Node, found: Extended, kind: ItemType) -> None:
    if not kind.counts:
        raise Malformed(node.place, _("Only a number can be a measure."))
    parts = _parts(node, {"kind", "part"})
    name = parts["kind"].text("valueCode", 40) if "kind" in parts else ""
    part = (parts["part"].text("valueCode", 40) if "part" in parts else "") or "value"
    if name not in set(Kind) or part not in {one.name for one in UNITS[Kind(name)].parts}:
        raise Malformed(node.place, _("There is no measure of this kind."))
    found.measure = MeasureKind(name, part)


def _parts(node: Node, names: set[str]) -> dict[str, Node]:
    """Extensions within one, each once."""
    parts: dict[str, Node] = {}
    for name, part in node.extensions():
        if name not in names or name in parts:
            raise part.wrong("url", _("This does not belong here, or is there twice."))
        parts[name] = part
    return parts


_OF_ITEMS: dict[str, Callable[[Node, Extended, ItemType], None]] = {
    known.MIN_VALUE: _low, known.MAX_VALUE: _high, known.MOST_PLACES: _places, known.MIN_OCCURS: _least, known.MAX_OCCURS: _most,
    known.UNIT: _unit, known.CALCULATED: _calculated, known.BAND: _band, known.MEASURE: _measure, known.HIDDEN: _hidden,
}  # fmt: skip


def read_option_score(node: Node) -> Decimal | None:
    """The ordinal value of an option or of its coding."""
    score = None
    for url, extension in node.extensions():
        if url != known.ORDINAL:
            node.ignored.append(extension.place)
            continue
        score = extension.number("valueDecimal")
        if score is None:
            raise extension.wrong("valueDecimal", _("A number is expected here."))
    return score


@dataclass
class FormExtended:
    """What the extensions of a form say: who fills it beside the professionals, its rules, by which choice its sheets belong together."""

    filled_by: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    series_by: str = ""


def read_form_extensions(node: Node) -> FormExtended:
    """The extensions of the form itself."""
    found = FormExtended()
    fillers: list[str] = []
    rules: list[Rule] = []
    for url, extension in node.extensions():
        if url == known.FILLED_BY:
            who = extension.text("valueCode", 20)
            if who not in _FILLERS:
                raise extension.wrong("valueCode", _("patient or relatives is expected here."))
            fillers.append(who)
        elif url == known.RULE:
            rules.append(_rule(extension))
        elif url == known.SERIES_BY:
            found.series_by = extension.text("valueString", 100)
        else:
            node.ignored.append(extension.place)
    if len(rules) > MOST_RULES:
        raise node.wrong("extension", _("There are more than %(count)s entries here.") % {"count": MOST_RULES})
    found.filled_by, found.rules = tuple(dict.fromkeys(fillers)), tuple(rules)
    return found


def _rule(node: Node) -> Rule:
    to: list[str] = []
    parts: dict[str, Node] = {}
    for name, part in node.extensions():
        if name == "to":
            to.append(_role(part))
        elif name in {"condition", "alert", "task", "due"} and name not in parts:
            parts[name] = part
        else:
            raise part.wrong("url", _("This does not belong here, or is there twice."))
    acts = [act for act in Acting if act in parts]
    if "condition" not in parts or len(acts) != 1:
        raise Malformed(node.place, _("A rule has a condition, and either an alert or a task."))
    words = parts[acts[0]].said("valueString", 500)
    if not words:
        raise parts[acts[0]].wrong("valueString", _("A text is expected here."))
    due = parts["due"].whole("valueInteger", 1, 24 * 366) if "due" in parts else None
    return Rule(_formula(parts["condition"]), acts[0], words, tuple(dict.fromkeys(to)), due, node.place)


def _role(node: Node) -> str:
    role = node.text("valueCode", 30)
    if role not in set(Role):
        raise node.wrong("valueCode", _("This role is not known."))
    return role
