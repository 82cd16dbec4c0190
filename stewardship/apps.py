"""The Django application that people look at."""

from __future__ import annotations

from django.apps import AppConfig


class StewardshipConfig(AppConfig):
    """Stewardship."""

    name = "stewardship"
    label = "stewardship"
    verbose_name = "Stewardship"
