"""E-mails, by whatever mail server the operator names. The text is constant but for a bare link (see `sentences`)."""
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from notifications.transports.outcome import Outcome
from notifications.transports.sentences import letter_body, waiting


def send_mail(*, to: str, language: str, path: str) -> Outcome:
    """Sends the letter to one address. `path` is where its link leads on our own site: "/notices/ID" or "/new".

    Waits for the mail server at most `EMAIL_TIMEOUT` seconds each time it is silent. Raises nothing: whatever a server does is an outcome,
    and its refusals are asked again, for most of them are of the moment (greylisting, a full mailbox).
    """
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    letter = EmailMessage(waiting(language), letter_body(language, settings.PUBLIC_URL + path), None, [to], headers=headers)
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as error:
        return Outcome(str(next(iter(error.recipients.values()), (550,))[0]), "later")
    except smtplib.SMTPResponseException as error:
        return Outcome(str(error.smtp_code), "later")
    except TimeoutError:
        return Outcome("timeout", "later")
    except ValueError:  # an address that can't be written into a header
        return Outcome("bad_address", "refused")
    except (OSError, smtplib.SMTPException):  # a refused connection, a server that hung up half-way
        return Outcome("network", "later")
    return Outcome("sent", "accepted")
