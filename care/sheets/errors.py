"""What can be wrong with a form or with what is answered to it."""
from collections.abc import Mapping

from django.utils.translation import gettext as _

from foundation.errors import Conflict, Invalid, Sentence


class Malformed(Exception):
    """A form that can't be understood: where ("item[3].enableWhen[1].question"; "" for the whole), and why, in a sentence."""

    def __init__(self, place: str, sentence: Sentence) -> None:
        super().__init__(place)
        self.place, self.sentence = place, sentence


def bad_form(malformed: Malformed) -> Invalid:
    """A form that was refused: `errors` has its place, and so has the member `place`."""
    place = malformed.place or "questionnaire"
    return Invalid("sheets.bad_form", _("This form can't be understood."), errors={place: str(malformed.sentence)}, place=place)


def wrong_answers(errors: Mapping[str, str]) -> Invalid:
    """Answers that the form does not take, by linkId."""
    return Invalid("sheets.wrong_answers", _("Some answers are not as the form asks."), errors=dict(errors))


def withdrawn_sheet() -> Conflict:
    """Withdrawing a sheet a second time."""
    return Conflict("sheets.withdrawn", _("This sheet was withdrawn already."))
