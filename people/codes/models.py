"""A printed code opens one device once; the device and its PIN sign in from then on."""
from typing import ClassVar

from django.conf import settings
from django.db import models

from foundation import ids


class PrintedCode(models.Model):
    """A one-time code on paper. Kept as a keyed hash; good until used, expired, or renewed."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="printed_codes")
    digest = models.BinaryField(max_length=32, unique=True)
    by = models.UUIDField()  # the person who printed it
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # renewed


class BoundDevice(models.Model):
    """A browser that somebody opened with a printed code: its cookie as a keyed hash, and the hash of the PIN chosen there.

    Neither of the two signs anybody in alone. `tries` counts the PINs typed since the last right one.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bound_devices")
    digest = models.BinaryField(max_length=32, unique=True)
    pin = models.CharField(max_length=160)
    tries = models.PositiveSmallIntegerField(default=0)
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # renewed, or too many wrong PINs

    class Meta:
        indexes: ClassVar = [models.Index("person", "ended_at", name="device_by_person")]
