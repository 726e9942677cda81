"""À transcrire: the voice notes that somebody was asked to write down."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.queries.transcriptions import asked_of
from portal.views.door import page, patients_of, reader


@require_GET
@page
def transcriptions(request: HttpRequest) -> HttpResponse:
    """Each note with its player and the field to write in; what is written goes by the API."""
    context = {"notes": asked_of(patients_of(request).members), "person": reader(request).pk}
    return render(request, "portal/pages/transcriptions.html", context)
