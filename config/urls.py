"""Every address of the service."""
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from config.api import api, elsewhere
from portal.health import alive

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    re_path(r"^api/", elsewhere),
    path("_allauth/", include("allauth.headless.urls")),
    path("accounts/", include("people.codes.urls")),
    path("accounts/", include("people.accounts.urls")),
    path("healthz", alive),
    path("", include("portal.urls")),
]
handler404 = "portal.views.errors.page_not_found"
handler500 = "portal.views.errors.failed"
if settings.DEMO and find_spec("portal.demo.urls"):
    urlpatterns.insert(0, path("demo/", include("portal.demo.urls")))
