"""The key store: one wrapped key per vault (a patient, or the site itself). Lives in the database "keys", never in the main one."""
from django.db import models


class VaultKey(models.Model):
    """A vault's key, wrapped by the master key named `master`. Deleting the row makes all that was sealed with it noise."""

    vault = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()
    master = models.CharField(max_length=32)
    made_at = models.DateTimeField(auto_now_add=True)
