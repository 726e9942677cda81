"""Whether the process lives."""
from django.http import HttpRequest, HttpResponse


def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as requests are answered; asks nothing of the database."""
    return HttpResponse("alive\n", content_type="text/plain")
