"""A feed in observation: what its messages would have done is counted, and the newest outcomes are kept as codes. Nothing else of them."""
import datetime as dt

from django.db import transaction

from hospital.gateway.models import Feed

MOST = 50  # outcomes of a feed that are kept


def note_outcome(feed: Feed, *, at: dt.datetime, kind: str, answer: str, code: str, outcome: str) -> None:
    """Adds a message to a feed's counts and its outcome to the ring.

    `kind` "ADT^A01", `answer` AA, AE or AR, `code` ERR-3 and ERR-5, `outcome` "applied", "unmatched", "doubted", "ignored" or "refused".
    """
    entry = {"at": at.isoformat(), "kind": kind[:16], "answer": answer, "code": code, "outcome": outcome}
    with transaction.atomic():
        row = Feed.objects.select_for_update(no_key=True).filter(pk=feed.pk).first()
        if row is None:
            return
        row.seen = {**row.seen, answer: row.seen.get(answer, 0) + 1}
        row.outcomes = [entry, *row.outcomes][:MOST]
        row.save(update_fields=["seen", "outcomes"])
