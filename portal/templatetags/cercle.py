"""Tags of the design system: icons, the circle sign, person marks, and what every page carries with it."""
import re
from typing import Any

from django import template
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JSONCatalog

from people.accounts.telephone import shown_phone
from people.circles.words import trades
from portal.templatetags.sprite import sprite

register = template.Library()

# Kept equal to READERS in static/portal/js/signs.js: which parts beside the ring stand at full weight.
READERS: dict[str, tuple[str, ...]] = {
    "care_team": (),
    "wider_team": ("right",),
    "patient": ("dot",),
    "relatives": ("left",),
    "circle": ("dot", "left", "right"),
}
MARKS = {"care_team": "care", "wider_team": "wider", "patient": "patient", "relatives": "relative", "hospital": "hospital"}
THEMES = ("light", "dark")
_TITLES = re.compile(r"^(Dr|Pr|Mme|M\.|Mrs?|Ms)\s+")

register.simple_tag(sprite, name="icon_sprite")
register.filter("telephone", shown_phone)


@register.simple_tag
def icon(name: str, size: int = 24) -> SafeString:
    """An icon of the sprite; decoration, so the word beside it is what is read out."""
    extra = "" if size == 24 else f" c-icon--{size}"
    return format_html(
        '<svg class="c-icon{}" width="{}" height="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="#icon-{}"/></svg>',
        extra, size, size, name,
    )


@register.simple_tag
def circle_sign(audience: str, size: int = 20) -> SafeString:
    """Who reads, as one sign: ring, dot, left and right arc, the absent ones as fine dots."""
    readers = READERS.get(audience, ())
    parts = ['<use href="#sign-ring"/>']
    for part in ("dot", "left", "right"):
        if part in readers:
            parts.append(f'<use href="#sign-{part}"/>')
        elif part != "dot":
            parts.append(f'<use href="#sign-{part}-off" class="off"/>')
    return format_html(
        '<svg class="c-circlesign" width="{}" height="{}" viewBox="0 0 24 24" fill="none" aria-hidden="true">{}</svg>',
        size, size, mark_safe("".join(parts)),  # noqa: S308 -- built from the constants above
    )


def initials(name: str) -> str:
    """Two letters for a name: "Dr Hélène Castets" → "HC", "Cabinet du Marensin" → "CM"."""
    words = [word for word in re.split(r"[\s'’]+", _TITLES.sub("", name)) if word[:1].isupper()]
    if not words:
        return name[:2].upper()
    return (words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]).upper()


@register.simple_tag
def person_mark(name: str, standing: str = "care_team", absent: bool = False, size: str = "") -> SafeString:
    """Initials in the form of a standing; `absent` is the dashed form, `size` "large" or "own"."""
    classes = f"c-mark c-mark--{MARKS.get(standing, 'care')}"
    classes += " c-mark--absent" if absent else ""
    classes += f" c-mark--{size}" if size else ""
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, "H" if standing == "hospital" else initials(name))


@register.simple_tag
def words() -> SafeString:
    """The scripts' words in the reader's language, as JSON that `i18n.js` reads."""
    catalogue = JSONCatalog()
    catalogue.translation = DjangoTranslation(get_language() or "en", domain="djangojs")
    return json_script(catalogue.get_catalog(), "cercle-words")


@register.simple_tag(name="trades")
def people_words() -> SafeString:
    """How people are called, as JSON that `trades.js` reads; in pages whose scripts name people."""
    return json_script(trades(), "cercle-trades")


@register.simple_tag(takes_context=True)
def starts_covered(context: dict[str, Any]) -> SafeString:
    """The attribute under which a page shows nothing until its script has looked at the app lock, where this device has one."""
    request = context.get("request")
    person = getattr(request, "user", None)
    locked = request is not None and person is not None and person.is_authenticated and f"cercle-lock-{person.pk}" in request.COOKIES
    return SafeString(" data-cercle-covered" if locked else "")


@register.simple_tag(takes_context=True)
def theme(context: dict[str, Any]) -> str:
    """The chosen theme, "light" or "dark", or "" to follow the system."""
    request = context.get("request")
    chosen = request.COOKIES.get("cercle-theme", "") if request else ""
    return chosen if chosen in THEMES else ""
