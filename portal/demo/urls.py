"""Addresses of the demo, mounted only where it is on."""

from django.urls import path

from portal.demo import views

urlpatterns = [
    path("", views.people, name="demo_people"),
    path("sign-in", views.sign_in, name="demo_sign_in"),
]
