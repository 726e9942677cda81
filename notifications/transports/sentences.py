"""The only words that leave by a push, an e-mail or a text message: the same for every kind of news, every patient and every person."""
from django.utils import translation
from django.utils.translation import gettext as _


def waiting(language: str) -> str:
    """What a lock screen, a mailbox or a telephone company may read."""
    with translation.override(language):
        return _("Cercle: something new is waiting for you.")


def letter_body(language: str, link: str) -> str:
    """The text of an e-mail: the same sentence, and where one reads on after signing in."""
    with translation.override(language):
        why = _("This message says nothing more, to protect everybody concerned. Sign in to read on:")
        how = _("You choose how you are told on Cercle, under Me.")
        return f"{_('Cercle: something new is waiting for you.')}\n\n{why}\n{link}\n\n{how}\n"
