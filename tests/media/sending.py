"""Files on their way in: made by the tests, sent as a form or in pieces, and what a worker makes of them."""

import base64
import uuid
import wave
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from media.models import Medium
from tests.circles.home import Home


def photo(color: str = "red", side: int = 32) -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.effect_noise((side, side), 90).save(out, "JPEG", comment=color.encode())
    return out.getvalue()


def note(seconds: float = 0.5) -> bytes:
    """A WAV of a quiet saw tooth."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join((place * 37 % 4000).to_bytes(2, "little") for place in range(int(8000 * seconds))))
    return out.getvalue()


@dataclass
class Became:
    """What a file has become."""

    media_type: str = "image/jpeg"
    facts: dict[str, Any] = field(default_factory=lambda: {"width": 32, "height": 24})
    content: list[bytes] | None = field(default_factory=lambda: [b"processed"])
    thumbnail: bytes | None = b"small"


def send(home: Home, who: str, data: bytes, name: str = "plaie.jpg", *, key: str | None = None, **fields: str) -> tuple[int, Any]:
    """(status, answer) of an upload."""
    answer = home.client(who).post(
        f"/api/v1/circles/{home.circle}/media", {"file": SimpleUploadedFile(name, data), **fields},
        headers={"Idempotency-Key": key or str(uuid.uuid4())},
    )  # fmt: skip
    return answer.status_code, answer.json()


def sent(home: Home, who: str = "nurse", data: bytes | None = None, **fields: str) -> Medium:
    """A file that was taken in, a photo unless said otherwise."""
    status, answer = send(home, who, data or photo(), **fields)
    assert status == 201, answer
    return Medium.objects.select_related("circle__patient").get(pk=answer["id"])


TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Tus:
    """Somebody's upload in pieces."""

    home: Home
    who: str
    where: str = ""

    def call(self, method: str, path: str = "", data: bytes = b"", **headers: str) -> Any:
        """One call of the protocol."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = named.pop("Content-Type", "application/offset+octet-stream")
        client = self.home.client(self.who)
        return client.generic(method, path or self.where, data, content_type=kind, headers={**TUS, **named})

    def begin(self, length: int, key: str | None = None, **words: str) -> Any:
        """The creation; notes where the pieces go."""
        said = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in words.items())
        answer = self.call(
            "POST", f"/api/v1/circles/{self.home.circle}/media?resumable",
            Upload_Length=str(length), Upload_Metadata=said, Idempotency_Key=key or str(uuid.uuid4()),
        )  # fmt: skip
        self.where = answer.headers.get("Location", self.where)
        return answer

    def piece(self, offset: int, data: bytes) -> int:
        """The status of a PATCH."""
        return int(self.call("PATCH", data=data, Upload_Offset=str(offset)).status_code)

    @property
    def offset(self) -> int:
        """How far it has come."""
        return int(self.call("HEAD").headers["Upload-Offset"])
