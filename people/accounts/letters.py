"""E-mails of ours beside allauth's: plain text, in the reader's language, never with a word about anybody's health."""
import logging
import smtplib
from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from people.accounts.models import Person

log = logging.getLogger("cercle.accounts")


def send_letter(name: str, to: str, **context: Any) -> bool:
    """Sends `accounts/email/NAME_subject.txt` and `…_message.txt`; whether it left. One look-up, whoever has the address.

    In the language of the account that has this address, of the caller where nobody has it.
    """
    language = Person.objects.filter(email=to.lower()).values_list("language", flat=True).first()
    with translation.override(language or translation.get_language()):
        subject = " ".join(render_to_string(f"accounts/email/{name}_subject.txt", context).split())
        message = render_to_string(f"accounts/email/{name}_message.txt", context)
    try:
        send_mail(subject, message, None, [to])
    except (OSError, smtplib.SMTPException) as error:
        log.error("accounts.letter_unsent name=%s error=%s", name, type(error).__name__)
        return False
    return True
