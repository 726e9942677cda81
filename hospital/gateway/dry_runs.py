"""A dry run: what a message would do, with the same decisions as when it comes, and nothing stored.

Everything that writes runs in a transaction that is rolled back. Whoever asks learns whether a circle would hear of it, never which one.
"""
import datetime as dt
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foundation import clock
from hospital.gateway.applying import apply_said
from hospital.gateway.audiences import audience_of, stay_of
from hospital.gateway.documents import DocumentAction, DocumentNews
from hospital.gateway.enums import Answer, MessageState
from hospital.gateway.errors import Refused
from hospital.gateway.judging import Peer
from hospital.gateway.letters import title_of
from hospital.gateway.models import Feed
from hospital.gateway.receiving import Incoming, prepare
from hospital.stays.matching import match
from journal.enums import Urgency
from journal.models import Post
from people.circles.enums import Audience
from people.circles.models import Circle

MOST_BYTES = 2 * 1024 * 1024  # of a message that is pasted or chosen
_NUMBER = 2**62  # after every message that has come
_OUTCOMES = {"yes": MessageState.DONE, "doubt": MessageState.DOUBTED, "no": MessageState.UNMATCHED}


@dataclass(frozen=True)
class Shown:
    """A post that there would be. `care` and `others` are the sentences of its two cards, "" where there is none."""

    care: str
    others: str
    urgency: str
    quiet: bool
    circle: UUID
    withdrawn: bool = False
    audience: str = Audience.CARE_TEAM  # who reads the first of the two


@dataclass(frozen=True)
class DryRun:
    """What a message would do. `matched`: "yes", "no" or "doubt", "" where nobody is asked about; `outcome` as a message's state."""

    acknowledgment: str
    answer: str
    code: str
    words: str
    kind: str
    matched: str = ""
    outcome: str = ""
    shown: list[Shown] = field(default_factory=list)


class _Rehearsed(Exception):
    """Rolls everything back."""


def rehearse(feed: Feed, raw: bytes) -> DryRun:
    """One message, as if it came by this feed now."""
    incoming = prepare(raw, Peer("dry run", feed.certificate), feed)
    fault = incoming.fault
    acknowledgment = incoming.answer.decode("latin-1" if incoming.read is None else incoming.read.signs.charset, "replace")
    kind = "^".join(incoming.read.kind) if incoming.read else ""
    answer = str(fault.answer if fault else Answer.AA if incoming.read else Answer.AR)
    code = "/".join(part for part in (fault.code, fault.own) if part) if fault else ""
    run = DryRun(acknowledgment.replace("\r", "\n").strip(), answer, code, fault.words if fault else "", kind)
    return run if fault or incoming.said is None else _applied(feed, incoming, run)


def _applied(feed: Feed, incoming: Incoming, run: DryRun) -> DryRun:
    said = incoming.said
    assert said is not None
    if said.idle:
        return replace(run, outcome=MessageState.IGNORED)
    matched = match(feed.structure_id, said.identity)
    verdict = "yes" if matched.circles else "doubt" if matched.doubts else "no"
    if said.document:
        return replace(run, matched=verdict, outcome=_OUTCOMES[verdict], shown=_documents(feed, said.document, matched.circles))
    shown: list[Shown] = []
    state, began = MessageState.IGNORED, clock.now()
    try:
        with transaction.atomic():
            state = apply_said(said, structure=feed.structure_id, known_at=incoming.at, number=_NUMBER, message=incoming.id)
            shown = _shown(feed, [circle.pk for circle in matched.circles], began)
            raise _Rehearsed
    except _Rehearsed:
        return replace(run, matched=verdict, outcome=state, shown=shown)
    except Refused as refused:  # accepted, and then put in quarantine
        return replace(run, matched=verdict, outcome=MessageState.QUARANTINED, words=refused.fault.words)


def _documents(feed: Feed, news: DocumentNews, circles: list[Circle]) -> list[Shown]:
    """A new document's card, to whom its marks let it be shown. Its files are not made: they would go to the store."""
    if news.action is DocumentAction.DELETE:
        return []
    shown = []
    for circle in circles:
        audience = audience_of(feed.structure, circle, news, stay_of(feed.structure, circle, news))
        if audience is not None:
            words = _("Document from the hospital: %(title)s") % {"title": title_of(news.document)}
            shown.append(Shown(words, "", Urgency.INFO, quiet=False, circle=circle.pk, audience=audience))
    return shown


def _shown(feed: Feed, circles: list[UUID], began: dt.datetime) -> list[Shown]:
    """The posts that were written or changed in the transaction that will not be: under the heads' lock nobody else writes."""
    written = Post.objects.select_related("circle__patient").filter(circle__in=circles, source=feed.structure_id)
    rows = written.filter(Q(received_at__gte=began) | Q(corrected_at__gte=began)).order_by("care_seq")
    return [_post(row) for row in rows]


def _post(row: Post) -> Shown:
    cards = row.kept().cards
    withdrawn = "cancelled_at" in cards.care.data
    return Shown(cards.care.text, cards.others.text if cards.others else "", row.urgency, row.quiet, row.circle_id, withdrawn)
