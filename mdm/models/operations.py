"""What shows that the hub is alive."""

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of a part of the hub that runs by itself."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
