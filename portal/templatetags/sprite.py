"""The page's icons as one hidden SVG of symbols, so that templates and scripts draw the same ones by name."""
from functools import cache
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

from django.utils.safestring import SafeString, mark_safe

# Our word → the name in the `lucide` package. Only what a page draws: the sprite travels with each page.
LUCIDE = {
    "alert": "circle-alert", "absent": "circle-dashed", "back": "chevron-left", "calendar": "calendar", "camera": "camera",
    "check": "check", "clock": "clock", "close": "x", "copy": "copy", "devices": "smartphone", "discard": "trash-2",
    "down": "chevron-down", "eye": "eye", "forward": "chevron-right", "history": "history", "info": "info", "key": "key-round",
    "language": "languages", "lock": "lock", "mail": "mail", "me": "user", "mic": "mic", "moon": "moon", "more": "ellipsis-vertical",
    "new": "loader", "newest": "arrow-down", "offline": "wifi-off", "patients": "text-align-start", "pen": "pencil",
    "people": "users", "phone": "phone", "pin": "pin", "plus": "plus", "print": "printer", "reply": "reply", "retracted": "ban",
    "search": "search", "shield": "shield-check", "sign-out": "log-out", "theme": "sun-moon", "todo": "square",
    "todo-done": "square-check", "undo": "undo-2",
    "arrow": "move-up-right", "blur": "grid-3x3", "compare": "columns-2", "crop": "crop", "file": "file-text", "image": "image",
    "attach": "paperclip", "download": "download",
    "images": "images", "larger": "zoom-in", "smaller": "zoom-out", "turn-camera": "switch-camera",
    "ward": "bed", "switch": "arrow-left-right",
    "bell": "bell", "share": "share", "up": "chevron-up", "home-screen": "square-plus",
    "play": "play", "pause": "pause", "stop": "circle-stop", "send": "send",
    "house": "house",
    "feed": "arrow-right-left", "upload": "upload", "same": "equal", "other": "equal-not", "hospital": "hospital",
}

# What no icon set has: the diamond of urgency, the dot of somebody reachable, and the parts of the circle sign.
_DIAMOND = "M10.6 1.6a2 2 0 0 1 2.8 0l9 9a2 2 0 0 1 0 2.8l-9 9a2 2 0 0 1-2.8 0l-9-9a2 2 0 0 1 0-2.8Z"
_BANG = "M10.6 6.2h2.8l-.5 7.4h-1.8ZM13.5 16.6a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0Z"
_LEFT, _RIGHT = "M4.77 3.97a10.8 10.8 0 0 0 0 16.06", "M19.23 3.97a10.8 10.8 0 0 1 0 16.06"
_ARC = 'fill="none" stroke="currentColor" stroke-width="2.1" stroke-linecap="round"'
_DOTS = 'fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-dasharray="0 3.67"'
OWN = {
    "icon-urgent": f'<path fill="currentColor" stroke="none" fill-rule="evenodd" d="{_DIAMOND}{_BANG}"/>',
    "icon-urgent-taken": '<path d="M12 2.2 21.8 12 12 21.8 2.2 12Z"/><path d="m8.3 12.2 2.6 2.6 4.8-5.2"/>',
    "icon-reachable": '<circle cx="12" cy="12" r="5.5" fill="currentColor" stroke="none"/>',
    "sign-ring": '<circle cx="12" cy="12" r="5.4" fill="none" stroke="currentColor" stroke-width="2.1"/>',
    "sign-dot": '<circle cx="12" cy="12" r="2.2" fill="currentColor"/>',
    "sign-left": f'<path {_ARC} d="{_LEFT}"/>',
    "sign-right": f'<path {_ARC} d="{_RIGHT}"/>',
    "sign-left-off": f'<path {_DOTS} d="{_LEFT}"/>',
    "sign-right-off": f'<path {_DOTS} d="{_RIGHT}"/>',
}


def _drawing(archive: ZipFile, name: str) -> str:
    """The strokes of one icon, without its outer <svg>."""
    root = ElementTree.fromstring(archive.read(f"{name}.svg"))  # noqa: S314 -- a file of the installed package
    for node in root.iter():
        node.tag = str(node.tag).rpartition("}")[2]
    return "".join(ElementTree.tostring(child, encoding="unicode").strip() for child in root)


@cache
def sprite() -> SafeString:
    """One hidden <svg> with a <symbol> for each icon ("icon-NAME") and each part of the circle sign ("sign-PART")."""
    archive = ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))
    drawings = {f"icon-{word}": _drawing(archive, name) for word, name in LUCIDE.items()} | OWN
    symbols = "".join(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>' for name, drawing in drawings.items())
    return mark_safe(f'<svg hidden width="0" height="0" aria-hidden="true">{symbols}</svg>')  # noqa: S308 -- our own drawings
