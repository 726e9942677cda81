"""A form as it was understood: plain values, nothing left to check."""
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from care.sheets.enums import Acting, ItemType, Operator, Tone
from care.sheets.formulas import Formula

Plain = bool | int | Decimal | str


@dataclass(frozen=True)
class Said:
    """Words in the form's language, and in others by their code."""

    text: str = ""
    others: tuple[tuple[str, str], ...] = ()

    def told(self, language: str) -> str:
        """In a language ("fr", "en-us") where it is there, else in the form's."""
        short = language.partition("-")[0]
        return next((text for code, text in self.others if code.partition("-")[0] == short), self.text)

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True)
class Option:
    """What one may choose: `code` is what is answered, `score` its ordinal value."""

    code: str
    label: Said
    score: Decimal | None = None
    initial: bool = False
    kind: str = "Coding"  # or String, Integer: as which value it was written
    system: str = ""


@dataclass(frozen=True)
class Condition:
    """`enableWhen`: what another item must have been answered. `kind` is the type of the value written ("Boolean", "Coding" …)."""

    question: str
    operator: Operator
    answer: Plain
    kind: str


@dataclass(frozen=True)
class Band:
    """What a score means between two bounds, both included; None: without a bound."""

    label: Said
    low: Decimal | None = None
    high: Decimal | None = None
    tone: Tone = Tone.CALM


@dataclass(frozen=True)
class MeasureKind:
    """As which measure an answer is noted: `part` where a measure has several ("systolic")."""

    kind: str
    part: str = "value"


@dataclass(frozen=True)
class Item:
    """One item. Bounds are numbers, or days for dates. `unit` is (UCUM code, label)."""

    link_id: str
    type: ItemType
    text: Said = Said()
    prefix: str = ""
    required: bool = False
    repeats: bool = False
    read_only: bool = False
    least: int = 0
    most: int | None = None
    longest: int | None = None
    low: Decimal | str | None = None
    high: Decimal | str | None = None
    places: int | None = None
    unit: tuple[str, str] | None = None
    options: tuple[Option, ...] = ()
    conditions: tuple[Condition, ...] = ()
    any_condition: bool = False  # enableBehavior: any instead of all
    initial: tuple[Plain, ...] = ()
    formula: Formula | None = None
    bands: tuple[Band, ...] = ()
    measure: MeasureKind | None = None
    items: tuple["Item", ...] = ()
    formula_at: str = field(default="", compare=False)
    hidden: bool = False  # a step of a calculation: worked out, and shown to nobody

    def option(self, code: str) -> Option | None:
        """The option of a code."""
        return next((option for option in self.options if option.code == code), None)

    def band_of(self, value: Decimal) -> Band | None:
        """What a score means."""
        fitting = (b for b in self.bands if (b.low is None or value >= b.low) and (b.high is None or value <= b.high))
        return next(fitting, None)


@dataclass(frozen=True)
class Rule:
    """What follows where a condition holds: an alert with these words, or a task; for whom; a task's term in hours."""

    condition: Formula
    act: Acting
    words: Said
    to: tuple[str, ...] = ()
    due: int | None = None
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Questionnaire:
    """A form. `order` names every item after those on which it rests; `ignored` are the places of what was not understood."""

    title: Said
    items: tuple[Item, ...]
    language: str = ""
    name: str = ""
    url: str = ""
    description: Said = Said()
    purpose: Said = Said()
    copyright: Said = Said()
    filled_by: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    series_by: str = ""
    ignored: tuple[str, ...] = field(default=(), compare=False)
    order: tuple[str, ...] = field(default=(), compare=False)
    by_id: dict[str, Item] = field(default_factory=dict, compare=False, repr=False)
    parents: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def scores(self) -> list[Item]:
        """The items that are worked out."""
        return [item for item in self.by_id.values() if item.formula]


def about(said: Said, of: Said) -> Said:
    """"Area · left heel", in each language that both know."""
    known = [code for code, _text in said.others if code in dict(of.others)]
    texts = tuple((code, f"{said.told(code)} · {of.told(code)}") for code in known)
    return Said(f"{said.text} · {of.text}", texts)


def walk(items: tuple[Item, ...], parent: str = "", place: str = "") -> Iterator[tuple[Item, str, str]]:
    """(item, its parent's linkId, its place) of every item, in the order of the form."""
    for at, item in enumerate(items):
        here = f"{place}item[{at}]"
        yield item, parent, here
        yield from walk(item.items, item.link_id, f"{here}.")
