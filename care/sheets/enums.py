"""Words of this room: what an item of a form can be, and what an answered sheet can lead to."""
from enum import StrEnum


class ItemType(StrEnum):
    """Types of items that are understood, in FHIR R4's words (Questionnaire.item.type)."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    QUANTITY = "quantity"
    DATE = "date"
    DATE_TIME = "dateTime"
    STRING = "string"
    TEXT = "text"
    CHOICE = "choice"
    OPEN_CHOICE = "open-choice"
    ATTACHMENT = "attachment"

    @property
    def asks(self) -> bool:
        """Whether it can be answered: groups and displayed words can't."""
        return self not in {ItemType.GROUP, ItemType.DISPLAY}

    @property
    def counts(self) -> bool:
        """Whether its answer is a number."""
        return self in {ItemType.INTEGER, ItemType.DECIMAL, ItemType.QUANTITY}

    @property
    def chooses(self) -> bool:
        """Whether one chooses among options."""
        return self in {ItemType.CHOICE, ItemType.OPEN_CHOICE}


class Operator(StrEnum):
    """How a condition compares (Questionnaire.item.enableWhen.operator)."""

    EXISTS = "exists"
    EQUAL = "="
    UNLIKE = "!="
    ABOVE = ">"
    BELOW = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


class Tone(StrEnum):
    """How a band of a score is shown."""

    CALM = "calm"
    WATCH = "watch"
    WORRY = "worry"


class Acting(StrEnum):
    """What a rule of a form does."""

    ALERT = "alert"
    TASK = "task"
