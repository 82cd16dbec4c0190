"""Signs of life: what runs by itself says so, and health looks at how long ago that was."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from mdm.models import Heartbeat


def beat(name: str, detail: str = "") -> None:
    """Note that this part of the hub runs at this moment."""
    Heartbeat.objects.update_or_create(name=name[:60], defaults={"at": Now(), "detail": detail[:300]})


def silence(name: str) -> timedelta | None:
    """Return how long ago this part last said that it runs; None: never."""
    at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return None if at is None else timezone.now() - at
