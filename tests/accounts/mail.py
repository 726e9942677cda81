"""What the tests read in e-mails."""
import re

from django.core import mail


def last_code() -> str:
    """The code of the newest e-mail: a line of its own."""
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group(1)
