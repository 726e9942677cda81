"""What an operator does with feeds: a new one, its certificate, what it does with messages. Each act leaves a line of the structure."""
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.errors import Conflict, Invalid, NotFound
from hospital.gateway.certificates import Certificate, read_certificate
from hospital.gateway.enums import FeedMode
from hospital.gateway.models import Feed
from people.accounts.access import require_still
from people.accounts.appointments import note
from people.accounts.enums import Done, StructureKind
from people.accounts.models import Operator, Structure


def create_feed(actor: Operator, *, structure: UUID, msh4: str, authorities: list[str], pem: str = "", mode: FeedMode) -> Feed:
    """A new feed of a hospital, bound to the facility that its messages name (MSH-4).

    Raises NotFound, Invalid `gateway.not_a_hospital`, `gateway.bad_certificate` or `gateway.private_key`, Conflict `gateway.msh4_taken`.
    """
    known = read_certificate(pem) if pem else None
    with transaction.atomic():
        require_still(actor)
        hospital = Structure.objects.filter(pk=structure).first()
        if hospital is None or hospital.kind != StructureKind.HOSPITAL:
            raise Invalid("gateway.not_a_hospital", _("Choose a hospital."), errors={"structure": _("Choose a hospital.")})
        made = Feed(structure=hospital, msh4=msh4, authorities=authorities, mode=mode, made_at=clock.now())
        _bind(made, known)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            words = _("Another feed speaks for this facility already.")
            raise Conflict("gateway.msh4_taken", words, errors={"msh4": words}) from None
        note(actor.person, Done.FEED_MADE, right="operator", structure=hospital.pk)
    return made


def change_mode(actor: Operator, *, feed: UUID, mode: FeedMode) -> None:
    """What a feed does from the next message on. Raises NotFound."""
    with transaction.atomic():
        row = _locked(actor, feed)
        row.mode = mode
        row.save(update_fields=["mode"])
        note(actor.person, Done.FEED_CHANGED, right="operator", structure=row.structure_id)


def bind_certificate(actor: Operator, *, feed: UUID, pem: str) -> None:
    """The certificate by which the sender is known from now on; "" takes it away. Raises NotFound, Invalid as `read_certificate`."""
    known = read_certificate(pem) if pem else None
    with transaction.atomic():
        row = _locked(actor, feed)
        _bind(row, known)
        row.save(update_fields=["certificate", "certificate_ends"])
        note(actor.person, Done.FEED_CHANGED, right="operator", structure=row.structure_id)


def _bind(feed: Feed, known: Certificate | None) -> None:
    feed.certificate, feed.certificate_ends = (known.digest, known.ends) if known else ("", None)


def _locked(actor: Operator, feed: UUID) -> Feed:
    require_still(actor)
    row = Feed.objects.select_for_update(no_key=True).filter(pk=feed).first()
    if row is None:
        raise NotFound
    return row
