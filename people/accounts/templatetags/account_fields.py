"""How the account's pages draw form fields."""
from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from foundation.device import word

register = template.Library()


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The control of a field in our look. No placeholder: the label stays in sight while one writes."""
    error = f"{field.auto_id}_error" if field.errors else False
    return field.as_widget(attrs={"class": "c-input", "placeholder": False, "aria-describedby": error})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the field is a box to tick, which stands before its words."""
    return getattr(field.field.widget, "input_type", "") == "checkbox"


@register.filter
def device(user_agent: str) -> str:
    """A browser and its system in words, out of what it says of itself: "Firefox · Android"."""
    return word(user_agent) or _("an app")
