"""Routes under /accounts/: ours first, then allauth's."""
from django.urls import include, path

from people.accounts import joining, psc, views

urlpatterns = [
    path("language/", views.set_language, name="accounts_language"),
    path("ward/", views.set_ward, name="accounts_ward"),
    path("sessions/", views.sessions, name="usersessions_list"),
    path("sessions/others/end/", views.end_other_sessions, name="accounts_end_other_sessions"),
    path("sessions/<int:pk>/end/", views.end_session, name="accounts_end_session"),
    path("sessions/end/", views.end_all_sessions, name="accounts_end_all_sessions"),
    path("join/", joining.join, name="accounts_join"),
    path("join/open/", joining.follow_invitation, name="accounts_follow_invitation"),
    path("oidc/psc/login/callback/", psc.callback, name="accounts_psc_callback"),
    path("", include("allauth.urls")),
]
