"""Fields that say beside themselves what is wrong with them."""
from dataclasses import dataclass

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.views.appointment_form import Typed

register = template.Library()


@dataclass(frozen=True)
class Shown:
    """A field's class, its attributes, and its sentence."""

    state: str
    attributes: SafeString
    error: SafeString


@register.simple_tag
def field(said: Typed, name: str) -> Shown:
    """How the field `name` is drawn: nothing of it where nothing is wrong."""
    sentence = said.errors.get(name, "")
    if not sentence:
        return Shown("", SafeString(""), SafeString(""))
    attributes = format_html(' aria-invalid="true" aria-describedby="{}-wrong"', name)
    return Shown(" is-wrong", attributes, format_html('<p class="c-field__error" id="{}-wrong">{}</p>', name, sentence))
