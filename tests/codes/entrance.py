"""A telephone in somebody's hand: a browser that keeps cookies and sends the forms of the two entrances."""
from typing import Any

from django.test import Client

from people.codes.views import COOKIE

PIN = "204857"


class Phone:
    """Checks CSRF as real browsers must."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"accept": "text/html", "accept-language": "en"})

    def post(self, path: str, **form: str) -> Any:
        """A form with its token."""
        self.client.get("/accounts/printed/")
        return self.client.post(path, {**form, "csrfmiddlewaretoken": self.client.cookies["cercle-csrf"].value})

    def open(self, code: str, pin: str = PIN, again: str = "") -> Any:
        """Types the code and a PIN twice."""
        return self.post("/accounts/printed/", code=code, pin=pin, again=again or pin)

    def enter(self, pin: str = PIN) -> Any:
        """Types the PIN."""
        return self.post("/accounts/pin/", pin=pin)

    @property
    def me(self) -> int:
        """The status of a call that needs somebody signed in."""
        return self.client.get("/api/v1/me").status_code

    @property
    def secret(self) -> str:
        """What the device keeps; "" where it keeps nothing."""
        return self.client.cookies[COOKIE].value if COOKIE in self.client.cookies else ""

    def forget_session(self) -> None:
        """As after signing out or two weeks away: only the device's cookie is left."""
        del self.client.cookies["cercle"]

    def with_cookie(self, secret: str) -> "Phone":
        """Somebody who has got hold of a device's cookie."""
        self.client.cookies[COOKIE] = secret
        return self
