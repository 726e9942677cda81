"""The two entrances without e-mail: a printed code that opens this device, and its PIN from then on."""
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import login as allauth_login
from allauth.core.internal.ratelimit import respond_429
from django.conf import settings
from django.contrib.auth import logout
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation.errors import CercleError, Invalid
from people.accounts import limits
from people.accounts.models import Person
from people.codes import errors, forms, services
from people.codes.secrets import secret_digest

COOKIE = "__Host-cercle-device" if settings.PRODUCTION else "cercle-device"
_COOKIE_S = 400 * 24 * 3600  # as long as browsers keep one


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; a device that was opened with a printed code is led to its PIN, unless another way is asked for."""
    if request.method == "GET" and COOKIE in request.COOKIES and "other" not in request.GET and not request.user.is_authenticated:
        query = urlencode({"next": wanted}) if (wanted := request.GET.get("next")) else ""
        return HttpResponseRedirect("/accounts/pin/" + (f"?{query}" if query else ""))
    return cast(HttpResponse, allauth_login(request))


@never_cache
@require_http_methods(["GET", "POST"])
def printed(request: HttpRequest) -> HttpResponse:
    """A printed code and a PIN. The code travels in the address's fragment, which no server and no log ever sees."""
    if request.user.is_authenticated:
        return render(request, "codes/signed_in.html")
    form = forms.Redeem(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _asked(request, "codes/printed.html", form)
    typed = form.cleaned_data
    trying = limits.attempt(f"printed code {typed['code']}", get_adapter().get_client_ip(request))
    if wait := limits.seconds_to_wait(trying):
        return _too_fast(request, wait)
    try:
        person, secret = services.open_device(code=typed["code"], pin=typed["pin"])
    except Invalid as refused:
        if refused.code == errors.bad_code().code:
            limits.note_failure(trying)
        return _refused(request, "codes/printed.html", form, refused)
    return _signed_in(request, person, secret)


@never_cache
@require_http_methods(["GET", "POST"])
def pin(request: HttpRequest) -> HttpResponse:
    """The PIN of this device. Without the device's cookie there is nothing to type here."""
    secret = request.COOKIES.get(COOKIE, "")
    if request.user.is_authenticated:
        return HttpResponseRedirect("/")
    if not secret:
        return HttpResponseRedirect("/accounts/login/?other")
    form = forms.Pin(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _asked(request, "codes/pin.html", form)
    trying = limits.attempt(f"bound device {secret_digest(secret).hex()}", get_adapter().get_client_ip(request))
    if wait := limits.seconds_to_wait(trying):
        return _too_fast(request, wait)
    try:
        person = services.enter_by_pin(secret=secret, pin=form.cleaned_data["pin"])
    except Invalid as refused:
        limits.note_failure(trying)
        return _refused(request, "codes/pin.html", form, refused)
    return _signed_in(request, person, secret)


def _signed_in(request: HttpRequest, person: Person, secret: str) -> HttpResponse:
    record_authentication(request, person, "device")
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    login = Login(user=person, email_verification=EmailVerificationMethod.NONE, redirect_url=wanted if here else "/")
    answer: HttpResponse = perform_login(request, login)
    if not services.still_bound(secret):  # renewed while this session began
        logout(request)
        return _over(HttpResponseRedirect("/accounts/login/?other"))
    answer.set_cookie(COOKIE, secret, max_age=_COOKIE_S, httponly=True, samesite="Lax", secure=settings.PRODUCTION)
    return answer


def _asked(request: HttpRequest, template: str, form: Form, status: int = 200) -> HttpResponse:
    wanted = request.POST.get("next", request.GET.get("next", ""))
    return render(request, template, {"form": form, "next": wanted}, status=status)


def _refused(request: HttpRequest, template: str, form: Form, error: CercleError) -> HttpResponse:
    field = next(iter(error.errors or {}), None)
    form.add_error(field if field in form.fields else None, str(error.detail))
    answer = _asked(request, template, form)
    return _over(answer) if error.code == errors.device_over().code else answer


def _over(answer: HttpResponse) -> HttpResponse:
    answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def _too_fast(request: HttpRequest, wait: int) -> HttpResponse:
    answer: HttpResponse = respond_429(request)
    answer["Retry-After"] = str(wait)
    return answer
