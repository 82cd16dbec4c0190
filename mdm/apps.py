"""The Django application that holds the truth."""

from __future__ import annotations

from django.apps import AppConfig


class MdmConfig(AppConfig):
    """Master data management."""

    name = "mdm"
    label = "mdm"
    verbose_name = "Master data"
