"""One patient and the people around them, on a running service, for journeys in real browsers."""
import json
import os
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, expect

from tests.service import ROOT, Service

PASSWORD = "Un-mot-de-passe-7"
# key → (family name, given name, profession, role)
PEOPLE = {
    "alice": ("Martin", "Alice", "nurse", "nurse"),
    "helene": ("Castets", "Hélène", "physician", "gp"),
    "nadia": ("Lagarde", "Nadia", "nurse", "coordinator"),
    "sylvie": ("Capdeville", "Sylvie", None, "home_help"),
    "claire": ("Durand-Moreau", "Claire", None, "trusted_person"),
}
# In no circle until a test lets them in.
OUTSIDE = {
    "odile": ("Darrieux", "Odile", None),
    "jeanne": ("Durand", "Jeanne", None),
}
TRAITS = {"family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F"}


@dataclass
class World:
    """The service, a circle of its own for each test, and everybody's contexts."""

    service: Service
    browser: Browser
    ids: dict[str, str]
    circle: str
    sessions: dict[str, Any]
    opened: list[BrowserContext] = field(default_factory=list)
    callers: dict[str, BrowserContext] = field(default_factory=dict)

    @property
    def thread(self) -> str:
        """The address of the thread."""
        return f"{self.service.host()}/circles/{self.circle}"

    def context(self, who: str = "", **settings: Any) -> BrowserContext:
        """A browser of somebody's own, signed in once for all tests; 1440 × 900 unless said otherwise."""
        if who and who not in self.sessions:
            with_session = self.browser.new_context(base_url=self.service.host())
            self.sign_in(with_session, who)
            self.sessions[who] = with_session.storage_state()
            with_session.close()
        settings = {"viewport": {"width": 1440, "height": 900}, "locale": "fr-FR", "reduced_motion": "reduce", **settings}
        if who:
            settings["storage_state"] = self.sessions[who]
        context = self.browser.new_context(base_url=self.service.host(), **settings)
        self.opened.append(context)
        return context

    def sign_in(self, context: BrowserContext, who: str) -> None:
        """Sends the sign-in form as a browser does, without drawing its page."""
        form = context.request.get("/accounts/login/").text()
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[0]
        sent = {"login": f"{who}@example.org", "password": PASSWORD, "csrfmiddlewaretoken": token}
        answer = context.request.post("/accounts/login/", form=sent, headers={"Referer": f"{self.service.host()}/accounts/login/"})
        assert answer.ok, answer.status
        assert "/accounts/" not in answer.url, answer.url

    def reading(self, who: str, **settings: Any) -> Page:
        """Somebody with the thread open before them."""
        page = self.context(who, **settings).new_page()
        open_thread(page, self.thread)
        return page

    def call(self, who: str, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """A call of the API as somebody, apart from any page of theirs. Gives the answer's JSON, or None."""
        context = self.callers.setdefault(who, self.callers.get(who) or self.context(who))
        token = next((one["value"] for one in context.cookies() if one["name"].endswith("cercle-csrf")), "")
        headers = {"X-CSRFToken": token, "Referer": self.service.host(), **({"Idempotency-Key": key} if key else {})}
        answer: APIResponse = context.request.fetch(f"/api/v1/{path}", method=method, data=body, headers=headers)
        assert answer.ok, (answer.status, answer.text())
        return answer.json() if answer.text() else None

    def say(self, who: str, text: str, audience: str = "care_team", **more: Any) -> dict[str, Any]:
        """A post, written by the API."""
        body = {"text": text, "audience": audience, **more}
        written: dict[str, Any] = self.call(who, "POST", f"circles/{self.circle}/posts", body, key=str(uuid.uuid4()))
        return written

    def member(self, who: str) -> str:
        """The id of somebody's membership."""
        circle = self.call("alice", "GET", f"circles/{self.circle}")
        return next(str(one["id"]) for one in circle["members"] if one["person"]["id"] == self.ids[who])

    def close(self) -> None:
        """Ends everybody's browsers."""
        for context in self.opened:
            context.close()


def open_thread(page: Page, address: str) -> None:
    """Opens a thread and waits until its first screen stands."""
    page.goto(address)
    expect(page.locator("[data-cercle-name]")).to_have_text("DURAND Jeanne", timeout=30_000)


def write(page: Page, text: str) -> None:
    """Writes with the composer as it stands, and sends by the keyboard."""
    page.locator("[data-cercle-text]").fill(text)
    page.locator("[data-cercle-text]").press("Control+Enter")


def until(page: Page, question: str, arg: Any = None) -> None:
    """Waits until the page answers yes. The answer may be a promise, for which `wait_for_function` itself does not wait."""
    for _ in range(150):
        if page.evaluate(question, arg):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never so: {question}")


def item(page: Page, text: str) -> Any:
    """The post that holds `text`."""
    return page.locator(".thread-item", has_text=text)


def scenario(circles: int) -> dict[str, Any]:
    """Everybody, and so many patients of the same name with all of them around."""
    same = {"password": PASSWORD, "structures": [], "units": [], "language": "fr", "gender": "F"}
    people: list[dict[str, Any]] = [
        {**same, "key": key, "email": f"{key}@example.org", "family_name": family, "given_name": given, "profession": profession}
        for key, (family, given, profession, _role) in PEOPLE.items()
    ]
    people += [
        {**same, "key": key, "email": f"{key}@example.org", "family_name": family, "given_name": given, "profession": profession}
        for key, (family, given, profession) in OUTSIDE.items()
    ]
    members = [{"person": key, "role": role, "history": "all", "since": None, "until": None} for key, (*_names, role) in PEOPLE.items()]
    # One birth date each: forty homonyms would make every list say so.
    common = {**TRAITS, "birth_place_code": "40088", "ins": None, "members": members}
    patients = [{**common, "key": f"p{n}", "birth_date": f"{1930 + n % 60}-{3 + n // 60:02}-09"} for n in range(circles)]
    return {"structures": [], "people": people, "patients": patients}


def load(service: Service, circles: int) -> dict[str, str]:
    """Loads the scenario beside the running service; key → id."""
    file = Path(service.data) / "scenario.json"
    file.write_text(json.dumps(scenario(circles)))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CERCLE_", "DJANGO_"))}
    env = {**inherited, "CERCLE_DATA": str(service.data), "CERCLE_DEMO": "0"}
    command = [sys.executable, "manage.py", "load_scenario", str(file)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    ids: dict[str, str] = json.loads(done.stdout)
    return ids
