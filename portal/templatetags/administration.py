"""Words of the administration's pages."""
import datetime as dt

from django import template
from django.utils import dateformat
from django.utils.translation import gettext as _

from people.accounts.enums import Done, StructureKind
from people.accounts.models import Person
from people.circles.words import titled, trade
from portal.queries.unit_files import is_hospital
from portal.templatetags.times import local

register = template.Library()
register.filter("called", titled)
register.filter("trade_of", trade)
register.filter("has_units", is_hospital)


@register.filter
def day(at: dt.datetime | None) -> str:
    """3 March 2022."""
    return dateformat.format(local(at), "j F Y") if at else ""


@register.filter
def month(at: dt.datetime | None) -> str:
    """November 2026: to nobody's administrator is it told on which day somebody signed in."""
    return dateformat.format(local(at), "F Y") if at else _("never yet")


@register.filter
def kind_words(kind: str) -> str:
    """What a structure is, in words; one that we do not know as it was brought."""
    return str(dict(StructureKind.choices).get(kind, kind))


@register.filter
def done_words(act: str) -> str:
    """What a line of the administration tells."""
    return str(dict(Done.choices).get(act, act))


@register.filter
def who(person: Person | None) -> str:
    """Whose act it was; nobody stands for somebody at the machine itself."""
    return titled(person) if person else _("at the service itself")
