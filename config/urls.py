"""Every address of the service."""
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from care.agenda.calendar_views import feed
from config.api import api, elsewhere
from hospital.gateway.fhir_views import base as fhir_base

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    re_path(r"^api/", elsewhere),
    path("_allauth/", include("allauth.headless.urls")),
    path("accounts/", include("people.codes.urls")),
    path("accounts/", include("people.accounts.urls")),
    path("calendar/<str:secret>.ics", feed),
    path("fhir", fhir_base),
    path("fhir/", include("hospital.gateway.urls")),
    path("", include("portal.urls")),
]
handler404 = "portal.views.errors.page_not_found"
handler500 = "portal.views.errors.failed"
if settings.DEMO and find_spec("portal.demo.urls"):
    urlpatterns.insert(0, path("demo/", include("portal.demo.urls")))
