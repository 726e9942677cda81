"""Pages that need nobody signed in: data protection, no line, the manifest, and the e-mails of development."""
import email
import email.policy
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

_MOST_MAILS = 50


@require_GET
def data_protection(request: HttpRequest) -> HttpResponse:
    """What the server can read, and who holds the key."""
    return render(request, "portal/pages/data_protection.html")


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Who is responsible, what for, on what ground, for how long, which rights, whom to ask."""
    return render(request, "portal/pages/privacy.html", {"controller": settings.CONTROLLER, "contact": settings.PRIVACY_CONTACT})


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the service worker keeps for when there is no line: it names nobody."""
    return render(request, "portal/pages/offline.html")


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """The installable app."""
    icons = [
        {"src": static("portal/img/cercle.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("portal/img/cercle-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("portal/img/cercle-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": static("portal/img/cercle-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    told = {
        "id": "/", "name": "Cercle", "short_name": "Cercle", "description": _("The people around a patient, in one thread."),
        "lang": get_language(), "start_url": "/", "scope": "/", "display": "standalone",
        "background_color": "#F5F4F0", "theme_color": "#0A4C59", "icons": icons,
        "shortcuts": [{"name": _("New"), "url": "/new"}, {"name": _("To do"), "url": "/todo"}],
    }
    answer = JsonResponse(told, content_type="application/manifest+json")
    answer["Cache-Control"] = "max-age=3600"
    return answer


@dataclass(frozen=True)
class Mail:
    """An e-mail that would have left."""

    subject: str
    to: str
    date: str
    text: str


@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """The newest e-mails of development, which go to files; not there in production or with a mail server."""
    if settings.PRODUCTION or not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        raise Http404
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*"), key=lambda path: path.stat().st_mtime, reverse=True)[:_MOST_MAILS]
    return render(request, "portal/pages/dev_mail.html", {"mails": list(chain.from_iterable(map(_mails_in, files)))})


def _mails_in(path: Path) -> list[Mail]:
    """Django writes several messages of one connection to one file, each ended by a line of dashes."""
    parts = path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
    messages = [email.message_from_bytes(part.lstrip(), policy=email.policy.default) for part in parts if part.strip()]
    return [Mail(str(one["Subject"]), str(one["To"]), str(one["Date"]), _text_of(one)) for one in messages]


def _text_of(message: email.message.EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain",))
    return str(body.get_content()) if body else ""
