"""What signing up asks beyond address and password."""
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people.accounts.enums import Gender, Profession
from people.accounts.models import Person

_NAME_LENGTH = 100


class WhoYouAre(forms.Form):
    """Names and profession. The profession is only declared; nobody is in a circle without being admitted."""

    given_name = forms.CharField(label=_("First name"), max_length=_NAME_LENGTH, widget=forms.TextInput({"autocomplete": "given-name"}))
    family_name = forms.CharField(label=_("Family name"), max_length=_NAME_LENGTH, widget=forms.TextInput({"autocomplete": "family-name"}))
    profession = forms.ChoiceField(
        label=_("Profession"),
        required=False,
        choices=[("", _("none: patient, relative, home help …")), *Profession.choices],
    )
    gender = forms.ChoiceField(label=_("I am spoken of as"), required=False, choices=[("", _("not said")), *Gender.choices])
    field_order = ["given_name", "family_name", "gender", "profession", "email", "password1"]

    def signup(self, request: HttpRequest, user: Person) -> None:
        """allauth's hook after saving; the adapter has taken the fields already."""


class Language(forms.Form):
    """The language that the service speaks to a person."""

    language = forms.ChoiceField(label=_("Language"), choices=[("fr", "Français"), ("en", "English")])


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey signs in alone, unless one wants it as a second factor only."""

    name = forms.CharField(label=_("Name"), required=False, max_length=_NAME_LENGTH)
    passwordless = forms.BooleanField(label=_("Sign in with it alone, without a password"), required=False, initial=True)
