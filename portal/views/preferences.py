"""By what, and when, somebody is told of news."""
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.errors import Invalid
from notifications.protocol import PreferencesBody
from notifications.wishes import preference_of, preferences_item, set_preferences
from people.accounts.models import Person
from people.duty.week import DAYS
from portal.queries.preferences import KINDS, TIMES_A_DAY, digest_in, kinds_of
from portal.views.door import page, reader

_BEFORE = "preferences_before"


@require_http_methods(["GET", "POST"])
@page
def preferences(request: HttpRequest) -> HttpResponse:
    """The form; sent, all of it takes the place of what was wished before. `usual` takes every wish back."""
    person = reader(request)
    if request.method != "POST":
        return _drawn(request, person, preferences_item(person))
    if "undo" in request.POST:
        return _undone(request, person)
    before = preference_of(person).choices
    said = {} if "usual" in request.POST else {**_read(request.POST), "zone": preferences_item(person)["zone"]}
    try:
        set_preferences(person, body=PreferencesBody.model_validate(said))
    except Invalid as refused:
        return _drawn(request, person, said, refused)
    except ValueError:
        return _drawn(request, person, said, _incomplete(said))
    request.session[_BEFORE] = before
    return HttpResponseRedirect("/me/preferences?saved")


def _undone(request: HttpRequest, person: Person) -> HttpResponse:
    """What was wished before the last save holds again; a second time changes nothing."""
    before = request.session.pop(_BEFORE, None)
    if before is None:
        return HttpResponseRedirect("/me/preferences")
    try:
        set_preferences(person, body=PreferencesBody.model_validate(before))
    except Invalid as refused:  # its ways lead nowhere any more
        return _drawn(request, person, preferences_item(person), refused)
    return HttpResponseRedirect("/me/preferences?undone")


def _incomplete(said: dict[str, Any]) -> Invalid:
    """What a field cannot hold: half of the quiet hours, a summary without an hour or a day."""
    quiet = said["quiet"]
    if quiet and not all(quiet.values()):
        sentence = _("Say from when to when, for example 21:00 to 7:00.")
        return Invalid("notifications.empty_quiet", sentence, errors={"quiet.to": sentence})
    sentence = _("The summary needs an hour and a day at least.")
    return Invalid("notifications.empty_digest", sentence, errors={"digest.at": sentence})


def _drawn(request: HttpRequest, person: Person, said: dict[str, Any], refused: Invalid | None = None) -> HttpResponse:
    holds, errors = preferences_item(person), refused.errors or {} if refused else {}
    context = {
        "kinds": kinds_of(said, holds["channels"], errors), "quiet": said.get("quiet"), "quiet_wrong": errors.get("quiet.to", ""),
        "digest": digest_in(said, errors), "wrong": str(refused.detail) if refused else "", "saved": "saved" in request.GET and not refused,
        "undone": "undone" in request.GET and not refused, "may_undo": _BEFORE in request.session,
        "chosen": any(one["chosen"] for one in holds["news"].values()),
    }  # fmt: skip
    return render(request, "portal/pages/preferences.html", context, status=refused.status if refused else 200)


def _read(form: QueryDict) -> dict[str, Any]:
    """The form as `PUT me/preferences` takes it."""
    quiet = {"from": form.get("quiet.from", ""), "to": form.get("quiet.to", "")} if form.get("quiet") == "1" else None
    times = [form.get(f"digest.{n}", "") for n in range(TIMES_A_DAY)]
    digest = {
        "at": [time for time in times if time], "days": [day for day in DAYS if day in form.getlist("digest.days")],
        "email": "email" in form.getlist("digest.by"), "push": "push" in form.getlist("digest.by"),
    }  # fmt: skip
    news = {kind.value: {"by": form.getlist(f"news.{kind.value}")[:3]} for kind, *_words in KINDS}
    return {"news": news, "quiet": quiet, "digest": digest if form.get("digest") == "1" else None}
