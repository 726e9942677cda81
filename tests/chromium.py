"""The Chromium of the tests: the machine's own, without its background chatter."""
import shutil
from typing import Any

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip


def launch_options() -> dict[str, Any]:
    """What Playwright's `launch` takes. Without a Chromium of the machine, Playwright's own is looked for."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return {"executable_path": found, "args": list(FLAGS)}
