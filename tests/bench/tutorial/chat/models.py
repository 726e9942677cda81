"""What the tutorial's consumer saves."""

from datetime import datetime

from django.db import models


class Post(models.Model):
    key: "models.UUIDField[str, str]" = models.UUIDField(unique=True)
    circle: "models.UUIDField[str, str]" = models.UUIDField(db_index=True)
    text: "models.TextField[str, str]" = models.TextField()
    written_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(auto_now_add=True)
