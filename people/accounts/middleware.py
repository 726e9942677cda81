"""The caller's language, from the first statement of a request on."""
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from people.accounts.access import TOKEN_HEADER, caller

Answer = Callable[[HttpRequest], HttpResponse]
_WAIT_S = "60"


class PersonLanguage:
    """Answers in the language of the signed-in person; of the browser (Accept-Language) where nobody is signed in.

    The caller is read once, in one statement, and a page's `request.user` is that same person.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = caller(request)
        if person is not None:
            if TOKEN_HEADER not in request.headers:
                request.user = person
            translation.activate(person.language)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        answer = self.get_response(request)
        if answer.status_code == 429 and "Retry-After" not in answer:
            answer["Retry-After"] = _WAIT_S  # allauth's own limits do not say when
        return answer


class SecondFactor:
    """Where production demands a second factor, leads whoever signed in without one to the page that sets it up."""

    OPEN = ("/accounts/", "/_allauth/", "/static/", "/api/", "/fhir/")

    def __init__(self, get_response: Answer) -> None:
        if not settings.REQUIRE_SECOND_FACTOR:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(self.OPEN) and caller(request) is None and request.user.is_authenticated:
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)
