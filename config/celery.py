"""The Celery application: `celery -A config.celery worker`, `celery -A config.celery beat`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler
from celery.signals import beat_init, celeryd_init, task_prerun
from django.conf import settings
from django.db import close_old_connections

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("aurum")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["mdm"])


class Scheduler(PersistentScheduler):
    """Celery's own schedule keeper, which makes the directory of its file."""

    schedule_filename: str

    def setup_schedule(self) -> None:
        """Open the file in which the last run of every entry is kept."""
        Path(self.schedule_filename).parent.mkdir(parents=True, exist_ok=True)
        super().setup_schedule()


@celeryd_init.connect
@beat_init.connect
def prepare_broker(**_: Any) -> None:
    """Leave the queues in place before the first worker or beat asks for them."""
    broker.prepare(settings.CELERY_BROKER_URL, settings.CELERY_TASK_QUEUES)


@task_prerun.connect
def renew_stale_connections(**_: Any) -> None:
    """Close connections that a restart of PostgreSQL has broken; CELERY_DB_REUSE_MAX keeps the others."""
    close_old_connections()


def clean_broker() -> int:
    """Remove the messages that the PostgreSQL broker keeps after they were taken; return how many."""
    return broker.clean(settings.CELERY_BROKER_URL)
