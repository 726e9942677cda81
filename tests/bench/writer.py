"""The other process from which posts reach the feed: takes orders on standard input, writes through the journal's service.

An order: `circles`, `authors` (person ids, one for each circle), `each`, `text`. All its posts are one transaction, as a
hospital's import would be, so that the whole burst lies in the feed at one moment and the web process does nothing but
deliver. The answer says when the commit began (CLOCK_MONOTONIC seconds, the same clock in every process).
"""

import json
import sys
import time
import uuid

import django


def main() -> None:
    django.setup()
    from django.db import transaction

    from journal.protocol import PostBody
    from journal.services import write_post
    from people.accounts.models import Person
    from people.circles.access import enter
    from people.circles.enums import Audience

    for line in sys.stdin:
        order = json.loads(line)
        people = Person.objects.in_bulk([uuid.UUID(author) for author in order["authors"]])
        body = PostBody(text=order["text"], audience=Audience.CIRCLE)
        with transaction.atomic():
            places = zip(order["circles"], order["authors"], strict=True)
            members = [enter(people[uuid.UUID(author)], uuid.UUID(circle)) for circle, author in places]
            for _ in range(order["each"]):
                for member in members:
                    write_post(member, key=uuid.uuid4(), body=body)
            commit_at = time.perf_counter()
        print(json.dumps({"commit_at": commit_at}), flush=True)


if __name__ == "__main__":
    main()
