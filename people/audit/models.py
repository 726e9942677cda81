"""Who looked at what and who changed what: append-only lines, chained by keyed hashes.

A trail belongs to a circle, to a person (their own: lists, searches of people) or to a structure (its administrators' acts);
its id is that of the circle, person or structure.
"""
import datetime as dt
import hashlib
import hmac
from typing import ClassVar
from uuid import UUID

from django.db import models

from foundation.vault.seal import derived_key

STRANGER = "refused:stranger"  # somebody without a right asked for this circle: never shown to them
VERSION = 2  # of what a line's digest covers; lines of every version stay in one chain


class TrailHead(models.Model):
    """How many lines a trail has, and the hash of the last: a line cut off the end is missed too."""

    circle = models.UUIDField(primary_key=True)  # or the person or structure whose trail it is
    count = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, default=bytes)


class TrailLine(models.Model):
    """One access. Ids and codes only, never content."""

    circle = models.UUIDField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    person = models.UUIDField(null=True)
    role = models.CharField(max_length=32, blank=True)
    what = models.CharField(max_length=64)  # "circle.opened", "search", "refused:take", "member.joined" …
    right = models.CharField(max_length=64)  # by which right: "admitted", or the reason of a refusal
    session = models.UUIDField(null=True)
    hour = models.CharField(max_length=13, blank=True)  # "2026-11-21T20" for an opening: one line per session and hour
    structure = models.UUIDField(null=True)  # the one for which the person was here
    device = models.CharField(max_length=32, blank=True)  # "Firefox · Android"
    about = models.UUIDField(null=True)  # the membership, person or post that a change was about
    version = models.PositiveSmallIntegerField(default=1)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("circle", "number", name="trail_number_once")]
        indexes: ClassVar = [
            models.Index("circle", "session", "hour", name="trail_by_session"),
            models.Index("person", "at", name="trail_by_person"),
            models.Index("at", name="trail_by_time"),
        ]

    @property
    def mark(self) -> UUID:
        """The line's id outside: it tells nothing of how many lines stand before it."""
        return UUID(bytes=bytes(self.digest)[:16])

    def digest_after(self, before: bytes) -> bytes:
        """HMAC-SHA-256 over the digest before and all that the line says, under a key that the database does not hold.

        A line of version 1 says nothing of structure, device and subject; one that does was altered.
        """
        at = self.at.astimezone(dt.UTC).isoformat()
        said: tuple[object, ...] = (self.circle, self.number, at, self.person, self.role, self.what, self.right, self.session, self.hour)
        if self.version != 1 or self.structure or self.device or self.about:
            said = (f"version {self.version}", *said, self.structure, self.device, self.about)
        return hmac.new(derived_key("audit"), before + "\x1f".join(map(str, said)).encode(), hashlib.sha256).digest()
