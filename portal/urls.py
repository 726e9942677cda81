"""Addresses of the portal's pages. Names of patients are in none of them."""
from django.urls import path

from portal.views import codes, join, me, news, papers, patients, people, plain, thread

urlpatterns = [
    path("", patients.patients, name="patients"),
    path("new", news.news, name="news"),
    path("todo", news.todo, name="todo"),
    path("me", me.me, name="me"),
    path("me/language", me.set_language, name="set_language"),
    path("me/gender", me.set_gender, name="set_gender"),
    path("me/theme", me.set_theme, name="set_theme"),
    path("me/accesses", me.accesses, name="own_accesses"),
    path("join", join.join, name="join"),
    path("join/open", join.open_link, name="join_open"),
    path("join/enter", join.enter_circle, name="join_enter"),
    path("join/account", join.make_account, name="join_account"),
    path("circles/new", people.new_circle, name="new_circle"),
    path("circles/<str:circle_id>", thread.thread, name="thread"),
    path("circles/<str:circle_id>/people", people.people, name="people"),
    path("circles/<str:circle_id>/newcomer", codes.newcomer, name="newcomer"),
    path("circles/<str:circle_id>/members/<str:member_id>/code", codes.print_code, name="print_code"),
    path("circles/<str:circle_id>/accesses", people.accesses, name="accesses"),
    path("circles/<str:circle_id>/accesses.pdf", papers.trail, name="accesses_paper"),
    path("portal/patients", patients.more_patients, name="more_patients"),
    path("portal/patients/filter", patients.filter_patients, name="filter_patients"),
    path("portal/patients/<str:circle_id>", patients.patient_row, name="patient_row"),
    path("portal/patients/<str:circle_id>/pin", patients.pin, name="pin"),
    path("portal/counts", patients.counts, name="counts"),
    path("portal/news", news.news_fragment, name="news_fragment"),
    path("portal/todos", news.todo_fragment, name="todo_fragment"),
    path("data-protection", plain.data_protection, name="data_protection"),
    path("offline", plain.offline, name="offline"),
    path("sw.js", thread.service_worker, name="service_worker"),
    path("sw-plain.js", thread.plain_worker, name="plain_worker"),
    path("manifest.webmanifest", plain.manifest, name="manifest"),
    path("dev/mail", plain.mails, name="mails"),
]
