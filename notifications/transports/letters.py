"""Deliveries that go to a person and to no device: where to, and the sending."""
from dataclasses import dataclass
from uuid import UUID

from foundation.vault.seal import SealBroken
from notifications.enums import Channel, News
from notifications.models import Delivery
from notifications.transports.mail import send_mail
from notifications.transports.outcome import Outcome
from notifications.transports.sms import send_sms
from people.accounts.models import Person
from people.contacts.queries import telephone_of

NEWS_PAGE = "/new"


@dataclass(frozen=True)
class Letter:
    """Everything that is needed to send one, so that no database is asked while a server is waited for. `to` is "" for nobody."""

    channel: Channel
    to: str
    language: str
    path: str


def letter_of(delivery: UUID) -> Letter:
    """The letter that a delivery by e-mail or SMS is now: to the address and in the language of this moment; two statements at most."""
    row = Delivery.objects.select_related("notice__person").get(pk=delivery)
    person, channel = row.notice.person, Channel(row.channel)
    path = NEWS_PAGE if row.notice.news == News.DIGEST else f"/notices/{row.pk}"
    return Letter(channel, (person.email or "") if channel is Channel.EMAIL else _number_of(person), person.language, path)


def send_letter(letter: Letter) -> Outcome:
    """Sends it; asks no database. Who has no address (any more) is gone."""
    if not letter.to:
        return Outcome("no_address", "gone")
    if letter.channel is Channel.EMAIL:
        return send_mail(to=letter.to, language=letter.language, path=letter.path)
    return send_sms(number=letter.to, language=letter.language)


def _number_of(person: Person) -> str:
    telephone = telephone_of(person)
    try:
        return telephone.number if telephone else ""
    except SealBroken:
        return ""
