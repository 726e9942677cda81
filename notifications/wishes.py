"""How somebody wants to be told: saying it, and showing what holds."""
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction

from foundation import clock
from notifications.choices import Reader, chosen_ways, digest_ways, next_digest
from notifications.devices import live_devices
from notifications.enums import Channel, News
from notifications.errors import digest_needs_a_way, empty_quiet, only_urgent_by_sms, unknown_zone, urgent_needs_a_way
from notifications.models import Preference
from notifications.preferences import readers_of
from notifications.protocol import PreferencesBody
from people.accounts.locks import locked_person
from people.accounts.models import Person

WISHED = (News.URGENT, News.TODO, News.DUE, News.HOSPITAL, News.POST)


def set_preferences(person: Person, *, body: PreferencesBody) -> Preference:
    """Keeps what somebody wishes, in the place of all that they wished before. Raises Invalid `notifications.…`, by field.

    The digest begins with what is new from now on; a change of its hours loses nothing of what has come since the last one.
    """
    choices = body.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if body.digest:
        choices["digest"] = body.digest.model_dump(mode="json")
    with transaction.atomic():
        locked_person(person.pk)
        reader = replace(readers_of([person.pk])[person.pk], choices=choices)
        _check(body, reader)
        kept, now = preference_of(person), clock.now()
        if kept.digest_at is None:
            kept.digest_since = now
        kept.choices, kept.digest_at = choices, next_digest(reader, now)
        kept.save()
    return kept


def preference_of(person: Person) -> Preference:
    """What somebody has wished, or a row that is not kept yet and wishes nothing."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)


def preferences_item(person: Person) -> dict[str, Any]:
    """What holds for somebody now, as `GET me/preferences` says it: defaults where nothing was wished, and which ways lead to them."""
    reader, kept = readers_of([person.pk])[person.pk], preference_of(person)
    push = bool(live_devices([person.pk])[person.pk])
    return {
        "news": {wish.value: {"by": _by(reader, wish), "chosen": wish.value in reader.choices.get("news", {})} for wish in WISHED},
        "quiet": reader.quiet,
        "digest": reader.choices.get("digest"),
        "zone": reader.zone,
        "channels": {"push": push, "email": reader.has(Channel.EMAIL), "sms": reader.has(Channel.SMS)},
        "next_digest": clock.rfc3339(kept.digest_at),
    }


def _by(reader: Reader, wish: News) -> list[str]:
    said = reader.choices.get("news", {}).get(wish.value)
    return list(said["by"]) if said else [way.value for way in chosen_ways(reader, wish)]


def _check(body: PreferencesBody, reader: Reader) -> None:
    for wish, ways in body.news.items():
        if wish != "urgent" and "sms" in ways.by:
            raise only_urgent_by_sms(wish)
    urgent = body.news.get("urgent")
    if urgent is not None and not any(reader.has(Channel(way)) for way in urgent.by):
        raise urgent_needs_a_way()
    if body.quiet and body.quiet.begins == body.quiet.ends:
        raise empty_quiet()
    if body.digest and not digest_ways(reader):
        raise digest_needs_a_way()
    if body.zone is not None and body.zone not in available_timezones():
        raise unknown_zone()
