"""A hospital's own pages of its feeds: how they fare, the sheet for its integration engine, a dry run. No circle is seen from here."""
import logging
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from foundation.errors import NotFound
from hospital.gateway.dry_runs import MOST_BYTES, rehearse
from hospital.gateway.models import Feed
from people.accounts.enums import Duty
from people.accounts.models import Administrator, Operator
from portal.queries.feeds import feed_states
from portal.queries.sheet import sheet_of
from portal.queries.trials import Trial, trial_of
from portal.views.administration import administering, known, shown
from portal.views.operator import operating
from portal.views.papers import paper

log = logging.getLogger("cercle.hospital")


class _Feeds(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own takes none
    """Feeds by the facility that they speak for."""

    def label_from_instance(self, obj: Feed) -> str:
        return obj.msh4


class Tried(forms.Form):
    """A message to try, and as which feed's."""

    feed = _Feeds(Feed.objects.none(), label=gettext_lazy("As a message of"), empty_label=None)
    message = forms.CharField(
        label=gettext_lazy("The message (HL7 v2)"), required=False, max_length=MOST_BYTES, strip=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    file = forms.FileField(label=gettext_lazy("or its file"), required=False, allow_empty_file=False)

    def __init__(self, *args: Any, actor: Administrator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        feeds = Feed.objects.filter(structure=actor.structure_id).order_by("msh4")
        field = self.fields["feed"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = feeds

    def clean(self) -> dict[str, Any]:
        """The bytes as `raw`. What is pasted is taken as UTF-8 with the ends of lines that HL7 wants."""
        data = super().clean() or self.cleaned_data
        sent = data.get("file")
        data["raw"] = sent.read(MOST_BYTES) if sent else data.get("message", "").replace("\r\n", "\r").replace("\n", "\r").encode()
        if not data["raw"].strip():
            self.add_error("message", _("Paste a message, or choose its file."))
        return data


@require_GET
@administering(Duty.TRY_MESSAGES)
def feeds(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """The feeds of the structure, in numbers."""
    return shown(request, actor, "feeds", "feeds", {"states": feed_states(actor.structure_id)})


@require_http_methods(["GET", "POST"])
@administering(Duty.TRY_MESSAGES)
def trial(request: HttpRequest, actor: Administrator) -> HttpResponse:
    """A dry run: what a message would do. Nothing of it is stored, not even that it was tried; the log has ids."""
    form = Tried(request.POST or None, request.FILES or None, actor=actor)
    tried: Trial | None = None
    if request.method == "POST" and form.is_valid():
        log.info("hospital.tried structure=%s person=%s", actor.structure_id, actor.person_id)
        tried = trial_of(rehearse(form.cleaned_data["feed"], form.cleaned_data["raw"]))
    status = 422 if request.method == "POST" and tried is None else 200
    return shown(request, actor, "trial", "feeds", {"form": form, "tried": tried}, status)


@require_GET
@administering(Duty.TRY_MESSAGES)
def sheet(request: HttpRequest, actor: Administrator, feed_id: Any) -> HttpResponse:
    """The sheet for the integration engine."""
    return _printed(Feed.objects.select_related("structure").filter(pk=feed_id, structure=actor.structure_id).first())


@require_GET
@operating(Duty.KEEP_FEEDS)
def operators_sheet(request: HttpRequest, actor: Operator, feed_id: str) -> HttpResponse:
    """The same sheet, for whoever operates the service."""
    return _printed(Feed.objects.select_related("structure").filter(pk=known(feed_id)).first())


def _printed(feed: Feed | None) -> HttpResponse:
    if feed is None:
        raise NotFound
    return paper("sheet", sheet_of(feed), name=_("integration-sheet"))
