"""The operator's pages of hospitals' feeds: how they fare, what is in quarantine, what they may do. Nothing of a patient is in them."""
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.errors import NotFound
from hospital.gateway import feeds as services
from hospital.gateway.certificates import LONGEST
from hospital.gateway.enums import FeedMode
from hospital.gateway.models import Feed
from hospital.gateway.replays import replay
from people.accounts.enums import Duty, StructureKind
from people.accounts.models import Operator, Structure
from portal.queries.feeds import feed_state, feed_states, held, programs, reasons
from portal.views.administration import known, refusals_in, said
from portal.views.operator import operating


class NewFeed(forms.Form):
    """What a feed is from the start."""

    structure = forms.ModelChoiceField(
        Structure.objects.filter(kind=StructureKind.HOSPITAL).order_by("name"), label=gettext_lazy("Hospital"),
        empty_label=gettext_lazy("Choose"),
    )  # fmt: skip
    msh4 = forms.CharField(
        label=gettext_lazy("Facility in its messages (MSH-4)"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
    authorities = forms.CharField(
        label=gettext_lazy("Authorities of its patient numbers (PID-3.4), with commas"), required=False, max_length=500,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    certificate = forms.CharField(
        label=gettext_lazy("Its client certificate (PEM)"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 4})
    )
    mode = forms.ChoiceField(label=gettext_lazy("What it does"), choices=FeedMode.choices, initial=FeedMode.OBSERVED)


def _feed(text: str) -> Feed:
    found = Feed.objects.select_related("structure").filter(pk=known(text)).first()
    if found is None:
        raise NotFound
    return found


def _shown(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"portal/operator/{name}.html", {"room": "feeds", "operates": True, **context}, status=status)


def _back(feed: Feed) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"/operator/feeds/{feed.pk}")


@require_GET
@operating(Duty.KEEP_FEEDS)
def feeds(request: HttpRequest, actor: Operator) -> HttpResponse:
    """Every feed, and every program that asks over FHIR."""
    return _shown(request, "feeds", {"states": feed_states(), "programs": programs()})


@require_http_methods(["GET", "POST"])
@operating(Duty.KEEP_FEEDS)
def new_feed(request: HttpRequest, actor: Operator) -> HttpResponse:
    """Connects a feed."""
    form = NewFeed(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        authorities = [name.strip() for name in asked["authorities"].split(",") if name.strip()]
        with refusals_in(form):
            made = services.create_feed(
                actor, structure=asked["structure"].pk, msh4=asked["msh4"], authorities=authorities, pem=asked["certificate"],
                mode=FeedMode(asked["mode"]),
            )  # fmt: skip
            messages.success(request, _("The feed is connected. Its sheet for the integration engine can be printed."))
            return _back(made)
    return _shown(request, "new_feed", {"form": form}, 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@operating(Duty.KEEP_FEEDS)
def feed(request: HttpRequest, actor: Operator, feed_id: str) -> HttpResponse:
    """One feed: numbers, mode (changed by POST), certificate, quarantine; in observation, what its newest messages would have done."""
    row, wanted = _feed(feed_id), request.POST.get("mode", "")
    if request.method == "POST":
        if wanted in FeedMode.values:
            services.change_mode(actor, feed=row.pk, mode=FeedMode(wanted))
            messages.success(request, _("Saved. It holds from the next message on."))
        return _back(row)
    shown = {"state": feed_state(row), "feed": row, "held": held(row), "reasons": reasons(row), "modes": FeedMode.choices}
    return _shown(request, "feed", shown)


@require_POST
@operating(Duty.KEEP_FEEDS)
def certificate(request: HttpRequest, actor: Operator, feed_id: str) -> HttpResponse:
    """Binds a certificate to a feed: a pasted PEM, or a file."""
    row, sent = _feed(feed_id), request.FILES.get("file")
    pem = sent.read(LONGEST).decode("latin-1") if sent else request.POST.get("certificate", "").strip()
    if pem or "remove" in request.POST:
        well = _("The certificate is bound to this feed.") if pem else _("The certificate is taken away.")
        said(request, lambda: services.bind_certificate(actor, feed=row.pk, pem=pem), well)
    else:
        messages.error(request, _("Paste the certificate, or choose its file."))
    return _back(row)


@require_POST
@operating(Duty.KEEP_FEEDS)
def replay_held(request: HttpRequest, actor: Operator, feed_id: str) -> HttpResponse:
    """Has quarantined messages worked out again: one, those of a reason, or all."""
    row = _feed(feed_id)
    one, reason = request.POST.get("message"), request.POST.get("reason")
    count = replay(actor, feed=row.pk, reason=reason, message=known(one) if one else None)
    if count:
        tried = ngettext("%(n)d message is worked out again now.", "%(n)d messages are worked out again now.", count)
        messages.success(request, tried % {"n": count})
    else:
        messages.success(request, _("There was nothing to try again."))
    return _back(row)
