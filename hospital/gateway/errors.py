"""Why a message is refused: the code that the sender is answered (HL7 table 0357, and the CI-SIS volet's own in ERR-5)."""
from dataclasses import dataclass

from hospital.gateway.enums import Answer


@dataclass(frozen=True)
class Fault:
    """What an answer other than AA says: `code` is ERR-3, `at` where the fault lies (ERR-2: "PV1^1^19"), `own` ERR-5 (CI-SIS, 9xx)."""

    answer: Answer
    code: str
    words: str  # ERR-8, in French: for whoever looks after the hospital's integration engine. Never a value out of the message
    at: str = ""
    own: str = ""


class Refused(Exception):
    """A message is not accepted. Who raises it holds no word of the message."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def not_for_us(code: str, words: str, at: str = "") -> Refused:
    """AR: another receiver, another kind, or somebody who may not speak; nothing is wrong with the content."""
    return Refused(Fault(Answer.AR, code, words, at))


def unfit(code: str, words: str, at: str = "", own: str = "") -> Refused:
    """AE: read, and not usable. Sent again as it is, it will be refused again."""
    return Refused(Fault(Answer.AE, code, words, at, own))
