"""Words for the codes of hospitals' feeds."""
import datetime as dt

from django import template
from django.utils.translation import gettext as _

from hospital.gateway.enums import Answer
from portal.templatetags.times import full_moment

register = template.Library()


@register.filter
def reason_words(code: str) -> str:
    """Why a message is in quarantine; a code that has no words as it is."""
    said = {
        "": _("no reason was noted"),
        "unforeseen": _("a fault of this program, see the log"),
        "failed": _("it failed again and again"),
        "deadly": _("whatever worked on it died"),
        "charset": _("its signs are not what its header says"),
        "206": _("identities that were joined or moved"),
        "100": _("segments are missing or in a wrong order"),
        "101": _("a field is missing"),
        "102": _("a field or a document that cannot be read"),
        "103": _("a code that is not known"),
        "207/900": _("a document to replace that is not known here"),
        "207/903": _("a document without the patient’s INS"),
        "207/904": _("a document of another INS"),
        "207/905": _("a document whose identity is not whole"),
        "207/906": _("a document of another identity"),
    }
    return said.get(code, code)


@register.filter
def outcome_words(code: str) -> str:
    """What a message would have done."""
    said = {
        "applied": _("reached a circle"), "unmatched": _("reached nobody"), "doubted": _("waited for a human"),
        "ignored": _("changed nothing"), "refused": _("been refused"), "quarantined": _("been put in quarantine"),
    }  # fmt: skip
    return said.get(code, code)


@register.filter
def answer_words(answer: str) -> str:
    """What an answer means, in words."""
    return str(Answer(answer).label)


@register.filter
def moment_of(text: str) -> str:
    """A stored time as it is shown."""
    return full_moment(dt.datetime.fromisoformat(text))
