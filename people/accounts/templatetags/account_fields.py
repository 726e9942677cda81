"""How the account's pages draw form fields."""
from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

# The first mark that a browser's own words hold: Edge also says Chrome, Chrome also says Safari.
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))
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
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(filter(None, (browser, system))) or _("an app")
