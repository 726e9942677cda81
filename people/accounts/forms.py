"""What signing up asks beyond address and password, and what administration asks."""
from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people.accounts.enums import Gender, Profession, StructureKind
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


class Invited(forms.Form):
    """A new account by an invitation: the address is that of the link, so that names and a password are enough."""

    given_name = forms.CharField(label=_("First name"), max_length=_NAME_LENGTH, widget=forms.TextInput({"autocomplete": "given-name"}))
    family_name = forms.CharField(label=_("Family name"), max_length=_NAME_LENGTH, widget=forms.TextInput({"autocomplete": "family-name"}))
    profession = forms.ChoiceField(label=_("Profession"), choices=[("", _("Choose")), *Profession.choices])
    password = forms.CharField(
        label=_("Password"), strip=False, max_length=256, help_text=_("Twelve signs or more: a short sentence is easy to keep."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, email: str, professional: bool) -> None:
        super().__init__(data)
        self._email = email
        if not professional:
            del self.fields["profession"]

    def clean(self) -> dict[str, Any]:
        """Checks the password against the rules, which know address and names."""
        data = super().clean() or self.cleaned_data
        if "password" in data:
            person = Person(email=self._email)
            person.set_names(data.get("given_name", ""), data.get("family_name", ""))
            try:
                validate_password(data["password"], person)
            except forms.ValidationError as wrong:
                self.add_error("password", wrong)
        return data


class Correction(forms.Form):
    """One's own name and profession set right."""

    given_name = forms.CharField(label=_("First name"), max_length=_NAME_LENGTH, widget=forms.TextInput({"autocomplete": "given-name"}))
    family_name = forms.CharField(label=_("Family name"), max_length=_NAME_LENGTH, widget=forms.TextInput({"autocomplete": "family-name"}))
    profession = forms.ChoiceField(
        label=_("Profession"),
        required=False,
        choices=[("", _("none: patient, relative, home help …")), *Profession.choices],
    )


class Language(forms.Form):
    """The language that the service speaks to a person."""

    language = forms.ChoiceField(label=_("Language"), choices=[("fr", "Français"), ("en", "English")])


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey signs in alone, unless one wants it as a second factor only."""

    name = forms.CharField(label=_("Name"), required=False, max_length=_NAME_LENGTH)
    passwordless = forms.BooleanField(label=_("Sign in with it alone, without a password"), required=False, initial=True)


class Address(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254, widget=forms.EmailInput({"autocomplete": "off"}))


class Vouched(forms.Form):
    """What an administrator confirms of a colleague; the service checks the number."""

    profession = forms.ChoiceField(label=_("Profession"), choices=[("", _("Choose")), *Profession.choices])
    rpps = forms.CharField(
        label=_("RPPS number"), required=False, max_length=14, widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
    )


class StructureSettings(forms.Form):
    """What the administrators of a structure keep true themselves."""

    name = forms.CharField(label=_("Name of the structure"), max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=32, widget=forms.TextInput({"type": "tel", "autocomplete": "off"})
    )


class StructureFactsForm(StructureSettings):
    """All that the operator says of a structure."""

    kind = forms.ChoiceField(label=_("Kind"), choices=StructureKind.choices)
    finess = forms.CharField(label=_("FINESS number"), required=False, max_length=9, widget=forms.TextInput({"autocomplete": "off"}))
    field_order = ["name", "kind", "finess", "phone"]

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind and kind not in StructureKind.values:  # brought by a scenario or a hospital: kept as it is
            self.fields["kind"].choices = [*StructureKind.choices, (kind, kind)]  # type: ignore[attr-defined]
