"""Routes under /accounts/, before those of the accounts."""
from django.urls import path

from people.codes import views

urlpatterns = [
    path("login/", views.sign_in),
    path("printed/", views.printed, name="codes_printed"),
    path("pin/", views.pin, name="codes_pin"),
]
