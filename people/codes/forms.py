"""What the two entrances ask, and what is asked about somebody without e-mail."""
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.accounts.enums import Gender
from people.circles.enums import Role

_NAME_LENGTH = 100
_PIN = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "6", "pattern": "[0-9]{6}"}


class Redeem(forms.Form):
    """A printed code and the PIN that is to open this device from now on."""

    code = forms.CharField(
        label=_("Code on the paper"), max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "data-cercle-code": ""}),
    )  # fmt: skip
    pin = forms.CharField(label=_("Your PIN: six figures that you choose"), max_length=6, widget=forms.PasswordInput(_PIN))
    again = forms.CharField(label=_("The same six figures again"), max_length=6, widget=forms.PasswordInput(_PIN))

    def clean(self) -> dict[str, Any]:
        """Both PINs are one."""
        typed: dict[str, Any] = super().clean() or {}
        if "pin" in typed and "again" in typed and typed["pin"] != typed["again"]:
            self.add_error("again", _("These are not the same six figures."))
        return typed


class Pin(forms.Form):
    """The PIN of this device."""

    pin = forms.CharField(label=_("Your PIN, six figures"), max_length=6, widget=forms.PasswordInput({**_PIN, "autofocus": ""}))


class Newcomer(forms.Form):
    """Somebody without e-mail, as whom, and how they are spoken of."""

    given_name = forms.CharField(label=_("First name"), max_length=_NAME_LENGTH, widget=forms.TextInput({"autocomplete": "off"}))
    family_name = forms.CharField(label=_("Family name"), max_length=_NAME_LENGTH, widget=forms.TextInput({"autocomplete": "off"}))
    gender = forms.ChoiceField(label=_("Spoken of as"), required=False, choices=[("", _("not said")), *Gender.choices])
    role = forms.ChoiceField(label=_("Role in this circle"))

    def __init__(self, roles: Iterable[Role], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["role"]
        field.choices = [(role.value, role.label) for role in roles]
