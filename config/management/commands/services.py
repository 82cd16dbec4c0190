"""`manage.py services start|stop|status|remove`: the embedded PostgreSQL, which is the Celery broker too."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import services
from config.embedded import EmbeddedRefused

NOT_ANSWERING = 3


class Command(BaseCommand):
    """Start, stop, show or remove the embedded services, before there is any database."""

    help = (
        "Start, stop, show or remove the embedded services. `status` exits 3 when one does not answer. With "
        "DATABASE_URL and CELERY_BROKER_URL set, nothing embedded is started."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the one word that says what to do."""
        parser.add_argument("action", choices=("start", "stop", "status", "remove"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; a refusal exits 1 with its sentence."""
        action = options["action"]
        if action == "status":
            rows = services.states()
            self.stdout.write(services.table(rows))
            if not all(row.answers for row in rows):
                sys.exit(NOT_ANSWERING)
            return
        todo = {"start": services.start, "stop": services.stop, "remove": services.remove}
        try:
            todo[action](self.stdout.write)
        except EmbeddedRefused as refused:
            raise CommandError(str(refused)) from refused
