"""Who looked at what: append-only lines, chained per circle by keyed hashes."""
import datetime as dt
import hashlib
import hmac
from typing import ClassVar
from uuid import UUID

from django.db import models

from foundation.vault.seal import derived_key


class TrailHead(models.Model):
    """How many lines a circle's trail has, and the hash of the last: a line cut off the end is missed too."""

    circle = models.UUIDField(primary_key=True)
    count = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, default=bytes)


class TrailLine(models.Model):
    """One access. Ids and codes only, never content."""

    circle = models.UUIDField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    person = models.UUIDField(null=True)
    role = models.CharField(max_length=32, blank=True)
    what = models.CharField(max_length=64)  # "circle.opened", "search", "refused:take" …
    right = models.CharField(max_length=64)  # by which right: "admitted", or the reason of a refusal
    session = models.UUIDField(null=True)
    hour = models.CharField(max_length=13, blank=True)  # "2026-11-21T20" for an opening: one line per session and hour
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("circle", "number", name="trail_number_once")]
        indexes: ClassVar = [models.Index("circle", "session", "hour", name="trail_by_session")]

    @property
    def mark(self) -> UUID:
        """The line's id outside: it tells nothing of how many lines stand before it."""
        return UUID(bytes=bytes(self.digest)[:16])

    def digest_after(self, before: bytes) -> bytes:
        """HMAC-SHA-256 over the digest before and all that the line says, under a key that the database does not hold."""
        at = self.at.astimezone(dt.UTC).isoformat()
        said = (self.circle, self.number, at, self.person, self.role, self.what, self.right, self.session, self.hour)
        return hmac.new(derived_key("audit"), before + "\x1f".join(map(str, said)).encode(), hashlib.sha256).digest()
