"""Several processes claim from one outbox at once. Run as `python -m tests.notifications.rush CLAIMERS ROWS`; prints what each got."""
import json
import os
import sys
from pathlib import Path

import django

django.setup(set_prefix=False)

from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from notifications.enums import Channel, Lane, News  # noqa: E402
from notifications.models import Delivery, Notice  # noqa: E402
from notifications.outbox import claim_due  # noqa: E402
from people.accounts.models import Person  # noqa: E402

_AT_ONCE = 7


def fill(rows: int) -> None:
    """So many deliveries whose time has come."""
    now = timezone.now()
    notice = Notice.objects.create(person=Person.objects.create(), news=News.TEST, lane=Lane.URGENT, at=now)
    rest = [Delivery(notice=notice, channel=Channel.PUSH, lane=Lane.URGENT, due_at=now) for _ in range(rows)]
    Delivery.objects.bulk_create(rest)


def claim(into: Path) -> None:
    """Claims until nothing is due, and writes down what it got."""
    got: list[str] = []
    while claims := claim_due(Lane.URGENT, _AT_ONCE):
        got += [str(one.delivery) for one in claims]
    into.write_text(json.dumps(got))


def main(claimers: int, rows: int) -> None:
    """Forks the claimers at once."""
    fill(rows)
    connections.close_all()
    children, files = [], [Path(os.environ["CERCLE_DATA"]) / f"claimer-{number}" for number in range(claimers)]
    for file in files:
        child = os.fork()
        if child == 0:
            try:
                claim(file)
                connections.close_all()
            finally:
                sys.stderr.flush()
            os._exit(0)
        children.append(child)
    ends = [os.waitpid(child, 0)[1] for child in children]
    print(json.dumps({"got": [json.loads(file.read_text()) for file in files], "ends": ends}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
