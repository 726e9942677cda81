"""Addresses of the hospital's programs: FHIR, under `/fhir/`."""
from django.urls import path, re_path

from hospital.gateway import fhir_views

urlpatterns = [
    path("", fhir_views.base),
    path(".well-known/smart-configuration", fhir_views.discovery),
    path("metadata", fhir_views.metadata),
    path("token", fhir_views.token),
    path("<str:kind>", fhir_views.kind),
    path("<str:kind>/_search", fhir_views.search),
    path("<str:kind>/<str:id>", fhir_views.one),
    path("<str:kind>/<str:id>/_history", fhir_views.history),
    path("<str:kind>/<str:id>/_history/<str:version>", fhir_views.version),
    re_path(r"^.*$", fhir_views.elsewhere),
]
