"""What is new over all my patients, and what is expected of me: pages and the fragments that keep them fresh."""
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.queries.away import back_from
from portal.queries.replacements import received_lately
from portal.queries.requests import knocks_for
from portal.queries.tasks import mine_of
from portal.queries.todos import my_todos, news_of
from portal.queries.transcriptions import count_asked
from portal.queries.unions import joinings_for
from portal.queries.unreached import to_telephone
from portal.views.alerting import says_unalerted
from portal.views.door import page, patients_of, reader


@require_GET
@page
def news(request: HttpRequest) -> HttpResponse:
    """Urgent first, then the newest of each patient."""
    return render(request, "portal/pages/news.html", {**_news(request), "unalerted": says_unalerted(request)})


@require_GET
@page
def news_fragment(request: HttpRequest) -> HttpResponse:
    """The same without its page."""
    return render(request, "portal/fragments/news.html", _news(request))


@require_GET
@page
def todo(request: HttpRequest) -> HttpResponse:
    """To-dos for me."""
    return render(request, "portal/pages/todo.html", _todo(request))


@require_GET
@page
def todo_fragment(request: HttpRequest) -> HttpResponse:
    """The same without its page."""
    return render(request, "portal/fragments/todos.html", _todo(request))


def _news(request: HttpRequest) -> dict[str, object]:
    mine = patients_of(request)
    person = reader(request)
    told = {"back": back_from(person), "received": received_lately(person), "zone": settings.CIRCLE_TIME_ZONE}
    return {"items": news_of(mine), "knocks": knocks_for(mine.members), "joinings": joinings_for(mine.members), **told}


def _todo(request: HttpRequest) -> dict[str, object]:
    mine = patients_of(request)
    asked = count_asked(mine.members)
    knocks, joinings = knocks_for(mine.members), joinings_for(mine.members)
    told = {"unreached": to_telephone(mine), "items": my_todos(mine), "knocks": knocks, "joinings": joinings, "asked": asked}
    return {**told, "tasks": mine_of(reader(request))}
