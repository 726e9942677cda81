"""Several processes append to one feed while another reads it. Run as `python -m tests.feed.rush WRITERS EACH`; prints what was read.

The reader asks as every reader of the product does, after its last number and up to the head, and stops when it has seen all.
A number that became visible before a lower one would leave a hole in what it got.
"""
import json
import os
import random
import sys
from uuid import UUID

import django

django.setup(set_prefix=False)

from django.db import connections, transaction  # noqa: E402

from foundation import ids  # noqa: E402
from messaging.feed.enums import Kind, Standing  # noqa: E402
from messaging.feed.queries import heads, lines_after  # noqa: E402
from messaging.feed.services import create_feed, opened  # noqa: E402


def write(feed: UUID, each: int, seed: int) -> None:
    """One writer: each line seen by a random choice of standings."""
    chance = random.Random(seed)
    for _ in range(each):
        seen_by = frozenset(standing for standing in Standing if chance.random() < 0.5)
        with transaction.atomic(), opened(feed) as line:
            line.append(Kind.POST_WRITTEN, seen_by, ids.new())


def read(feed: UUID, total: int) -> dict[Standing, list[tuple[int, str]]]:
    """(number, subject) of each line in the order in which a reader of each standing got them."""
    got: dict[Standing, list[tuple[int, str]]] = {standing: [] for standing in Standing}
    while len(got[Standing.CARE_TEAM]) < total:
        head = heads([feed])[feed]
        for standing, lines in got.items():
            after = lines[-1][0] if lines else 0
            lines += [(line.number(standing), str(line.subject)) for line in lines_after(feed, standing, after, head.number(standing), 7)]
    head = heads([feed])[feed]
    for standing, lines in got.items():
        after = lines[-1][0] if lines else 0
        rest = lines_after(feed, standing, after, head.number(standing), total)
        lines += [(line.number(standing), str(line.subject)) for line in rest]
    return got


def main(writers: int, each: int) -> None:
    """Forks the writers and reads beside them."""
    feed = ids.new()
    create_feed(feed)
    connections.close_all()
    children = []
    for seed in range(writers):
        child = os.fork()
        if child == 0:
            try:
                write(feed, each, seed)
                connections.close_all()
            finally:
                sys.stderr.flush()
            os._exit(0)
        children.append(child)
    got = read(feed, writers * each)
    ends = [os.waitpid(child, 0)[1] for child in children]
    head = heads([feed])[feed]
    numbers = {standing: head.number(standing) for standing in Standing}
    print(json.dumps({"got": got, "heads": numbers, "ends": ends}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
