"""What an agenda says of an occurrence in words: what it is, who comes, and what does not go together."""
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from care.agenda.enums import Source, Why
from care.agenda.occurrences import Clash, Expected, Occurrence
from portal.templatetags.times import local

ICONS = {"visit": "house", "appointment": "calendar", "other": "clock", "stay": "hospital", "absence": "absent"}
KINDS = ("visit", "appointment", "other")


def kind_words(kind: str) -> str:
    """Visite, Rendez-vous; "" for what is neither."""
    words = {"visit": pgettext("agenda", "Visit"), "appointment": pgettext("agenda", "Appointment"), "stay": pgettext("agenda", "Hospital")}
    return words.get(kind, "")


def kind_choices() -> list[tuple[str, str]]:
    """What somebody may write into the agenda."""
    return [(kind, kind_words(kind) or pgettext("agenda", "Other")) for kind in KINDS]


def title_of(one: Occurrence) -> str:
    """Its own title; of a stay or an absence what it is."""
    if one.source is Source.STAY:
        return _("Stay in hospital, planned") if one.title == "planned" else pgettext("agenda", "In hospital")
    if one.source is Source.ABSENCE:
        return _("Away: %(name)s") % {"name": names(one.attendees)}
    return one.title


def who_of(one: Occurrence) -> str:
    """Who comes or goes along, members first."""
    if one.source is not Source.APPOINTMENT:
        return ""
    return ", ".join(part for part in (names(one.attendees), one.with_name) if part)


def names(people: Sequence[Expected]) -> str:
    """Alice Martin, Claire Durand-Moreau."""
    return ", ".join(dict.fromkeys(one.name for one in people))


def conflict_words(one: Occurrence, others: Mapping[str, Occurrence], zone: str) -> list[str]:
    """What does not go together with it, a sentence for each; `others` by their `ref`, all of which the reader sees."""
    return list(dict.fromkeys(_clash(clash, one, others.get(clash.other), zone) for clash in one.conflicts))


def _clash(clash: Clash, one: Occurrence, other: Occurrence | None, zone: str) -> str:
    name = next((expected.name for expected in one.attendees if expected.member == clash.member), "")
    if clash.why is Why.IN_HOSPITAL:
        return _("In hospital at this time")
    if clash.why is Why.AWAY:
        return _("%(name)s is away at this time") % {"name": name}
    what = ""
    if other is not None:
        start = local(other.start, zone)
        what = f"{start.hour}:{start.minute:02} {title_of(other)}"
    if clash.why is Why.MEMBER:
        return _("%(name)s at the same time: %(what)s") % {"name": name, "what": what}
    return _("Another visit at this time: %(what)s") % {"what": what}
