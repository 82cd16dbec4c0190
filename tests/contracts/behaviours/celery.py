"""The sweeper is scheduled and its task can be sent."""

import django

django.setup()

from config.celery import app  # noqa: E402 - after setup

app.loader.import_default_modules()
scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
assert "mdm.tasks.sweep" in scheduled
assert scheduled <= set(app.tasks)
