"""From what kind of device somebody calls, in one coarse word for the trail: browser and system. No address, no version."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

LONGEST = 32
_present: ContextVar[str] = ContextVar("device", default="")
# The first mark that is found decides: Edge calls itself Chrome too, and every browser but Firefox calls itself Safari.
_FAMILIES = (
    ("edg", "Edge"), ("opr/", "Opera"), ("samsungbrowser", "Samsung"), ("firefox", "Firefox"), ("fxios", "Firefox"), ("crios", "Chrome"),
    ("chrome", "Chrome"), ("safari", "Safari"), ("python", "script"), ("curl", "script"), ("aiohttp", "script"), ("okhttp", "app"),
)  # fmt: skip
_SYSTEMS = (
    ("android", "Android"), ("iphone", "iPhone"), ("ipad", "iPad"), ("windows", "Windows"), ("mac os", "Mac"), ("cros", "ChromeOS"),
    ("linux", "Linux"),
)  # fmt: skip


def word(user_agent: str) -> str:
    """"Firefox · Android", or as much of it as the header says; "" where it says nothing that is known."""
    said = user_agent[:400].lower()
    found = (next((name for mark, name in known if mark in said), "") for known in (_FAMILIES, _SYSTEMS))
    return " · ".join(filter(None, found))


def present() -> str:
    """The device of the call that runs now; "" outside of one."""
    return _present.get()


@contextmanager
def called_from(device: str) -> Iterator[None]:
    """Notes the device for the length of a call."""
    token = _present.set(device)
    try:
        yield
    finally:
        _present.reset(token)


class Device:
    """Middleware: notes from what the request comes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with called_from(word(request.headers.get("User-Agent", ""))):
            return self._get_response(request)
