"""What a file became."""
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Checked = Callable[[], None]  # called when headers are read and nothing is too much


@dataclass(frozen=True)
class Result:
    """`content` is None where readers get the file as it was sent; `facts` are JSON."""

    media_type: str
    facts: dict[str, Any] = field(default_factory=dict)
    content: bytes | None = None
    thumbnail: bytes | None = None
